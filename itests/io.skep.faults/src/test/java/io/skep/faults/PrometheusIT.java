// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus, of Debian's package, with the shipped rules; without it the tests say so and are skipped. */
@ExtendWith(SharedServer.class)
class PrometheusIT {
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
    private static final Path RULES = Path.of("../../docs/examples/prometheus/skep-alerts.yml");
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Instance instance;
    private int port;
    private Process prometheus;

    @TempDir
    private Path directory;

    PrometheusIT(Instance instance) {
        this.instance = instance;
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PROMETHEUS), "Prometheus is not installed (apt-get install prometheus)");
        Path token =
                Files.writeString(directory.resolve("token"), instance.server().token());
        Path configuration = directory.resolve("prometheus.yml");
        Files.write(
                configuration,
                List.of(
                        "global: {scrape_interval: 1s, evaluation_interval: 1s}",
                        "rule_files: ['" + RULES.toAbsolutePath().normalize() + "']",
                        "scrape_configs:",
                        "  - job_name: skep",
                        "    authorization: {credentials_file: '" + token + "'}",
                        "    static_configs: [{targets: ['"
                                + instance.server().uri().getAuthority() + "']}]"));
        port = SkepServer.freePort();
        prometheus = new ProcessBuilder(
                        PROMETHEUS.toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Instance.await("Prometheus is ready", () -> isReady());
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroy();
            if (!prometheus.waitFor(Instance.SOON.toSeconds(), TimeUnit.SECONDS)) {
                prometheus.destroyForcibly();
            }
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private JsonNode data(String path) throws IOException, InterruptedException {
        return JSON.readTree(get("/api/v1/" + path).body()).path("data");
    }

    /** The value of an expression that is one number; NaN if there is none. */
    private double value(String expression) throws IOException, InterruptedException {
        return data("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result")
                .path(0)
                .path("value")
                .path(1)
                .asDouble(Double.NaN);
    }

    @Test
    void figures_areScraped_andTellWhatHappens() throws Exception {
        Instance.await("the server is scraped", () -> value("up{job=\"skep\"}") == 1);
        assertThat(data("targets")
                        .path("activeTargets")
                        .path(0)
                        .path("lastError")
                        .asText())
                .isEmpty();
        Instance.await("the plugin's figures are there", () -> value("count(skep_monitoring_lag_events)") == 1);
        assertThat(value("count({__name__=~\"skep_.*\"})")).isGreaterThan(100);
        assertThat(value("count({__name__=~\"skep_.*\"} == Inf)"))
                .as("values without a bound")
                .isNaN();

        SkepClient client = instance.server().client();
        double before = value("sum(skep_agents)");
        client.register("scraped", 1, "scraped");
        Instance.await("the new agent is counted", () -> value("sum(skep_agents)") > before);
        client.removeAgent("scraped", "seen");
        Instance.await("and not counted when it is gone", () -> value("sum(skep_agents)") <= before);
    }

    @Test
    void rules_areReckoned_andNoneFires_whereNothingIsWrong() throws Exception {
        Instance.await("all rules were reckoned", () -> healths().stream().allMatch("ok"::equals));
        assertThat(healths()).hasSizeGreaterThanOrEqualTo(8);
        assertThat(
                        value(
                                "count(ALERTS{alertname=~\"SkepDown|SkepPluginGone|SkepMonitoringAbsent\", alertstate=\"firing\"})"))
                .isNaN();
    }

    private List<String> healths() throws IOException, InterruptedException {
        return KillLab.stream(data("rules").path("groups").path(0).path("rules"))
                .map(rule -> rule.path("health").asText())
                .toList();
    }
}
