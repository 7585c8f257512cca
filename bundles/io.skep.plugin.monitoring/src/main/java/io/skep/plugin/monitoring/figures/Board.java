// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import io.skep.api.admin.MetricFamily;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All figures of one look. Immutable.
 *
 * @param at when it was looked
 * @param figures in the order of their sections
 */
public record Board(Instant at, List<Figure> figures) {
    /** Before the first look. */
    public static final Board EMPTY = new Board(Instant.EPOCH, List.of());

    /** Copies. */
    public Board {
        figures = List.copyOf(figures);
    }

    /** Those of a name, with at least these labels. */
    public List<Figure> named(String name, Map<String, String> labels) {
        return figures.stream()
                .filter(figure -> figure.name().equals(name) && figure.has(labels))
                .toList();
    }

    /** What is in {@code /metrics}. */
    public List<MetricFamily> families() {
        Map<Meaning, List<MetricFamily.Sample>> samples = new LinkedHashMap<>();
        for (Figure figure : figures) {
            if (figure.meaning().exported()) {
                List<MetricFamily.Sample> its = samples.computeIfAbsent(figure.meaning(), meant -> new ArrayList<>());
                if (its.size() < MetricFamily.MAX_SAMPLES) {
                    its.add(new MetricFamily.Sample(figure.suffix(), figure.labels(), figure.value()));
                }
            }
        }
        List<MetricFamily> families = new ArrayList<>();
        samples.forEach((meaning, its) ->
                families.add(new MetricFamily(meaning.name(), meaning.type(), meaning.unit(), meaning.help(), its)));
        return families;
    }
}
