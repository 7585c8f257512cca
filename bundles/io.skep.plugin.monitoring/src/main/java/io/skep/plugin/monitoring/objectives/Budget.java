// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.objectives;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What went well and wrong, by minute for seven hours and by hour for 30 days, each where it happened; and what that says of
 * the error budget, which is the share that may go wrong. Burn rate 1 uses up all of it in exactly 30 days.
 *
 * <p>When to alert is as in Google's Site Reliability Workbook, chapter 5, table 5-8 (multiwindow, multi-burn-rate): both the
 * long and the short window must burn faster than that, so that an alert comes soon, and goes soon when it is over. Not
 * thread-safe.
 */
public final class Budget {
    /** How far back it goes, in hours. */
    static final int HOURS = 720;

    private static final int MINUTES = 420;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;
    /** Below so many in the long window nothing is said: one in a few is no rate. */
    static final long LEAST = 20;

    /**
     * When the budget burns too fast.
     *
     * @param severity of the alert
     * @param longMinutes the long window
     * @param shortMinutes the short one, a twelfth of it
     * @param factor the burn rate
     */
    public record Window(String severity, int longMinutes, int shortMinutes, double factor) {}

    /** 2 % of the budget in one hour, 5 % in six hours, 10 % in three days. */
    public static final List<Window> WINDOWS = List.of(
            new Window("page", 60, 5, 14.4), new Window("page", 360, 30, 6), new Window("ticket", 4_320, 360, 1));

    private final double target;
    private final NavigableMap<Long, long[]> minutes = new TreeMap<>();
    private final NavigableMap<Long, long[]> hours = new TreeMap<>();

    /**
     * All that is kept.
     *
     * @param minutes number of the minute since 1970, good, bad
     * @param hours the same by hour
     */
    public record Kept(List<List<Long>> minutes, List<List<Long>> hours) {}

    /** One with nothing yet. */
    public Budget(double target) {
        this.target = target;
    }

    /** Goes on from what was kept. */
    public Budget(double target, Kept kept) {
        this(target);
        kept.minutes().forEach(one -> minutes.put(one.get(0), new long[] {one.get(1), one.get(2)}));
        kept.hours().forEach(one -> hours.put(one.get(0), new long[] {one.get(1), one.get(2)}));
    }

    /** What is to be kept. */
    public Kept kept() {
        return new Kept(list(minutes), list(hours));
    }

    private static List<List<Long>> list(Map<Long, long[]> counts) {
        List<List<Long>> all = new ArrayList<>();
        counts.forEach((number, count) -> all.add(List.of(number, count[0], count[1])));
        return all;
    }

    /** Something went well or wrong then. */
    public void add(long atMillis, boolean good) {
        count(minutes, atMillis / MINUTE, MINUTES, good);
        count(hours, atMillis / HOUR, HOURS, good);
    }

    private static void count(NavigableMap<Long, long[]> counts, long number, int most, boolean good) {
        counts.computeIfAbsent(number, begins -> new long[2])[good ? 0 : 1]++;
        counts.headMap(counts.lastKey() - most, true).clear();
    }

    /** Good and bad in so many minutes up to now; beyond six hours in whole hours. */
    long[] counts(long now, int window) {
        boolean byMinute = window <= MINUTES - 60;
        NavigableMap<Long, long[]> from = byMinute ? minutes : hours;
        long last = now / (byMinute ? MINUTE : HOUR);
        long first = last - (byMinute ? window : window / 60);
        long[] sum = new long[2];
        for (long[] count : from.subMap(first, false, last, true).values()) {
            sum[0] += count[0];
            sum[1] += count[1];
        }
        return sum;
    }

    /** How fast the budget burns, by what happened in so many minutes; 0 if nothing did. */
    public double burnRate(long now, int window) {
        long[] sum = counts(now, window);
        long all = sum[0] + sum[1];
        return all == 0 ? 0 : (double) sum[1] / all / (1 - target);
    }

    /** Whether it burns too fast. */
    public boolean isBurning(long now, Window window) {
        long[] sum = counts(now, window.longMinutes());
        return sum[0] + sum[1] >= LEAST
                && burnRate(now, window.longMinutes()) > window.factor()
                && burnRate(now, window.shortMinutes()) > window.factor();
    }

    /** What is left of the budget of the last 30 days, 1 for all of it; below 0 it is more than used up. */
    public double left(long now) {
        return 1 - burnRate(now, HOURS * 60);
    }
}
