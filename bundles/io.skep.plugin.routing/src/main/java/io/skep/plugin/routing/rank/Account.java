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
    private double logMillis;
    private double logCost;
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
        measured();
        times[timed++ % times.length] = (int) Math.min(Integer.MAX_VALUE, Math.max(0, attemptMillis));
    }

    /** Averages of time and cost have changed. */
    void measured() {
        logMillis = Math.log(Math.max(1, millis));
        logCost = Math.log(Math.max(1, costMicros));
    }

    double logMillis() {
        return logMillis;
    }

    double logCost() {
        return logCost;
    }

    /** Counts what another one, of the same kind, knows to this one. */
    void add(Account other) {
        double share = other.total == 0 ? 0 : (double) other.total / (total + other.total);
        recent += share * (other.recent - recent);
        longRun += share * (other.longRun - longRun);
        total += other.total;
        tasks += other.tasks;
        successes += other.successes;
        double timeShare = other.millisCount == 0 ? 0 : other.millisCount / (millisCount + other.millisCount);
        millis += timeShare * (other.millis - millis);
        costMicros += timeShare * (other.costMicros - costMicros);
        millisCount += other.millisCount;
        measured();
        sumCount += other.sumCount;
        addSum(other.sum, 1);
    }

    /** Counts what one that was added knows no longer; both have faded since, each in its own time. */
    void subtract(Account other) {
        total = Math.max(0, total - other.total);
        tasks = Math.max(0, tasks - other.tasks);
        successes = Math.max(0, Math.min(tasks, successes - other.successes));
        double left = Math.max(0, sumCount - other.sumCount);
        if (left > 0) {
            addSum(other.sum, -1);
        } else {
            sum = null;
        }
        sumCount = left;
    }

    private void addSum(float @Nullable [] others, int sign) {
        float[] own = sum;
        if (others == null) {
            return;
        }
        if (own == null) {
            own = new float[others.length];
            sum = own;
        }
        for (int i = 0; i < own.length; i++) {
            own[i] += sign * others[i];
        }
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

    /** A task with this vector went well; what was before counts a little less. */
    void succeeded(float[] vector, double fading) {
        float[] before = sum;
        float[] own = before == null ? new float[vector.length] : before;
        sum = own;
        fadeSum(fading);
        for (int i = 0; i < own.length; i++) {
            own[i] += vector[i];
        }
        sumCount++;
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
