// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Submits tasks at a fixed rate, whatever becomes of those before, and measures from when each was due until {@link
 * #started}. Thread-safe.
 */
final class OpenLoop {
    /** Tasks a second: idle, for a machine that does thousands. */
    static final int RATE = 100;

    private static final int SUBMITTERS = 4;
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / RATE;
    private static final long PATIENCE_SECONDS = 60;

    private final int skipped;
    private final int count;
    private final long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
    private final CountDownLatch left;
    private final Histogram nanos = new Histogram(3);
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    /** Submits tasks, on one of several threads. */
    interface Submitter {
        /** Submits the task of that number. */
        void submit(int number) throws IOException;
    }

    /** Makes submitters. */
    interface Submitters {
        /** One for a thread of its own. */
        Submitter open(int index) throws IOException;
    }

    OpenLoop(Duration warmup, Duration length) {
        skipped = (int) (warmup.toMillis() * RATE / 1000);
        count = skipped + Math.max(1, (int) (length.toMillis() * RATE / 1000));
        left = new CountDownLatch(count);
    }

    /** The task of that number has been given to who is to do it. */
    void started(int number) {
        long late = System.nanoTime() - due(number);
        if (number >= skipped) {
            synchronized (nanos) {
                nanos.recordValue(Math.max(0, late));
            }
        }
        left.countDown();
    }

    /** Somebody who was to start tasks cannot; of no consequence when every task has been started. */
    void failed(IOException cause) {
        if (!isOver()) {
            failure.compareAndSet(null, cause);
            while (!isOver()) {
                left.countDown();
            }
        }
    }

    /** Whether every task was started. */
    boolean isOver() {
        return left.getCount() == 0;
    }

    /** Submits everything and waits until all of it was started. */
    Map<String, Double> run(String prefix, Submitters submitters) throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            int index = i;
            Submitter submitter = submitters.open(index);
            Thread thread = new Thread(() -> submit(index, submitter), "bench-submit-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        boolean complete = left.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        IOException thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
        if (!complete) {
            throw new IOException(left.getCount() + " tasks were not started");
        }
        return Map.of(
                prefix + ".p50.ms", nanos.getValueAtPercentile(50) / 1e6,
                prefix + ".p99.ms", nanos.getValueAtPercentile(99) / 1e6,
                prefix + ".p999.ms", nanos.getValueAtPercentile(99.9) / 1e6);
    }

    private void submit(int index, Submitter submitter) {
        try {
            for (int number = index; number < count && failure.get() == null; number += SUBMITTERS) {
                for (long wait = due(number) - System.nanoTime(); wait > 0; wait = due(number) - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                submitter.submit(number);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private long due(int number) {
        return begin + number * INTERVAL_NANOS;
    }
}
