// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.canary;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Findings;
import io.skep.bench.Homes;
import io.skep.bench.Settings;
import io.skep.bench.inprocess.Ask;
import io.skep.bench.inprocess.Tally;
import io.skep.bench.swap.HttpLoad;
import io.skep.client.Canary;
import io.skep.client.OperatorClient;
import io.skep.client.PluginJars;
import io.skep.client.Poll;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Brings in, under a steady load, versions that fail every tenth call, that are three times slower, and that are equal:
 * the first two have to be rolled back and the last has to be promoted, each time. Options: {@code --rounds} of the three
 * (20), {@code --quick} for one.
 */
public final class CanaryBench {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Canary CANARY = new Canary(50, 200, Duration.ofSeconds(60));

    private static final String PLUGIN = "bench-canary";
    private static final String CAPABILITY = "bench_canary";
    private static final String WORK_MILLIS = "2";
    private static final int PER_SECOND = 500;
    private static final int CONNECTIONS = 8;
    private static final String PHASE = "canary";

    private final Settings settings;
    private final int rounds;

    /** A run with these settings; the home directory is cleared. */
    public CanaryBench(Settings settings) {
        this.settings = settings;
        this.rounds = settings.count("rounds", settings.has("quick") ? 1 : 20);
    }

    /** Runs all rounds on one server. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        try (SkepServer server = SkepServer.of(settings.home(), SkepServer.freePort(), SkepServer.freePort())) {
            server.start(START);
            OperatorClient operator = server.client().operator();
            JsonNode first = operator.upgradeAndWait(PLUGIN, jar("1.0.0", Map.of()), Canary.NONE, PATIENCE);
            if (!first.path("outcome").asText().equals("promoted")) {
                throw new IOException("The first version does not serve: " + first);
            }
            Ask ask = new Ask(PLUGIN, CAPABILITY, "echo", "{\"text\":\"hello\"}");
            HttpLoad load = new HttpLoad(server.uri(), server.token(), List.of(ask), PER_SECOND, PHASE);
            load.begin(CONNECTIONS);
            CanaryFindings findings = new CanaryFindings(rounds);
            try {
                tryAll(operator, findings);
            } finally {
                load.end(PATIENCE);
            }
            Tally.Report calls = Objects.requireNonNull(load.end(Duration.ZERO).get(PHASE));
            return findings.findings(calls);
        }
    }

    private void tryAll(OperatorClient operator, CanaryFindings findings) throws IOException, InterruptedException {
        Poll.pause(SETTLE);
        for (int round = 1; round <= rounds; round++) {
            int number = 0;
            for (Trial trial : Trial.values()) {
                String version = "1." + round + "." + number++;
                JsonNode job = operator.upgradeAndWait(PLUGIN, jar(version, trial.headers()), CANARY, PATIENCE);
                findings.ended(trial, version, job);
                System.out.println("round " + round + ", " + trial + ": "
                        + job.path("outcome").asText() + ", "
                        + job.path("reason").asText());
            }
        }
    }

    private Path jar(String version, Map<String, String> more) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of(
                "Bundle-SymbolicName", "io.skep.bench.canary.plugin",
                "Bundle-Version", version,
                "Skep-Plugin-Name", PLUGIN,
                "Skep-Capability", CAPABILITY,
                "Skep-Work-Millis", WORK_MILLIS));
        headers.putAll(more);
        return PluginJars.variant(faultPlugin(), settings.home().resolve("jars").resolve(version + ".jar"), headers);
    }

    private static Path faultPlugin() throws IOException {
        URL part = CanaryBench.class.getResource("/io/skep/itests/faultplugin/FaultActivator.class");
        if (part == null || !(part.openConnection() instanceof JarURLConnection jar)) {
            throw new IOException("Run the benchmark from its jar: the fault plugin is no jar beside it");
        }
        try {
            return Path.of(jar.getJarFileURL().toURI());
        } catch (URISyntaxException e) {
            throw new IOException("The fault plugin's jar has no path", e);
        }
    }
}
