// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.load;

import io.skep.api.agent.Agent;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The agents with what each has to do, as core had it a moment ago. Immutable.
 *
 * @param agents by id
 */
record Fleet(List<Loaded> agents) {
    private static final int MOST_WAITING = 10_000;

    /**
     * One agent with its tasks.
     *
     * @param working how many it works at
     * @param asking how many wait for an answer
     * @param assigned those that it has not begun
     * @param waiting those that could start and wait for it alone, oldest first
     */
    record Loaded(Agent agent, int working, int asking, List<Task> assigned, List<Task> waiting) {
        String id() {
            return agent.id();
        }

        int held() {
            return working + asking + assigned.size();
        }

        /** Everything that it has to do. */
        int toDo() {
            return held() + waiting.size() + agent.reserved();
        }

        /** That, for its slots. */
        double load() {
            return (double) toDo() / agent.spec().slots();
        }
    }

    static CompletionStage<Fleet> of(Orchestrator orchestrator) {
        return orchestrator.agents().waiting(MOST_WAITING).thenApply(waiting -> {
            Map<String, List<Task>> byAgent = new HashMap<>();
            for (Task task : waiting) {
                Selection selection = task.selection();
                if (selection != null && selection.agent() != null) {
                    byAgent.computeIfAbsent(selection.agent(), agent -> new ArrayList<>())
                            .add(task);
                }
            }
            return new Fleet(orchestrator.agents().list().stream()
                    .map(agent -> loaded(
                            agent, orchestrator.agents().held(agent.id()), byAgent.getOrDefault(agent.id(), List.of())))
                    .toList());
        });
    }

    private static Loaded loaded(Agent agent, List<Task> held, List<Task> waiting) {
        List<Task> assigned =
                held.stream().filter(task -> task.state() == TaskState.ASSIGNED).toList();
        int working = count(held, TaskState.WORKING);
        return new Loaded(agent, working, count(held, TaskState.INPUT_REQUIRED), assigned, List.copyOf(waiting));
    }

    private static int count(List<Task> tasks, TaskState state) {
        return (int) tasks.stream().filter(task -> task.state() == state).count();
    }
}
