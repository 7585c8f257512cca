// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A metric with its samples, as monitoring systems read it: named after what is measured, in base units (seconds, bytes,
 * ratios of 0 to 1). Immutable.
 *
 * @param name letters, digits and underscores; a counter's ends in {@code _total}
 * @param type how its values are to be read
 * @param unit of its values, for instance {@code seconds}; empty for plain numbers
 * @param help what it is, in one line
 * @param samples at most {@value #MAX_SAMPLES}
 */
public record MetricFamily(String name, Type type, String unit, String help, List<Sample> samples) {
    /** The most samples. */
    public static final int MAX_SAMPLES = 1_000;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,199}");

    /** How values are to be read. */
    public enum Type {
        /** It only grows, and begins anew at 0 with whoever counts. */
        COUNTER,
        /** It goes up and down. */
        GAUGE,
        /** Quantiles, with the suffixes {@code _sum} and {@code _count}. */
        SUMMARY;

        /** The name at the edges, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A value.
     *
     * @param suffix what follows the family's name, or empty
     * @param labels by name
     * @param value as it stands
     */
    public record Sample(String suffix, Map<String, String> labels, double value) {
        public Sample {
            Objects.requireNonNull(suffix);
            labels = Map.copyOf(labels);
            for (String label : labels.keySet()) {
                if (!NAME.matcher(label).matches()) {
                    throw new IllegalArgumentException(label + " is no name of a label");
                }
            }
        }
    }

    /** Checks. */
    public MetricFamily {
        Objects.requireNonNull(type);
        Objects.requireNonNull(unit);
        samples = List.copyOf(samples);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(name + " is no name of a metric");
        }
        if (help.isBlank() || help.contains("\n")) {
            throw new IllegalArgumentException("the help of " + name + " is not one line");
        }
        if (samples.size() > MAX_SAMPLES) {
            throw new IllegalArgumentException(name + " has more than " + MAX_SAMPLES + " samples");
        }
    }
}
