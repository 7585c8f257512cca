// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.TaskSpec;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Submits tasks for an agent that never comes, so that they stay. */
final class Backlog {
    private static final String SKILL = "bench-backlog";
    private static final int BATCH = 1000;
    private static final long PATIENCE_SECONDS = 60;
    private static final TaskSpec TASK =
            TaskSpec.of(Payload.DESCRIPTION).input(Payload.INPUT).skills(SKILL).build();

    private final Orchestrator orchestrator;

    Backlog(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    /** Submits so many, rounded up to whole thousands, each thousand durable before the next. */
    Outcome submit(long count) throws InterruptedException, ExecutionException, TimeoutException {
        get(orchestrator.agents().register(AgentSpec.of("bench-nobody", 1, SKILL), true));
        long begun = System.nanoTime();
        long submitted = 0;
        while (submitted < count) {
            submitted += get(orchestrator.tasks().submit(Collections.nCopies(BATCH, TASK)))
                    .size();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Outcome(true, null, Map.of("tasks.per.s", submitted / seconds), Map.of());
    }

    private static <T> T get(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
