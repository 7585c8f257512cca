// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.ArrayList;
import java.util.List;

/**
 * How many tasks come each minute, and will: level and trend by C. C. Holt's double exponential smoothing (1957), the trend
 * damped after E. S. Gardner (1985) so that it does not run away, and intervals from how far the last forecasts were off. A
 * minute that is not over does not count. Not thread-safe.
 */
public final class Forecast {
    private static final double LEVEL = 0.3;
    private static final double TREND = 0.1;
    private static final double DAMPING = 0.9;
    private static final double ERRORS_DECAY = 0.95;
    private static final long MINUTE = 60_000;
    private static final int LEAST_MINUTES = 5;
    private static final double NINETY_FIVE = 1.96;

    private final Mean errors = new Mean(ERRORS_DECAY);
    private double level;
    private double trend;
    private long minutes;
    private long current = Long.MIN_VALUE;
    private long count;

    /**
     * One minute to come.
     *
     * @param inMinutes from now
     * @param tasks expected to come in that minute
     * @param low bound of the 95 % interval
     * @param high its other bound
     */
    public record Point(int inMinutes, double tasks, double low, double high) {}

    /** A task came. */
    public void arrived(long at) {
        pass(at);
        count++;
    }

    /** The minutes until then are over. */
    public void pass(long now) {
        long minute = Math.floorDiv(now, MINUTE);
        if (current == Long.MIN_VALUE) {
            current = minute;
        }
        // After a long pause all that is known is that nothing came.
        for (long skipped = Math.min(minute - current, 1_000); skipped > 0; skipped--) {
            over(count);
            count = 0;
        }
        current = Math.max(current, minute);
    }

    private void over(long tasks) {
        if (minutes++ == 0) {
            level = tasks;
            return;
        }
        double expected = level + DAMPING * trend;
        errors.add((tasks - expected) * (tasks - expected));
        double before = level;
        level = LEVEL * tasks + (1 - LEVEL) * expected;
        trend = TREND * (level - before) + (1 - TREND) * DAMPING * trend;
    }

    /** How many minutes it knows of. */
    public long minutes() {
        return minutes;
    }

    /** What is expected in these minutes from now, none if too little is known. */
    public List<Point> of(List<Integer> inMinutes) {
        List<Point> points = new ArrayList<>();
        if (minutes < LEAST_MINUTES) {
            return points;
        }
        for (int ahead : inMinutes) {
            double damped = DAMPING * (1 - Math.pow(DAMPING, ahead)) / (1 - DAMPING);
            double tasks = Math.max(0, level + damped * trend);
            // Errors add up: each step ahead adds what the level is moved by an error.
            double spread = Math.sqrt(errors.mean() * (1 + (ahead - 1) * LEVEL * LEVEL));
            // Counts have at least the spread of chance (Poisson).
            double half = NINETY_FIVE * Math.max(spread, Math.sqrt(tasks));
            points.add(new Point(ahead, tasks, Math.max(0, tasks - half), tasks + half));
        }
        return points;
    }
}
