// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.MetricFamily;
import io.skep.api.admin.MetricSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Metrics that other bundles add. What is written was put there before by them, so that no request runs their code. Of two
 * families of one name the first is written. Thread-safe.
 */
final class AddedMetrics {
    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();

    void add(MetricSource source) {
        sources.add(source);
    }

    void remove(MetricSource source) {
        sources.remove(source);
    }

    void write(PrometheusText text) {
        for (MetricSource source : sources) {
            for (MetricFamily family : source.families()) {
                if (!text.has(family.name())) {
                    write(text, family);
                }
            }
        }
    }

    private static void write(PrometheusText text, MetricFamily family) {
        text.head(family.name(), family.type().wire(), family.help().replace("\\", "\\\\"));
        for (MetricFamily.Sample sample : family.samples()) {
            text.sample(family.name() + sample.suffix(), labels(sample.labels()), number(sample.value()));
        }
    }

    /** Whole numbers without a point, as the server's own. */
    private static Number number(double value) {
        long whole = (long) value;
        if ((double) whole == value) {
            return whole;
        }
        return value;
    }

    private static String labels(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + PrometheusText.escape(label.getValue()) + '"')
                        .collect(Collectors.joining(","));
    }
}
