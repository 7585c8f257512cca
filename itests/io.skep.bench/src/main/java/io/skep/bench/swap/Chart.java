// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Shows histograms of the time of calls side by side: how many took how long, in steps of two, then percentiles. */
final class Chart {
    private static final double FIRST_MILLIS = 0.125;
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 99.99, 100.0);

    private Chart() {}

    static void print(PrintStream out, String title, Map<String, Phase> phases) {
        out.println();
        out.println(title + ": calls by how long they took from when they were due");
        StringBuilder head = new StringBuilder(String.format("%14s", "up to ms"));
        phases.keySet().forEach(name -> head.append(String.format(" %12s", name)));
        out.println(head);
        long most = phases.values().stream()
                .mapToLong(phase -> phase.nanos().getMaxValue())
                .max()
                .orElse(0);
        long from = 0;
        for (double millis = FIRST_MILLIS; from <= most; millis *= 2) {
            long to = (long) (millis * 1e6);
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%14.3f", millis));
            for (Phase phase : phases.values()) {
                row.append(String.format(Locale.ROOT, " %,12d", count(phase.nanos(), from, to)));
            }
            out.println(row);
            from = to + 1;
        }
        for (double percentile : PERCENTILES) {
            StringBuilder row = new StringBuilder(
                    String.format(Locale.ROOT, "%11.2f ms", percentile).replace("ms", "% "));
            phases.values()
                    .forEach(phase -> row.append(String.format(Locale.ROOT, " %9.3f ms", phase.millis(percentile))));
            out.println(row);
        }
        out.println();
    }

    /** Calls between two times; {@code from} is what the row before ended with. */
    private static long count(Histogram nanos, long from, long to) {
        long upTo = nanos.getTotalCount() == 0 ? 0 : nanos.getCountBetweenValues(0, to);
        return from == 0 ? upTo : upTo - nanos.getCountBetweenValues(0, from - 1);
    }
}
