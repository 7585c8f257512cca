// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends when, with a timeout of 2 s for requests and of 2.5 s for connections on which nothing happens. */
class TimeoutHttpTest extends HttpTestBase {
    @Override
    Settings settings() {
        return new Settings(4096, 65_536, 4096, 2, 2, Duration.ofSeconds(2));
    }

    @Override
    long idleMillis() {
        return 2500;
    }

    @Test
    void bodyThatStops_isAnsweredAfterTheTimeout() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST /api/v1/tasks", "Content-Length: 100") + "{");
            assertThat(wire.read().status()).isIn(400, 503);
        }
        assertThat(core.tasks).isEmpty();
    }

    @Test
    void jarThatStops_isRefusedAndLeavesNothing() throws IOException {
        try (Wire wire = new Wire(port)) {
            String type = "Content-Type: application/octet-stream";
            wire.write(Wire.head("POST /api/v1/plugins/p/upgrade", type, "Content-Length: 100") + "P");
            Awaitility.await()
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(UploadHttpTest.left()).hasSize(1));
            assertThat(wire.read().status()).isIn(400, 503);
        }
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(UploadHttpTest.left()).isEmpty());
        assertThat(core.plugins.requests).isEmpty();
    }

    @Test
    void silentCore_isAnsweredForAfterTheTimeout() {
        core.events.add("task.queued", "t", "c", null, 0);
        core.attempts.silent = true;
        long before = System.nanoTime();
        Reply reply = post("/api/v1/tasks/t/complete", "{\"token\":1,\"agent\":\"a\"}");
        assertProblem(reply, 503, "unavailable", null);
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(1900));
        core.attempts.answerAll();
        assertThat(get("/api/v1/tasks").status()).isEqualTo(200);
        assertThat(send("HEAD", "/api/v1/tasks/t", FakeCore.ADMIN, null).status())
                .isEqualTo(404);
    }

    @Test
    void clientThatDoesNotRead_isCutOff() throws IOException {
        for (int i = 0; i < 200; i++) {
            post(
                    "/api/v1/tasks",
                    "["
                            + ("{\"description\":\"" + "x".repeat(3000) + "\"},")
                                    .repeat(20)
                                    .replaceAll(",$", "]"));
        }
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("GET /api/v1/tasks?limit=1000").repeat(8));
            Awaitility.await()
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(get("/metrics").body())
                            .doesNotContain("skep_http_requests_total{class=\"broken\"} 0\n"));
        }
    }

    @Test
    void longPoll_outlastsTheIdleTimeoutAndGetsTheLateTask() {
        String secret = agent("worker");
        CompletableFuture<Reply> poll =
                CompletableFuture.supplyAsync(() -> send("POST", "/api/v1/agents/worker/claims?wait=30s", secret, ""));
        Awaitility.await().atMost(LONG).until(() -> core.attempts.waiting() == 1);
        CompletableFuture<Reply> idle = CompletableFuture.supplyAsync(
                () -> send("GET", "/api/v1/tasks/" + task("idle") + "?wait=3500ms", FakeCore.ADMIN, null));
        assertThat(poll.join().json().at("/0/description").asText()).isEqualTo("idle");
        assertThat(idle.join().json().get("state").asText()).isEqualTo("working");
        CompletableFuture<Reply> end =
                CompletableFuture.supplyAsync(() -> send("GET", "/api/v1/tasks/00-0?wait=30s", FakeCore.ADMIN, null));
        send("POST", "/api/v1/tasks/00-0/complete", secret, "{\"token\":1,\"result\":\"late\"}");
        assertThat(end.join().json().get("result").asText()).isEqualTo("late");
        Awaitility.await().atMost(LONG).until(() -> core.attempts.waiting() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eventStream_outlastsTheTimeout(boolean late) throws IOException {
        core.late = late;
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("GET /api/v1/events"));
            assertThat(wire.readHead().status()).isEqualTo(200);
            int comments = 0;
            while (comments < 15) {
                String line = wire.line();
                assertThat(line).isNotNull();
                comments += line.startsWith(":") ? 1 : 0;
            }
        }
    }
}
