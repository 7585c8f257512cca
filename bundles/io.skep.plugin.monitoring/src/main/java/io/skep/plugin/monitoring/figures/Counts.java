// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import java.util.Arrays;

/**
 * How often something happened, by the second in which it did, so that events that are read late count where they belong.
 * Of fixed size. Not thread-safe.
 */
final class Counts {
    /** How far back it goes, in seconds. */
    static final int SECONDS = 300;

    private final long[] counts = new long[SECONDS];
    private final long[] seconds = new long[SECONDS];
    private long total;

    Counts() {
        Arrays.fill(seconds, Long.MIN_VALUE);
    }

    void add(long atMillis) {
        total++;
        long second = Math.floorDiv(atMillis, 1000L);
        int slot = (int) Math.floorMod(second, (long) SECONDS);
        if (seconds[slot] > second) {
            return; // Older than what is kept.
        }
        if (seconds[slot] < second) {
            seconds[slot] = second;
            counts[slot] = 0;
        }
        counts[slot]++;
    }

    /** All of them. */
    long total() {
        return total;
    }

    /** How often a second, in so many whole seconds before the present one. */
    double perSecond(long nowMillis, int window) {
        long now = Math.floorDiv(nowMillis, 1000L);
        long sum = 0;
        for (int slot = 0; slot < SECONDS; slot++) {
            if (seconds[slot] >= now - window && seconds[slot] < now) {
                sum += counts[slot];
            }
        }
        return (double) sum / window;
    }
}
