// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.pressure;

import io.skep.bench.load.Flow;
import org.HdrHistogram.Histogram;

/**
 * When starts are as quick as they were. A window of half a second is calm if no task of it was refused and nine of ten
 * started within twice what nine of ten had taken before, or within 20 ms where that is more.
 */
final class Calm {
    private static final double PERCENTILE = 90;
    private static final double FLOOR_NANOS = 20e6;
    private static final int WINDOWS_PER_SECOND = 2;

    /** So many in a row: one may be calm by chance. */
    private static final int IN_A_ROW = 4;

    private final double limitNanos;
    private final int perWindow;

    /**
     * @param before nanoseconds until started, in calm
     * @param perSecond how many tasks come in a second
     */
    Calm(Histogram before, int perSecond) {
        limitNanos = Math.max(FLOOR_NANOS, 2.0 * before.getValueAtPercentile(PERCENTILE));
        perWindow = Math.max(1, perSecond / WINDOWS_PER_SECOND);
    }

    /** What is looked at. */
    interface Window {
        /** Whether the tasks from {@code from} on and below {@code to} are calm. */
        boolean isCalm(int from, int to);
    }

    /** Milliseconds from a time until a flow is calm; not a number if it never is. */
    double millisAfter(long nanos, Flow flow) {
        int number = calmFrom(flow.count(), (from, to) -> isCalm(flow, from, to));
        return number < 0 ? Double.NaN : (flow.due(number) - nanos) / 1e6;
    }

    /** The first number of the windows in a row that are calm, or -1. */
    int calmFrom(int count, Window window) {
        int inARow = 0;
        for (int from = 0; from + perWindow <= count; from += perWindow) {
            inARow = window.isCalm(from, from + perWindow) ? inARow + 1 : 0;
            if (inARow == IN_A_ROW) {
                return from - (IN_A_ROW - 1) * perWindow;
            }
        }
        return -1;
    }

    private boolean isCalm(Flow flow, int from, int to) {
        return flow.track().acknowledged(from, to) == to - from && isQuick(flow.untilStarted(from, to));
    }

    boolean isQuick(Histogram starts) {
        return starts.getValueAtPercentile(PERCENTILE) <= limitNanos;
    }
}
