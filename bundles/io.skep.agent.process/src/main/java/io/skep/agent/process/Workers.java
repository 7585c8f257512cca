// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of this bundle: one for timers, which only hands work over, and as many as the running programs need for
 * their streams (at most three each), none when nothing runs. Thread-safe.
 */
final class Workers implements AutoCloseable, Executor {
    private static final long IDLE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor pool;

    Workers() {
        timer = new ScheduledThreadPoolExecutor(1, named("skep-process-timer"));
        timer.setRemoveOnCancelPolicy(true);
        pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named("skep-process"));
    }

    /** Runs something on a thread of its own. Ignored once closed: then nobody waits for it any more. */
    @Override
    public void execute(Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException e) {
            if (!pool.isShutdown()) {
                throw e;
            }
        }
    }

    /** Runs something later. Cancelling the answer before then drops it. Ignored once closed. */
    CompletableFuture<Void> later(Duration delay, Runnable work) {
        CompletableFuture<Void> handle = new CompletableFuture<>();
        try {
            var scheduled = timer.schedule(
                    () -> {
                        if (handle.complete(null)) {
                            execute(work);
                        }
                    },
                    delay.toNanos(),
                    TimeUnit.NANOSECONDS);
            handle.whenComplete((done, canceled) -> scheduled.cancel(false));
        } catch (RejectedExecutionException e) {
            if (!timer.isShutdown()) {
                throw e;
            }
        }
        return handle;
    }

    /** Completes when {@code stage} does, however it ends, but no later than after {@code atMost}. */
    CompletableFuture<Void> within(Duration atMost, CompletableFuture<?> stage) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Void> limit = later(atMost, () -> ended.complete(null));
        stage.whenComplete((done, failure) -> {
            limit.cancel(false);
            ended.complete(null);
        });
        return ended;
    }

    /** Drops what has not run. */
    @Override
    public void close() {
        timer.shutdownNow();
        pool.shutdownNow();
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
