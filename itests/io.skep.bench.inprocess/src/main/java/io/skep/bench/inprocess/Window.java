// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A stretch of time over which something is counted, and what the threads of this JVM used meanwhile.
 *
 * @param count how much was counted
 * @param nanos how long it lasted
 * @param threads processor time by name of the threads, in percent of one processor, from 0.5 percent
 */
record Window(long count, long nanos, Map<String, Double> threads) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /**
     * Waits for the warm-up, then measures.
     *
     * @param end ends the wait early: what is measured has failed
     */
    static Window measure(Job job, LongSupplier counter, CountDownLatch end) throws InterruptedException {
        end.await(job.warmupMillis(), TimeUnit.MILLISECONDS);
        Map<String, Long> busy = busy();
        long countBefore = counter.getAsLong();
        long begin = System.nanoTime();
        end.await(job.millis(), TimeUnit.MILLISECONDS);
        long count = counter.getAsLong() - countBefore;
        long nanos = System.nanoTime() - begin;
        Map<String, Double> used = new HashMap<>();
        busy().forEach((name, after) -> {
            double percent = (after - busy.getOrDefault(name, 0L)) * 100.0 / nanos;
            if (percent >= 0.5) {
                used.put(name, percent);
            }
        });
        return new Window(count, nanos, used);
    }

    double perSecond() {
        return count * 1e9 / nanos;
    }

    /** Nanoseconds by name; threads that differ only in a number count as one. */
    private static Map<String, Long> busy() {
        Map<String, Long> busy = new HashMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null) {
                long nanos = Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
                busy.merge(thread.getThreadName().replaceAll("\\d+", "N"), nanos, Long::sum);
            }
        }
        return busy;
    }
}
