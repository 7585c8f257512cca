// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Says when a generation has failed too often: at least so many failures within the last {@value #SECONDS} seconds, and
 * at least such a share of the calls since the first of them. Only a failure is counted here, so that a call that
 * succeeds pays nothing (what a breaker that sees every call costs: docs/benchmarks.md, overhead). Thread-safe.
 */
final class FailureWindow {
    static final int SECONDS = 10;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(SECONDS);
    /** Failures that follow one another within so long are kept as one sum. */
    private static final long MOMENT_NANOS = NANOS / 100;

    private final int least;
    private final int percent;
    private final Deque<Moment> moments = new ArrayDeque<>();
    private int failures;

    /** Failures close to one another. */
    private static final class Moment {
        private final long atNanos;
        /** How many calls had ended before. */
        private final long callsBefore;

        private int failures;

        Moment(long atNanos, long callsBefore) {
            this.atNanos = atNanos;
            this.callsBefore = callsBefore;
        }
    }

    /**
     * A window.
     *
     * @param least how many failures it takes
     * @param percent their share of the calls
     */
    FailureWindow(int least, int percent) {
        this.least = least;
        this.percent = percent;
    }

    /**
     * A call failed, whenever it was made.
     *
     * @param calls how many have ended by now, this one included
     * @return whether that is too often
     */
    boolean failed(long nowNanos, long calls) {
        return late(nowNanos, calls, nowNanos);
    }

    /**
     * A call was late. When a machine stands still for a while, all calls are late that are under way: that says nothing
     * about whom they went to. So it takes one that was made when the first was known to be late.
     *
     * @param calls how many have ended by now, this one included
     * @param begunNanos when it was made
     * @return whether that is too often
     */
    synchronized boolean late(long nowNanos, long calls, long begunNanos) {
        while (!moments.isEmpty() && nowNanos - moments.element().atNanos > NANOS) {
            failures -= moments.remove().failures;
        }
        Moment last = moments.peekLast();
        if (last == null || nowNanos - last.atNanos >= MOMENT_NANOS) {
            last = new Moment(nowNanos, calls - 1);
            moments.add(last);
        }
        last.failures++;
        failures++;
        Moment first = moments.element();
        return failures >= least
                && failures * 100L >= (calls - first.callsBefore) * percent
                && begunNanos - first.atNanos >= 0;
    }

    /** Forgets what was. */
    synchronized void clear() {
        moments.clear();
        failures = 0;
    }
}
