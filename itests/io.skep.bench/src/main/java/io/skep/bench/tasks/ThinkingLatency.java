// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * What a task that needs no thinking loses by the question whether it does: the latency of {@link HttpLatency} with tasks
 * that are long enough to be asked about, and the capability switched on or off.
 */
final class ThinkingLatency {
    static final String ON = "thinking.on.latency";
    static final String OFF = "thinking.off.latency";

    private static final String CAPABILITY = "extended_thinking";
    private static final String DESCRIPTION =
            "Count the lines of every file in the folder and say which of them is the longest one";

    private final SkepServer server;
    private final boolean on;

    ThinkingLatency(SkepServer server, boolean on) {
        this.server = server;
        this.on = on;
    }

    Map<String, Double> measure(Duration warmup, Duration length) throws IOException, InterruptedException {
        SkepClient admin = server.client();
        admin.operator().setFlag(CAPABILITY, on ? "on" : "off");
        try {
            double before = asked(admin);
            Map<String, Double> figures = new HttpLatency(server, on ? ON : OFF, DESCRIPTION).measure(warmup, length);
            boolean wasAsked = asked(admin) > before;
            if (wasAsked != on) {
                throw new IOException("With " + CAPABILITY + (on ? " on nobody asked" : " off somebody asked")
                        + " whether there is something to think about");
            }
            return figures;
        } finally {
            admin.operator().setFlag(CAPABILITY, "on");
        }
    }

    /** How many calls the plugin has answered. */
    private static double asked(SkepClient admin) throws IOException, InterruptedException {
        return admin.metrics()
                .lines()
                .filter(line -> line.startsWith("skep_plugin_calls_total{") && line.contains("\"enhanced-workflow\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
