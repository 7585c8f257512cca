// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.admin.Figures;
import io.skep.api.admin.Server;
import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Task cycles in a closed loop: each client submits a task, claims one when that is durable, completes it when it has it,
 * and begins again when that is durable. Whole cycles are counted, on the side of the client.
 */
final class Cycles {
    private static final String SKILL = "bench-cycles";
    private static final int MAX_AGENTS = 64;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final long PATIENCE_SECONDS = 60;
    private static final TaskSpec TASK =
            TaskSpec.of(Payload.DESCRIPTION).input(Payload.INPUT).skills(SKILL).build();

    private final Orchestrator orchestrator;
    private final Server server;
    private final LongAdder cycles = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final CountDownLatch drained = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean stopped;

    Cycles(Orchestrator orchestrator, Server server) {
        this.orchestrator = orchestrator;
        this.server = server;
    }

    Outcome run(Job job) throws InterruptedException, ExecutionException, TimeoutException {
        List<String> agents = register(job.inFlight());
        Figures before = server.figures();
        running.set(job.inFlight());
        for (int client = 0; client < job.inFlight(); client++) {
            begin(agents.get(client % agents.size()));
        }
        Window window = Window.measure(job, cycles::sum, failed);
        long lag = server.figures().projectionLag();
        long end = System.nanoTime();
        stopped = true;
        boolean done = drained.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        awaitProjection();
        double catchUp = (System.nanoTime() - end) / 1e9;
        if (!done || failure.get() != null) {
            throw new ExecutionException(done ? "a client failed" : "the last cycles do not end", failure.get());
        }
        Figures after = server.figures();
        for (String agent : agents) {
            get(orchestrator.agents().remove(agent, "the benchmark is over"));
        }
        Map<String, Double> figures = Map.of(
                "cycles.per.s",
                window.perSecond(),
                "settled.per.s",
                window.count() / (window.nanos() / 1e9 + catchUp),
                "projection.lag.records",
                (double) lag,
                "projection.catchup.ms",
                catchUp * 1000,
                "records.per.cycle",
                (after.records() - before.records()) / (double) cycles.sum(),
                "cycles.per.commit",
                cycles.sum() / (double) Math.max(1, after.commits() - before.commits()));
        return new Outcome(true, null, figures, window.threads());
    }

    private List<String> register(int inFlight) throws InterruptedException, ExecutionException, TimeoutException {
        int count = Math.min(inFlight, MAX_AGENTS);
        int slots = (inFlight + count - 1) / count;
        List<String> agents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = "bench-" + i;
            get(orchestrator.agents().register(AgentSpec.of(id, slots, SKILL), true));
            agents.add(id);
        }
        return agents;
    }

    private void begin(String agent) {
        if (stopped) {
            if (running.decrementAndGet() == 0) {
                drained.countDown();
            }
            return;
        }
        orchestrator
                .tasks()
                .submit(List.of(TASK))
                .thenCompose(submitted -> orchestrator.attempts().claim(agent, 1, WAIT))
                .thenCompose(claimed -> complete(agent, claimed))
                .whenComplete((task, thrown) -> {
                    if (thrown == null) {
                        cycles.increment();
                        begin(agent);
                    } else {
                        failure.compareAndSet(null, thrown);
                        failed.countDown();
                        drained.countDown();
                    }
                });
    }

    private CompletionStage<?> complete(String agent, List<Assignment> claimed) {
        if (claimed.isEmpty()) {
            throw new IllegalStateException("no task for " + agent + " within " + WAIT);
        }
        String id = claimed.get(0).task().id();
        AttemptRef attempt = new AttemptRef(id, claimed.get(0).task().token(), agent);
        return orchestrator
                .attempts()
                .complete(List.of(new Completion(attempt, Payload.RESULT)))
                .get(0);
    }

    private void awaitProjection() throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10 * PATIENCE_SECONDS);
        while (server.figures().projectionLag() > 0) {
            if (System.nanoTime() > deadline || failed.await(5, TimeUnit.MILLISECONDS)) {
                throw new TimeoutException("the projection does not catch up");
            }
        }
    }

    private static <T> T get(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
