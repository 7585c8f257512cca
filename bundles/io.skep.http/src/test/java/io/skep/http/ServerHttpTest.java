// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.MetricFamily;
import io.skep.api.admin.MetricSource;
import io.skep.api.plugin.IntegrationResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerHttpTest extends HttpTestBase {
    private static final String LABEL = "[a-z]+=\"([^\"\\\\]|\\\\.)*\"";

    @Test
    void health_needsNoToken() {
        assertThat(send("GET", "/health/live", null, null).status()).isEqualTo(200);
        assertThat(send("GET", "/health/ready", null, null).json().get("ready").asBoolean())
                .isTrue();
        core.notReady = List.of("the store is full");
        Reply reply = send("GET", "/health/ready", null, null);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().at("/reasons/0").asText()).isEqualTo("the store is full");
    }

    @ParameterizedTest
    @CsvSource({"access", "orchestrator", "server", "plugins", "flags"})
    void everythingButLiveness_isUnavailableWithoutCore(String missing) {
        switch (missing) {
            case "access" -> servlet.unbindAccess(core);
            case "orchestrator" -> servlet.unbindOrchestrator(core);
            case "plugins" -> servlet.unbindPlugins(core.plugins);
            case "flags" -> servlet.unbindFlags(core.flags);
            default -> servlet.unbindServer(core);
        }
        assertThat(send("GET", "/health/live", null, null).status()).isEqualTo(200);
        assertThat(send("GET", "/health/ready", null, null).status()).isEqualTo(503);
        for (String path : List.of("/api/v1/tasks", "/metrics", "/api/v1/openapi.json", "/api/v1/nothing")) {
            Reply reply = get(path);
            assertProblem(reply, 503, "unavailable", null);
            assertThat(reply.header("Retry-After")).isEqualTo("1");
        }
        servlet.bindAccess(core);
        servlet.bindOrchestrator(core);
        servlet.bindServer(core);
        servlet.bindPlugins(core.plugins);
        servlet.bindFlags(core.flags);
        assertThat(get("/api/v1/tasks").status()).isEqualTo(200);
    }

    @Test
    void serviceThatWasReplaced_isNotForgottenWithTheOldOne() {
        try (FakeCore other = new FakeCore()) {
            servlet.unbindAccess(other);
            servlet.unbindOrchestrator(other);
            servlet.unbindServer(other);
            servlet.unbindPlugins(other.plugins);
            servlet.unbindFlags(other.flags);
        }
        assertThat(get("/api/v1/tasks").status()).isEqualTo(200);
    }

    @Test
    void contract_isServed() {
        assertThat(get("/api/v1/openapi.json").json()).isEqualTo(Contract.DOCUMENT);
    }

    @Test
    void metrics_areInPrometheusText() {
        task("d");
        get("/api/v1/tasks/none");
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() ->
                        assertThat(get("/metrics").body()).contains("skep_http_requests_total{class=\"4xx\"} 1\n"));
        Reply reply = get("/metrics");
        assertThat(reply.header("Content-Type")).startsWith("text/plain;version=0.0.4");
        assertThat(reply.body())
                .contains("skep_build_info{version=\"0.1.0 \\\"test\\\"\"} 1\n")
                .contains("skep_tasks{state=\"queued\"} 1\n", "skep_tasks{state=\"input-required\"} 0\n")
                .contains("skep_log_records_total 12\n", "skep_log_commits_total 3\n")
                .contains("skep_projection_lag_records 1\n", "skep_waiting_claims 0\n")
                .contains("skep_plugin_calls_total{plugin=\"context-routing\",version=\"0.1.0\",generation=\"2\"} 90\n")
                .contains("skep_plugin_errors_total{plugin=\"context-routing\",version=\"0.1.0\",generation=\"2\"} 4\n")
                .contains("skep_plugin_in_flight{plugin=\"context-routing\",version=\"0.1.0\",generation=\"2\"} 3\n")
                .contains("skep_http_request_duration_seconds_bucket{le=\"+Inf\"} ")
                .contains("jvm_memory_heap_used_bytes ", "jvm_threads ", "jvm_gc_collections_total ");
        for (String line : reply.body().split("\n")) {
            assertThat(line)
                    .matches("# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{" + LABEL + "(," + LABEL + ")*})? [0-9.E+-]+");
        }
    }

    @Test
    void metricsOfOtherBundles_areAdded_asTheyWerePutLast_andGoWithThem() {
        AtomicLong nanos = new AtomicLong();
        MetricSource source = new MetricSource(nanos::get);
        servlet.bindMetrics(source);
        MetricFamily waits = new MetricFamily(
                "skep_wait_seconds",
                MetricFamily.Type.SUMMARY,
                "seconds",
                "How long \\ it took.",
                List.of(
                        new MetricFamily.Sample("", Map.of("quantile", "0.5", "a", "x\"y"), 0.25),
                        new MetricFamily.Sample("_count", Map.of(), 3)));
        MetricFamily taken = new MetricFamily("skep_tasks", MetricFamily.Type.GAUGE, "", "Another one.", List.of());
        source.put(List.of(waits, taken), Duration.ofSeconds(1));
        assertThat(get("/metrics").body())
                .contains("# HELP skep_wait_seconds How long \\\\ it took.\n", "# TYPE skep_wait_seconds summary\n")
                .contains("skep_wait_seconds{a=\"x\\\"y\",quantile=\"0.5\"} 0.25\n", "skep_wait_seconds_count 3\n")
                .doesNotContain("Another one");

        nanos.set(Duration.ofSeconds(2).toNanos());
        assertThat(get("/metrics").body()).as("it holds no more").doesNotContain("skep_wait_seconds");
        source.put(List.of(waits), Duration.ofSeconds(1));
        servlet.unbindMetrics(source);
        assertThat(get("/metrics").body()).doesNotContain("skep_wait_seconds");
    }

    @Test
    void capabilities_areListedAndCalled() {
        Reply list = get("/api/v1/capabilities");
        assertThat(list.json().at("/items/0/operations/0/whenAbsent").asText()).isEqualTo("fall-back");
        assertThat(list.json().at("/items/0/operations/0/examples/0/text").asText())
                .isEqualTo("count lines");
        assertThat(list.json().at("/items/0/operations/0/examples/1").asText()).isEqualTo("no json");
        assertThat(list.json().at("/items/0/operations/0/shellCommand").asText())
                .isEqualTo("route:find");
        Reply reply = post(
                "/api/v1/capabilities/semantic_routing",
                "{\"operation\":\"route\",\"agentId\":\"a\",\"taskId\":\"t\",\"tenant\":\"n\",\"data\":{\"text\": 1.0}}");
        assertThat(reply.body()).isEqualTo("{\"success\":true,\"data\":{\"path\": [1, 2.50]}}");
        assertThat(core.called.capability()).isEqualTo("semantic_routing");
        assertThat(core.called.operation()).isEqualTo("route");
        assertThat(core.called.agent()).isEqualTo("a");
        assertThat(core.called.task()).isEqualTo("t");
        assertThat(core.called.tenant()).isEqualTo("n");
        assertThat(core.called.data()).isEqualTo("{\"text\": 1.0}");
    }

    @Test
    void answerOfACall_saysWhichGenerationGaveIt() {
        core.response = new IntegrationResponse.Answered("{}", new IntegrationResponse.Provider("sample", "1.2.0", 7));
        assertThat(post("/api/v1/capabilities/c", "{\"data\":1}").body())
                .isEqualTo(
                        "{\"success\":true,\"data\":{},\"plugin\":\"sample\",\"version\":\"1.2.0\",\"generation\":7}");
    }

    @Test
    void goneCall_saysWhenToComeBack() {
        core.response = new IntegrationResponse.Gone("full", Duration.ofMillis(1001));
        assertThat(post("/api/v1/capabilities/c", "{\"data\":1}").header("Retry-After"))
                .isEqualTo("2");
        for (Duration soon : new Duration[] {null, Duration.ZERO, Duration.ofMillis(1)}) {
            core.response = new IntegrationResponse.Gone("full", soon);
            assertThat(post("/api/v1/capabilities/c", "{\"data\":1}").header("Retry-After"))
                    .isEqualTo("1");
        }
    }

    private void assertCall(IntegrationResponse response, int status, String reason) {
        core.response = response;
        Reply reply = post("/api/v1/capabilities/c", "{\"data\":null}");
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().get("success").asBoolean()).isFalse();
        assertThat(reply.json().at("/error/reason").asText()).isEqualTo(reason);
        assertThat(reply.json().at("/error/detail").asText()).isNotEmpty();
    }

    @Test
    void everyEndingOfACall_hasItsStatus() {
        assertCall(new IntegrationResponse.Declined("no"), 422, "declined");
        assertCall(new IntegrationResponse.Failed("routing", "broke"), 502, "failed");
        assertCall(new IntegrationResponse.TimedOut("routing", Duration.ofSeconds(4)), 504, "timed-out");
        assertCall(new IntegrationResponse.Gone("nobody"), 503, "gone");
        assertCall(new IntegrationResponse.Answered("no json"), 502, "failed");
        assertCall(new IntegrationResponse.Answered(""), 502, "failed");
        assertCall(new IntegrationResponse.Answered("1 2"), 502, "failed");
    }
}
