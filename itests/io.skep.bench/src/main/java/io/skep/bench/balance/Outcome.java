// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.balance;

import org.HdrHistogram.Histogram;

/**
 * What came of a simulation. Immutable.
 *
 * @param times from submission to the end, in milliseconds, of the tasks that were completed
 * @param completed how many
 * @param lostMillis agents' time that went into attempts that failed
 * @param spentMillis agents' time in all
 * @param failed attempts that failed
 * @param lost tasks that failed as often as they may
 */
record Outcome(Histogram times, long completed, double lostMillis, double spentMillis, long failed, long lost) {
    double millis(double percentile) {
        return times.getValueAtPercentile(percentile);
    }

    /** Attempts that failed for each hundred tasks. */
    double lostPercent() {
        return 100.0 * failed / Math.max(1, completed + lost);
    }
}
