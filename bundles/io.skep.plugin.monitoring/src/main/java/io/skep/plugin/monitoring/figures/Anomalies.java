// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The series that are looked at for anomalies, every {@value Anomaly#EVERY_SECONDS} s. Not thread-safe. */
public final class Anomalies {
    private static final Meaning SCORE = Meaning.gauge(
            "monitoring",
            "skep_anomaly_score",
            "deviations",
            "How strange a series is just now: its modified z-score over ten minutes; 3.5 is an outlier.");

    private final Map<Series, Anomaly> all = new LinkedHashMap<>();
    private long next;

    /** A series: a figure, and what change of it is none. */
    private record Series(String name, String figure, Map<String, String> labels, String window, double floor) {}

    private static final List<Series> SERIES = List.of(
            rate("submitted", "submitted"),
            rate("completed", "completed"),
            rate("failed", "failed"),
            new Series("wait_p99", "skep_task_wait_seconds", Map.of("quantile", "0.99"), "300s", 0.5),
            new Series("run_p99", "skep_attempt_run_seconds", Map.of("quantile", "0.99"), "300s", 0.5),
            new Series("queued", "skep_queued_tasks", Map.of(), Figure.NOW, 5),
            new Series("saturation", "skep_slots_saturation_ratio", Map.of(), Figure.NOW, 0.05),
            new Series("heap", "skep_jvm_heap_used_ratio", Map.of(), Figure.NOW, 0.1));

    /** All that is kept, by name of the series. */
    public record Kept(Map<String, List<Double>> values) {
        /** Nothing. */
        public static final Kept NONE = new Kept(Map.of());
    }

    private static Series rate(String name, String state) {
        return new Series(name, "skep_task_transitions_per_second", Map.of("state", state), "60s", 0.05);
    }

    /** Goes on from what was kept. */
    public Anomalies(Kept kept) {
        for (Series series : SERIES) {
            Anomaly its = new Anomaly(series.floor());
            its.restore(kept.values().getOrDefault(series.name(), List.of()));
            all.put(series, its);
        }
    }

    /** What is to be kept. */
    public Kept kept() {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        all.forEach((series, its) -> values.put(series.name(), its.kept()));
        return new Kept(values);
    }

    /** Takes in the figures of a look, if it is time, and says how strange they are. */
    public void figures(long now, List<Figure> figures) {
        boolean due = now >= next;
        if (due) {
            next = now + Anomaly.EVERY_SECONDS * 1000L;
        }
        all.forEach((series, its) -> {
            if (due) {
                value(series, figures).ifPresent(its::next);
            }
            figures.add(Figure.now(SCORE, Map.of("series", series.name()), its.score()));
        });
    }

    private static OptionalDouble value(Series series, List<Figure> figures) {
        return figures.stream()
                .filter(figure -> figure.name().equals(series.figure())
                        && figure.window().equals(series.window())
                        && figure.has(series.labels()))
                .mapToDouble(Figure::value)
                .findFirst();
    }
}
