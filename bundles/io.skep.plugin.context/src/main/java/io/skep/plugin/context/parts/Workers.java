// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.parts;

import io.skep.api.Refusal;
import io.skep.plugin.base.PluginThreads;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one generation: {@value #THREADS} for work that reads files or computes, and one for what comes back again
 * and again. What does not fit into the queue of {@value #MAX_WAITING} is refused. Thread-safe.
 */
public final class Workers implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int MAX_WAITING = 1000;
    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_MILLIS = 2000;
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final ThreadPoolExecutor pool;
    private final ScheduledThreadPoolExecutor timer;

    /** Starts nothing yet. */
    public Workers() {
        pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                work -> PluginThreads.daemon(work, "skep-context"));
        pool.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, work -> PluginThreads.daemon(work, "skep-context-timer"));
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Does something on a thread of these. Ends as a {@link Refusal} if there is too much to do already. */
    public <T> CompletableFuture<T> supply(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, pool);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(
                    Refusal.of(Refusal.Reason.BUSY, "there is too much to do now; try again later"));
        }
    }

    /** Does something again and again, with that pause between an end and the next beginning; a failure is told and forgotten. */
    public void repeat(Duration pause, Runnable work) {
        Runnable safe = () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("what is done again and again has failed", e);
            }
        };
        timer.scheduleWithFixedDelay(safe, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets what has begun end, for two seconds: an interrupt in the middle of a write would close the file. */
    @Override
    public void close() {
        timer.shutdown();
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("work is broken off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
        pool.shutdownNow();
    }
}
