// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at a fixed rate: whichever of its threads is free makes the next call when it is due, so that calls which wait hold
 * up none of the others. Thread-safe.
 */
final class SteadyCalls {
    /** Calls a second. */
    static final int RATE = 500;

    private static final int THREADS = 64;

    private final Callers callers;
    private final long intervalNanos;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final long begin = System.nanoTime();
    private volatile boolean stopped;
    private int begun;
    private int ended;
    private int failed;
    private long longestNanos;
    private int newest = -1;
    private String last = "nobody answered";

    /** Makes calls, on one thread. */
    @FunctionalInterface
    interface Caller {
        /**
         * Makes the call of that number.
         *
         * @return the version that answered
         * @throws IOException if no plugin answered
         */
        String call(int number) throws IOException;
    }

    /** Makes a caller for a thread. */
    @FunctionalInterface
    interface Callers {
        Caller open();
    }

    /**
     * What came of the calls.
     *
     * @param failed calls that were not answered by a plugin, those that never ended included
     * @param longestMillis from when a call was due until it ended
     * @param last the version that answered the newest call
     */
    record Counted(long calls, long failed, long longestMillis, String last) {}

    /** At {@value #RATE} calls a second. Nothing is called before {@link #begin}. */
    SteadyCalls(Callers callers) {
        this(callers, RATE, THREADS);
    }

    /** At so many calls a second, on so many threads. */
    SteadyCalls(Callers callers, int rate, int count) {
        this.callers = callers;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::run, "demo-calls-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    void begin() {
        threads.forEach(Thread::start);
    }

    /** Begins no more calls, and waits for those that were made. */
    Counted end(Duration patience) {
        stopped = true;
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            return new Counted(begun, failed + (begun - ended), longestNanos / 1_000_000, last);
        }
    }

    private void run() {
        Caller caller = callers.open();
        while (!stopped) {
            int number = next.getAndIncrement();
            long due = begin + number * intervalNanos;
            for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (!stopped) {
                call(caller, number, due);
            }
        }
    }

    private void call(Caller caller, int number, long due) {
        synchronized (this) {
            begun++;
        }
        try {
            ended(number, due, caller.call(number));
        } catch (IOException e) {
            ended(-1, due, "");
        }
    }

    /** A negative number: it failed. */
    private synchronized void ended(int number, long due, String version) {
        ended++;
        longestNanos = Math.max(longestNanos, System.nanoTime() - due);
        failed += number < 0 ? 1 : 0;
        if (number > newest) {
            newest = number;
            last = version;
        }
    }
}
