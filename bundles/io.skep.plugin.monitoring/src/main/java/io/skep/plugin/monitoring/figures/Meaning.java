// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import io.skep.api.admin.MetricFamily;

/**
 * What a figure means; its name says its unit, as Prometheus' conventions have it.
 *
 * @param section core, queues, agents, plugins, store, jvm or monitoring
 * @param name of the metric
 * @param type how its values are to be read
 * @param unit of its values
 * @param help what it is, in one line
 * @param exported whether it is in {@code /metrics}, where it is not there already
 */
public record Meaning(String section, String name, MetricFamily.Type type, String unit, String help, boolean exported) {
    /** A value that goes up and down. */
    public static Meaning gauge(String section, String name, String unit, String help) {
        return new Meaning(section, name, MetricFamily.Type.GAUGE, unit, help, true);
    }

    /** A value that only grows. */
    public static Meaning counter(String section, String name, String unit, String help) {
        return new Meaning(section, name, MetricFamily.Type.COUNTER, unit, help, true);
    }

    /** The server itself has it in {@code /metrics}, or Prometheus makes it of what is there. */
    Meaning shown() {
        return new Meaning(section, name, type, unit, help, false);
    }
}
