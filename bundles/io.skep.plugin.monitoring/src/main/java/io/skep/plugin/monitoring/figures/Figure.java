// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A figure as it stands.
 *
 * @param meaning what it is
 * @param suffix what follows the name of a summary, or empty
 * @param labels which of them it is; sorted
 * @param value in the unit of its meaning
 * @param window what it covers: {@code now}, so many seconds back, or {@code start} for since this generation began
 */
public record Figure(Meaning meaning, String suffix, Map<String, String> labels, double value, String window) {
    /** Of this moment. */
    public static final String NOW = "now";

    /** Since the generation began to follow the events. */
    public static final String START = "start";

    /** Sorts. */
    public Figure {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** The name with its suffix. */
    public String name() {
        return meaning.name() + suffix;
    }

    /** Of this moment, without labels. */
    static Figure now(Meaning meaning, double value) {
        return new Figure(meaning, "", Map.of(), value, NOW);
    }

    /** Of this moment. */
    static Figure now(Meaning meaning, Map<String, String> labels, double value) {
        return new Figure(meaning, "", labels, value, NOW);
    }

    /** Of this moment, a number of something; beyond 2^53 it is rounded. */
    static Figure now(Meaning meaning, long number) {
        return now(meaning, (double) number);
    }

    /** Of this moment, a number of something; beyond 2^53 it is rounded. */
    static Figure now(Meaning meaning, Map<String, String> labels, long number) {
        return now(meaning, labels, (double) number);
    }

    /** A window of so many seconds. */
    static String seconds(long seconds) {
        return seconds + "s";
    }

    /** Whether these labels are among its own. */
    public boolean has(Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }
}
