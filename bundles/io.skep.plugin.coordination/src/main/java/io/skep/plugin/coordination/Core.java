// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Attempt;
import io.skep.api.task.TaskService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Questions to core about who holds what. Thread-safe. */
final class Core {
    /** Releasing a reservation that nobody has changes nothing. */
    private static final String NOTHING = "none";

    private final AgentService agents;
    private final TaskService tasks;

    Core(Orchestrator orchestrator) {
        this.agents = orchestrator.agents();
        this.tasks = orchestrator.tasks();
    }

    /** Everything that is held, read agent by agent: what moves meanwhile may be there twice or not at all. */
    List<Holding> held() {
        return agents.list().stream()
                .map(Agent::id)
                .flatMap(id -> agents.held(id).stream())
                .flatMap(task -> Holding.of(task).stream())
                .toList();
    }

    /** Who holds the task as it stands, which may be ahead of the log until {@link #settled()}. */
    CompletionStage<Optional<Holding>> find(String task) {
        return tasks.find(task).thenApply(found -> found.flatMap(Holding::of));
    }

    /**
     * Completes when everything that could be read before is durable and told in the stream; ends with a refusal if it
     * could not become so. Core answers a command when what it shows is durable, and tells the stream just after that;
     * so the second command's answer comes after what the first one's turn had to tell.
     */
    CompletionStage<Void> settled() {
        return agents.release(NOTHING).thenCompose(first -> agents.release(NOTHING));
    }

    /** Whether an attempt that is over failed, timed out or was lost; false if nobody knows any more. */
    CompletionStage<Boolean> countsAsFailed(Holding over) {
        return tasks.find(over.task())
                .thenApply(found -> found.stream()
                        .flatMap(task -> task.attempts().stream())
                        .filter(attempt -> attempt.token() == over.token())
                        .map(Attempt::end)
                        .anyMatch(end -> end != null && end.isCounted()));
    }
}
