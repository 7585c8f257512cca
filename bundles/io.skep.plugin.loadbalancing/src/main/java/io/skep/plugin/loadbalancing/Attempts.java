// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.event.Event;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskState;
import io.skep.plugin.loadbalancing.balance.Fleet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Learns from events how the attempts of the agents go. As large as the tasks that are held now. Used by the follower's
 * thread only, but for what it asks core, which answers on threads of core.
 */
final class Attempts {
    private static final String TASK = "task.";
    private static final Map<String, TaskState> STATES =
            Stream.of(TaskState.values()).collect(Collectors.toUnmodifiableMap(TaskState::wire, state -> state));

    private final AgentService agents;
    private final TaskService tasks;
    private final Fleet fleet;
    private final Assigning assigning;
    private final LongConsumer arrived;
    private final Learner learned;
    /** By task. */
    private final Map<String, Held> held = new HashMap<>();

    /** An attempt that lasts; {@code timed} as long as what it takes says something of its agent. */
    private record Held(String agent, long token, long since, boolean timed) {
        String name(String task) {
            return task + '/' + token;
        }
    }

    /** Who else is told what is learned. */
    interface Learner {
        /**
         * An attempt ended.
         *
         * @param held as one of how many that the agent held it began, 0 if that was not seen
         */
        void ended(String agent, int held, long since, long at, boolean isGood);
    }

    Attempts(
            AgentService agents,
            TaskService tasks,
            Fleet fleet,
            Assigning assigning,
            LongConsumer arrived,
            Learner learned) {
        this.agents = agents;
        this.tasks = tasks;
        this.fleet = fleet;
        this.assigning = assigning;
        this.arrived = arrived;
        this.learned = learned;
    }

    /** Begins anew with what the agents hold now. */
    void begin() {
        held.clear();
        assigning.beginAnew();
        fleet.holdNothing();
        for (Agent agent : agents.list()) {
            for (Task task : agents.held(agent.id())) {
                task.currentAttempt().ifPresent(attempt -> {
                    Held its = new Held(
                            attempt.agent(),
                            attempt.token(),
                            attempt.assignedAt().toEpochMilli(),
                            task.state() != TaskState.INPUT_REQUIRED);
                    held.put(task.id(), its);
                    fleet.begun(its.agent(), its.name(task.id()), its.since());
                });
            }
        }
    }

    /** Something happened. */
    void told(Event event) {
        TaskState state =
                event.type().startsWith(TASK) ? STATES.get(event.type().substring(TASK.length())) : null;
        if (state == null) {
            return;
        }
        if (state == TaskState.QUEUED && event.token() == 0) {
            arrived.accept(event.at().toEpochMilli());
        }
        Held before = held.get(event.subject());
        if (before != null && event.token() < before.token()) {
            return; // Older than what was read when this began.
        }
        if (state.isHeld()) {
            holds(event, state, before);
        } else if (before != null) {
            held.remove(event.subject());
            over(event, state, before);
        }
    }

    private void holds(Event event, TaskState state, @Nullable Held before) {
        String agent = event.agent();
        if (agent == null) {
            return;
        }
        String task = event.subject();
        Held its = before;
        if (its == null || its.token() != event.token()) {
            its = new Held(agent, event.token(), event.at().toEpochMilli(), true);
            fleet.begun(agent, its.name(task), its.since());
            assigning.begun(task, its.name(task));
        }
        if (state == TaskState.INPUT_REQUIRED && its.timed()) {
            // A person may take their time.
            its = new Held(its.agent(), its.token(), its.since(), false);
            drop(its, its.name(task));
        }
        held.put(task, its);
    }

    private void over(Event event, TaskState state, Held its) {
        String name = its.name(event.subject());
        long at = event.at().toEpochMilli();
        switch (state) {
            case COMPLETED, IN_REVIEW -> end(its, name, at, true);
            case FAILED -> end(its, name, at, false);
            case QUEUED ->
                tasks.find(event.subject()).thenAccept(found -> {
                    boolean failed = found.stream()
                            .flatMap(task -> task.attempts().stream())
                            .filter(attempt -> attempt.token() == its.token())
                            .map(Attempt::end)
                            .anyMatch(Attempts::isFault);
                    if (failed) {
                        end(its, name, at, false);
                    } else {
                        drop(its, name);
                    }
                });
            default -> drop(its, name);
        }
    }

    private static boolean isFault(@Nullable AttemptEnd end) {
        return end != null && end.isCounted();
    }

    private void end(Held its, String name, long at, boolean isGood) {
        if (its.timed()) {
            int held = fleet.ended(its.agent(), name, at, isGood);
            assigning.ended(name, at - its.since(), isGood);
            learned.ended(its.agent(), held, its.since(), at, isGood);
        }
    }

    private void drop(Held its, String name) {
        fleet.dropped(its.agent(), name);
        assigning.dropped(name);
    }
}
