// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The time from submit to assigned on an idle server: an agent waits with several claims, tasks are submitted at a fixed
 * rate whatever becomes of those before (an open loop), and the clock of each starts when it was due to be submitted.
 */
final class StartLatency {
    /** Tasks a second. */
    static final int RATE = 100;

    private static final String SKILL = "bench-latency";
    private static final String AGENT = "bench-latency";
    private static final int CLAIMS = 8;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final long PATIENCE_SECONDS = 60;

    private final Orchestrator orchestrator;

    StartLatency(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    Outcome run(Job job) throws InterruptedException, ExecutionException, TimeoutException {
        int warmup = (int) (job.warmupMillis() * RATE / 1000);
        int count = Math.max(1, (int) (job.millis() * RATE / 1000));
        AtomicLongArray assigned = new AtomicLongArray(warmup + count);
        CountDownLatch left = new CountDownLatch(warmup + count);
        get(orchestrator.agents().register(AgentSpec.of(AGENT, 2 * CLAIMS, SKILL), true));
        for (int i = 0; i < CLAIMS; i++) {
            claim(assigned, left);
        }
        long[] due = submitAll(warmup + count);
        boolean complete = left.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        get(orchestrator.agents().remove(AGENT, "the benchmark is over"));
        if (!complete) {
            throw new TimeoutException(left.getCount() + " tasks were not assigned");
        }
        Histogram nanos = new Histogram(3);
        for (int i = warmup; i < due.length; i++) {
            nanos.recordValue(Math.max(0, assigned.get(i) - due[i]));
        }
        return new Outcome(
                true,
                null,
                Map.of(
                        "tasks", (double) nanos.getTotalCount(),
                        "p50.ms", nanos.getValueAtPercentile(50) / 1e6,
                        "p99.ms", nanos.getValueAtPercentile(99) / 1e6,
                        "p999.ms", nanos.getValueAtPercentile(99.9) / 1e6,
                        "max.ms", nanos.getMaxValue() / 1e6),
                Map.of());
    }

    private long[] submitAll(int count) {
        TaskSpec task = TaskSpec.of(Payload.DESCRIPTION)
                .input(Payload.INPUT)
                .skills(SKILL)
                .build();
        long interval = TimeUnit.SECONDS.toNanos(1) / RATE;
        long begin = System.nanoTime() + interval;
        long[] due = new long[count];
        for (int i = 0; i < count; i++) {
            due[i] = begin + i * interval;
            for (long left = due[i] - System.nanoTime(); left > 0; left = due[i] - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            orchestrator
                    .tasks()
                    .submit(List.of(task.toBuilder().name(Integer.toString(i)).build()));
        }
        return due;
    }

    private void claim(AtomicLongArray assigned, CountDownLatch left) {
        orchestrator.attempts().claim(AGENT, 1, WAIT).whenComplete((claimed, failure) -> {
            long now = System.nanoTime();
            if (failure != null) {
                return;
            }
            for (Assignment assignment : claimed) {
                Task task = assignment.task();
                assigned.set(Integer.parseInt(Objects.requireNonNull(task.spec().name())), now);
                left.countDown();
                orchestrator
                        .attempts()
                        .complete(List.of(
                                new Completion(new AttemptRef(task.id(), task.token(), AGENT), Payload.RESULT)));
            }
            if (left.getCount() > 0) {
                claim(assigned, left);
            }
        });
    }

    private static <T> T get(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
