// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Quantiles of times over the last {@value #WINDOW_SECONDS} seconds, to within one percent: a histogram for each
 * {@value #SLICE_MILLIS} ms, of which the oldest goes. Not thread-safe.
 */
final class Quantiles {
    static final int WINDOW_SECONDS = 300;
    private static final long SLICE_MILLIS = 10_000;
    private static final int SLICES = (int) (WINDOW_SECONDS * 1000L / SLICE_MILLIS);
    private static final int DIGITS = 2;
    private static final double[] SHOWN = {0.5, 0.99, 0.999};

    private final Histogram[] slices = new Histogram[SLICES];
    private final long[] numbers = new long[SLICES];
    private final Histogram all = new Histogram(DIGITS);
    private long count;
    private double sumSeconds;

    Quantiles() {
        for (int slot = 0; slot < SLICES; slot++) {
            slices[slot] = new Histogram(DIGITS);
            numbers[slot] = Long.MIN_VALUE;
        }
    }

    /** Something that ended then took so long; less than nothing, as when a clock is set back, is nothing. */
    void add(long atMillis, long tookMillis) {
        long took = Math.max(0, tookMillis);
        count++;
        sumSeconds += took / 1000.0;
        long number = Math.floorDiv(atMillis, SLICE_MILLIS);
        int slot = (int) Math.floorMod(number, (long) SLICES);
        if (numbers[slot] > number) {
            return;
        }
        if (numbers[slot] < number) {
            numbers[slot] = number;
            slices[slot].reset();
        }
        slices[slot].recordValue(took);
    }

    /** The quantiles as they stand, none if nothing ended in the window; sum and count of all. */
    void figures(Meaning meaning, long nowMillis, List<Figure> to) {
        long now = Math.floorDiv(nowMillis, SLICE_MILLIS);
        all.reset();
        for (int slot = 0; slot < SLICES; slot++) {
            if (numbers[slot] > now - SLICES && numbers[slot] <= now) {
                all.add(slices[slot]);
            }
        }
        if (all.getTotalCount() > 0) {
            for (double quantile : SHOWN) {
                double value = all.getValueAtPercentile(quantile * 100) / 1000.0;
                Map<String, String> label = Map.of("quantile", Double.toString(quantile));
                to.add(new Figure(meaning, "", label, value, Figure.seconds(WINDOW_SECONDS)));
            }
        }
        to.add(new Figure(meaning, "_sum", Map.of(), sumSeconds, Figure.START));
        to.add(new Figure(meaning, "_count", Map.of(), count, Figure.START));
    }
}
