// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * How strange the next value of a series is: its modified z-score, {@code 0.6745 (x - median) / MAD} over the last
 * {@value #KEPT} values, as B. Iglewicz and D. Hoaglin have it (How to Detect and Handle Outliers, 1993), who call 3.5 an
 * outlier. Median and MAD do not move with a few outliers. So that a series that hardly moves does not cry wolf, MAD is
 * taken to be at least {@value #LEAST_SHARE} of the median and a floor of the series' own. Values are {@value
 * #EVERY_SECONDS} s apart. Not thread-safe.
 */
public final class Anomaly {
    /** How many values are looked back at. */
    static final int KEPT = 60;
    /** Without so many nothing is said. */
    static final int LEAST = 30;

    static final int EVERY_SECONDS = 10;
    private static final double LEAST_SHARE = 0.05;
    private static final double NORMAL = 0.6745;

    private final double floor;
    private final Deque<Double> values = new ArrayDeque<>();
    private double score;

    /** Of a series of which a change of {@code floor} is none. */
    public Anomaly(double floor) {
        this.floor = floor;
    }

    /** Goes on from what was kept. */
    void restore(Collection<Double> kept) {
        values.clear();
        values.addAll(kept);
    }

    /** What is to be kept. */
    List<Double> kept() {
        return List.copyOf(values);
    }

    /** Takes the next value in; how strange it is, 0 as long as too little is known. */
    public double next(double value) {
        score = values.size() < LEAST ? 0 : Math.abs(score(value));
        values.addLast(value);
        if (values.size() > KEPT) {
            values.removeFirst();
        }
        return score;
    }

    /** How strange the last one was. */
    double score() {
        return score;
    }

    private double score(double value) {
        double median = median(new ArrayList<>(values));
        List<Double> off = new ArrayList<>();
        values.forEach(one -> off.add(Math.abs(one - median)));
        double spread = Math.max(median(off), Math.max(floor, LEAST_SHARE * Math.abs(median)));
        return NORMAL * (value - median) / spread;
    }

    private static double median(List<Double> of) {
        double[] sorted = of.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
