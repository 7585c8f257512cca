// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An open loop: something is begun at a fixed rate, whatever becomes of what was begun before, on a thread of its own.
 * Begun and ended by one thread; the rest may be called by any.
 */
public final class Arrivals {
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Thread thread;
    private final Each each;
    private final int most;
    private final long intervalNanos;
    private final long beginNanos;
    private volatile boolean ended;
    private volatile int count;

    /** What arrives. */
    @FunctionalInterface
    public interface Each {
        /**
         * Begins it; must not wait for it.
         *
         * @param number from 0 on
         * @param due when it was due, as {@link System#nanoTime} says
         */
        void arrive(int number, long due);
    }

    private Arrivals(String name, int perSecond, int most, Each each) {
        this.each = each;
        this.most = most;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.beginNanos = System.nanoTime() + LEAD_NANOS;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Begins.
     *
     * @param name of the thread
     * @param most how many arrive at most
     */
    public static Arrivals begin(String name, int perSecond, int most, Each each) {
        Arrivals arrivals = new Arrivals(name, perSecond, most, each);
        arrivals.thread.start();
        return arrivals;
    }

    /** When a number is due, as {@link System#nanoTime} says. */
    public long due(int number) {
        return beginNanos + number * intervalNanos;
    }

    /** How many have arrived. */
    public int count() {
        return count;
    }

    /** Lets no more arrive; returns how many have. */
    public int end() throws InterruptedException {
        ended = true;
        LockSupport.unpark(thread);
        thread.join();
        return count;
    }

    /** Waits until as many have arrived as may. */
    public void await() throws InterruptedException {
        thread.join();
    }

    private void run() {
        for (int number = 0; number < most; number++) {
            for (long left = due(number) - System.nanoTime();
                    left > 0 && !ended;
                    left = due(number) - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (ended) {
                return;
            }
            each.arrive(number, due(number));
            count = number + 1;
        }
    }
}
