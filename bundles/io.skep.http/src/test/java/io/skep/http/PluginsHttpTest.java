// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.admin.SwapJob;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginsHttpTest extends HttpTestBase {
    private static final String PATH = "/api/v1/plugins/" + FakePlugins.NAME;

    @Test
    void plugins_areListedWithTheirLoad() {
        assertThat(get("/api/v1/plugins").json().at("/items/0").toString())
                .isEqualTo("{\"name\":\"context-routing\",\"version\":\"0.1.0\",\"generation\":2,\"state\":\"serving\","
                        + "\"cause\":\"initialised\",\"sharePercent\":100,\"capabilities\":[\"semantic_routing\"],"
                        + "\"inFlight\":3,\"calls\":90,\"errors\":4,\"p50Micros\":120,\"p99Micros\":4500}");
    }

    @Test
    void plugin_isShownWithItsPastAndItsJob() {
        JsonNode before = get(PATH).json();
        assertThat(before.has("job")).isFalse();
        assertThat(before.has("desired")).isFalse();
        assertThat(before.at("/kept/0").asText()).isEqualTo("0.0.9");
        assertThat(before.at("/generations/0/generation").asInt()).isEqualTo(2);
        assertThat(before.at("/history/0").toString())
                .isEqualTo("{\"at\":\"2026-01-02T03:04:05.678Z\",\"event\":\"plugin.promoted\","
                        + "\"actor\":\"administrator (http)\",\"detail\":\"0.1.0 serves\"}");
        post(PATH + "/rollback", null);
        assertThat(get(PATH).json().at("/job/kind").asText()).isEqualTo("rollback");
        assertProblem(get("/api/v1/plugins/other"), 404, "not-found", null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rollback_beginsAJob_andASecondIsRefused(boolean late) {
        core.late = late;
        Reply reply = post(PATH + "/rollback", null);
        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.header("Location")).isEqualTo("/api/v1/jobs/j1");
        assertThat(reply.body())
                .isEqualTo(
                        "{\"id\":\"j1\",\"plugin\":\"context-routing\",\"kind\":\"rollback\",\"from\":\"0.1.0\","
                                + "\"to\":\"0.2.0\",\"actor\":\"administrator (http)\",\"begunAt\":\"2026-01-02T03:04:05.678Z\","
                                + "\"phases\":[{\"phase\":\"check\",\"tookMillis\":12},{\"phase\":\"warm-up\",\"tookMillis\":0}],"
                                + "\"outcome\":\"running\",\"reason\":\"warming up\",\"drained\":7,\"parked\":8,\"abandoned\":9}");
        assertProblem(post(PATH + "/rollback", null), 409, "conflict", null);
        assertProblem(send("DELETE", PATH, FakeCore.ADMIN, null), 409, "conflict", null);
    }

    @Test
    void removal_beginsAJobWithoutANewVersion() {
        Reply reply = send("DELETE", PATH, FakeCore.ADMIN, null);
        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.header("Location")).isEqualTo("/api/v1/jobs/j1");
        assertThat(reply.json().get("kind").asText()).isEqualTo("removal");
        assertThat(reply.json().has("to")).isFalse();
        assertThat(core.plugins.actors).containsExactly("administrator (http)");
        assertProblem(send("DELETE", "/api/v1/plugins/other", FakeCore.ADMIN, null), 404, "not-found", null);
    }

    @Test
    void job_isReadAndWaitedFor() {
        post(PATH + "/rollback", null);
        assertThat(get("/api/v1/jobs/j1").json().get("outcome").asText()).isEqualTo("running");
        assertThat(get("/api/v1/jobs/j1?wait=1ms").json().get("outcome").asText())
                .isEqualTo("running");
        CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(() -> get("/api/v1/jobs/j1?wait=30s"));
        CompletableFuture<SwapJob> end = core.plugins.ends.get("j1");
        Awaitility.await().atMost(LONG).until(() -> end.getNumberOfDependents() > 1);
        end.complete(FakePlugins.job("j1", SwapJob.Kind.ROLLBACK, SwapJob.Outcome.ROLLED_BACK, "a"));
        assertThat(waiting.join().json().get("outcome").asText()).isEqualTo("rolled-back");
        assertProblem(get("/api/v1/jobs/none"), 404, "not-found", null);
        assertProblem(get("/api/v1/jobs/none?wait=1s"), 404, "not-found", null);
        assertProblem(get("/api/v1/jobs/j1?wait=301s"), 400, "invalid", "wait");
    }
}
