// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.PluginStatus;
import java.util.List;
import java.util.function.ToLongFunction;

/** What the generations of plugins do, as metrics. A generation that is gone is not reported any more. */
final class PluginMetrics {
    private PluginMetrics() {}

    static void write(PrometheusText text, List<PluginStatus> plugins) {
        String calls = "Calls that have ended, by generation of a plugin.";
        each(
                text,
                "skep_plugin_calls_total",
                "counter",
                calls,
                plugins,
                p -> p.load().calls());
        String errors = "Those of them that failed or did not end in time.";
        each(
                text,
                "skep_plugin_errors_total",
                "counter",
                errors,
                plugins,
                p -> p.load().errors());
        String inFlight = "Calls that have begun and not ended, by generation of a plugin.";
        each(
                text,
                "skep_plugin_in_flight",
                "gauge",
                inFlight,
                plugins,
                p -> p.load().inFlight());
        String share = "The share of its plugin's calls that a generation gets.";
        each(text, "skep_plugin_share_percent", "gauge", share, plugins, PluginStatus::sharePercent);
    }

    private static void each(
            PrometheusText text,
            String name,
            String type,
            String help,
            List<PluginStatus> plugins,
            ToLongFunction<PluginStatus> value) {
        text.head(name, type, help);
        for (PluginStatus plugin : plugins) {
            text.sample(name, labels(plugin), value.applyAsLong(plugin));
        }
    }

    private static String labels(PluginStatus plugin) {
        return "plugin=\"" + PrometheusText.escape(plugin.name()) + "\",version=\""
                + PrometheusText.escape(plugin.version()) + "\",generation=\"" + plugin.generation() + "\"";
    }
}
