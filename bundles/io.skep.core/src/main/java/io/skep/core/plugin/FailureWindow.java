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
    /** More than so many within the window change nothing any more. */
    private static final int MOST = 1000;

    private final int least;
    private final int percent;
    private final Deque<Failure> failures = new ArrayDeque<>();

    /** A failure, and how many calls had ended when it came. */
    private record Failure(long atNanos, long calls) {}

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
     * A call failed.
     *
     * @param calls how many have ended by now, this one included
     * @return whether that is too often
     */
    synchronized boolean failed(long nowNanos, long calls) {
        failures.add(new Failure(nowNanos, calls));
        while (failures.size() > MOST || nowNanos - failures.element().atNanos() > NANOS) {
            failures.remove();
        }
        long since = calls - failures.element().calls() + 1;
        return failures.size() >= least && failures.size() * 100L >= since * percent;
    }

    /** Forgets what was. */
    synchronized void clear() {
        failures.clear();
    }
}
