// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is known of one agent from its outcomes; all of it fades. Not thread-safe. */
final class Account {
    private static final double SMOOTHING = 0.1;

    double tasks;
    double successes;
    /** Of the vectors of its successes, with their number. */
    float @Nullable [] sum;

    double sumCount;
    double millis;
    double costMicros;
    double millisCount;
    /** The last attempts' times, as a ring. */
    final int[] times = new int[64];

    int timed;
    /** A fast and a slow average of its outcomes; their difference is the drift. */
    double recent;

    double longRun;
    long total;

    void ended(double outcome) {
        double first = total == 0 ? 1 : 0;
        recent += Math.max(first, SMOOTHING) * (outcome - recent);
        longRun += Math.max(1.0 / (total + 1), SMOOTHING / 10) * (outcome - longRun);
        total++;
        tasks++;
        successes += outcome;
    }

    void took(double attemptMillis, double cost) {
        double share = Math.max(1 / (millisCount + 1), SMOOTHING);
        millis += share * (attemptMillis - millis);
        costMicros += share * (cost - costMicros);
        millisCount++;
        times[timed++ % times.length] = (int) Math.min(Integer.MAX_VALUE, Math.max(0, attemptMillis));
    }

    /** What so many percent of the last attempts kept to, by the nearest rank; 0 if there are none. */
    double percentile(int percent) {
        int count = Math.min(timed, times.length);
        if (count == 0) {
            return millis;
        }
        int[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return sorted[(count * percent + 99) / 100 - 1];
    }

    void fade(double factor) {
        tasks *= factor;
        successes *= factor;
    }

    void fadeSum(double factor) {
        sumCount *= factor;
        if (sum != null) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] *= (float) factor;
            }
        }
    }
}
