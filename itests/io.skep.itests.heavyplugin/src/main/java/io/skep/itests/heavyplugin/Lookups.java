// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.heavyplugin;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Words in capitals from a cache, looked up on threads of its own, with how long that took. Thread-safe. */
final class Lookups implements AutoCloseable {
    /** How many threads there are once they were all needed. */
    static final int THREADS = 4;

    private static final int MAX_WORDS = 1_000;
    private static final Duration KEPT = Duration.ofMillis(500);
    private static final Duration END = Duration.ofSeconds(2);
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ScheduledExecutorService threads;
    private final LoadingCache<String, String> words;
    private final AtomicLong expired = new AtomicLong();
    private final Histogram nanos = new ConcurrentHistogram(LONGEST_NANOS, 2);

    Lookups(String version) {
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(
                THREADS, task -> new Thread(task, "heavy-" + version + "-" + number.incrementAndGet()));
        // What is to expire later must not keep the pool, and so the plugin, alive.
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        pool.setRemoveOnCancelPolicy(true);
        threads = pool;
        words = Caffeine.newBuilder()
                .maximumSize(MAX_WORDS)
                .expireAfterWrite(KEPT)
                .scheduler(Scheduler.forScheduledExecutorService(pool))
                .executor(pool)
                .removalListener((word, capitals, cause) -> expired.incrementAndGet())
                .build(word -> word.toUpperCase(Locale.ROOT));
    }

    /**
     * Looks a word up on another thread, and makes something of it there.
     *
     * @throws RejectedExecutionException if it was closed
     */
    <T> CompletableFuture<T> find(String word, Function<String, T> then) {
        long begin = System.nanoTime();
        return CompletableFuture.supplyAsync(
                () -> {
                    String capitals = words.get(word);
                    nanos.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - begin));
                    return then.apply(capitals);
                },
                threads);
    }

    /** How many words were dropped from the cache. */
    long expired() {
        return expired.get();
    }

    /** The median time of a lookup in microseconds. */
    long medianMicros() {
        return nanos.getValueAtPercentile(50) / 1_000;
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
