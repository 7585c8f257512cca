// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.pressure;

import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Homes;
import io.skep.bench.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Four kinds of pressure, each on a server of its own. Options: {@code --minutes} of the outage (10), half of which is the
 * overload; {@code --only} one of the scenarios; {@code --quick} for a smoke of seconds that judges no times.
 */
public final class PressureBench {
    private final Settings settings;
    private final boolean quick;

    /** A run with these settings; the home directory is cleared. */
    public PressureBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
    }

    /**
     * Runs the scenarios one after the other.
     *
     * @throws IllegalArgumentException if there is no scenario of the name that was asked for
     */
    public Findings run() throws IOException, InterruptedException {
        Map<String, Scenario> scenarios = scenarios();
        String only = settings.options().get("only");
        if (only != null && !scenarios.containsKey(only)) {
            throw new IllegalArgumentException("--only must be one of " + scenarios.keySet() + ", not " + only);
        }
        Homes.clear(settings.home());
        Goals goals = new Goals(!quick);
        for (Map.Entry<String, Scenario> entry : scenarios.entrySet()) {
            if (only == null || only.equals(entry.getKey())) {
                entry.getValue().run(entry.getKey(), settings.home().resolve(entry.getKey()), quick, goals);
            }
        }
        return goals.findings("every acknowledged change synced before its acknowledgement (SQLite, synchronous=FULL)");
    }

    private Map<String, Scenario> scenarios() {
        int seconds = settings.count("minutes", 10) * 60;
        Duration outage = Duration.ofSeconds(quick ? 3 : seconds);
        Duration overload = Duration.ofSeconds(quick ? 4 : seconds / 2);
        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        scenarios.put("outage", new Outage(outage));
        scenarios.put("tenants", new Tenants(Duration.ofSeconds(quick ? 2 : 60)));
        scenarios.put("overload", new Overload(overload, Duration.ofSeconds(quick ? 3 : 15)));
        scenarios.put("bulk", new Bulk(quick ? 2_000 : 100_000, Duration.ofSeconds(quick ? 2 : 20)));
        return scenarios;
    }
}
