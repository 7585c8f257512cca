// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionHttpTest extends HttpTestBase {
    private static final String TASK = "{\"description\":\"d\"}";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pipelinedRequests_areAnsweredInOrder(boolean late) throws IOException {
        core.late = late;
        try (Wire wire = new Wire(port)) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append(Wire.request("POST /api/v1/tasks", "{\"description\":\"number " + i + "\"}"));
                all.append(Wire.head("GET /api/v1/tasks/0" + i % 8 + "-" + i));
                all.append(Wire.request("POST /api/v1/tasks", "nonsense"));
            }
            wire.write(all.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(wire.read().status()).isEqualTo(201);
                assertThat(wire.read().body()).contains("\"number " + i + "\"");
                assertThat(wire.read().status()).isEqualTo(400);
            }
        }
    }

    /** Or the client would send its next request over a connection that is being closed. */
    @Test
    void requestThatIsRefusedBeforeItsBodyIsRead_isToldThatTheConnectionEnds() throws IOException {
        try (Wire wire = new Wire(port)) {
            String head = "POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n";
            Wire.Answered refused = wire.write(head).read();
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.headers()).containsEntry("connection", "close");
            assertThat(wire.line()).isNull();
        }
        try (Wire wire = new Wire(port)) {
            Wire.Answered invalid = wire.write(Wire.request("POST /api/v1/tasks", "{\"descriptio\":1}"))
                    .read();
            assertThat(invalid.status()).isEqualTo(400);
            assertThat(invalid.headers()).doesNotContainKey("connection");
            assertThat(wire.write(Wire.request("POST /api/v1/tasks", "[]"))
                            .read()
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void chunkedBody_thatComesSlowly_isTaken() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST /api/v1/tasks", "Transfer-Encoding: chunked"));
            wire.write("9\r\n{\"descrip\r\n");
            // The server has read this when it answers another connection.
            assertThat(get("/health/live").status()).isEqualTo(200);
            wire.write("a\r\ntion\":\"d\"}\r\n0\r\n\r\n");
            assertThat(wire.read().status()).isEqualTo(201);
            wire.write(Wire.head("GET /health/live"));
            assertThat(wire.read().status()).isEqualTo(200);
        }
    }

    @Test
    void bodyThatBreaksOff_changesNothing() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST /api/v1/tasks", "Content-Length: 100") + TASK);
        }
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST /api/v1/tasks", "Transfer-Encoding: chunked") + "zz\r\n" + TASK);
            assertThat(wire.read().status()).isEqualTo(400);
        }
        assertThat(core.tasks).isEmpty();
    }

    @Test
    void clientThatAsksFirst_isToldBeforeItSends() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST /api/v1/agents", "Content-Length: 5000000", "Expect: 100-continue"));
            assertThat(wire.read().status()).isEqualTo(413);
        }
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST /api/v1/tasks", "Content-Length: 19", "Expect: 100-continue"));
            assertThat(wire.readHead().status()).isEqualTo(100);
            assertThat(wire.write(TASK).read().status()).isEqualTo(201);
        }
    }

    @Test
    void bodyWithoutEnd_isCutOff() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST /api/v1/agents", "Content-Length: 100000000"));
            String block = "x".repeat(100_000);
            for (int i = 0; i < 4; i++) {
                wire.write(block);
            }
            assertThat(wire.read().status()).isEqualTo(413);
        }
    }

    @Test
    void clientThatLeavesDuringALongPoll_costsNothing() throws IOException {
        agent("worker");
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.request("POST /api/v1/agents/worker/claims?wait=4s", ""));
            Awaitility.await().atMost(LONG).until(() -> core.attempts.waiting() == 1);
        }
        Awaitility.await().atMost(LONG).until(() -> core.attempts.waiting() == 0);
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.request("POST /api/v1/agents/worker/claims?wait=20s", ""));
            Awaitility.await().atMost(LONG).until(() -> core.attempts.waiting() == 1);
        }
        task("late");
        // Both ended, whatever the client saw of it: 204 or 200, or broken.
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(answers()).isGreaterThanOrEqualTo(4));
        assertThat(get("/api/v1/tasks").json().at("/items/0/state").asText()).isEqualTo("working");
    }

    private long answers() {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("skep_http_requests_total{class=\"2xx\"")
                        || line.startsWith("skep_http_requests_total{class=\"broken\""))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/tasks/../agents",
                "/api/v1/tasks/..%2Fagents",
                "/api/v1/tasks/%2e%2e/agents",
                "/api/v1/tasks/%2E%2E",
                "/api/v1/tasks/a%2Fb",
                "/api/v1/tasks/a%5Cb",
                "/api/v1/tasks/a\\b",
                "/api/v1/tasks/a%00b",
                "/api/v1/tasks/./x",
                "/api/v1/tasks//why",
                "/api/v1/tasks/%",
                "/api/v1/tasks/..;/x",
            })
    void pathThatWanders_isRefused(String path) throws IOException {
        agent("secretive");
        try (Wire wire = new Wire(port)) {
            Wire.Answered answer = wire.write(Wire.head("GET " + path)).readHead();
            assertThat(answer.status()).isIn(400, 404);
        }
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("DELETE " + path));
            assertThat(wire.readHead().status()).isIn(400, 404, 405);
        }
        assertThat(core.agents.list()).hasSize(1);
    }

    @Test
    void closedServlet_endsItsStreams() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("GET /api/v1/events"));
            assertThat(wire.readHead().status()).isEqualTo(200);
            servlet.close();
            assertThat(wire.line()).isNotNull();
            assertThatThrownBy(() -> {
                        for (String line = wire.line(); !"0".equals(line); line = wire.line()) {
                            assertThat(line).isNotNull();
                        }
                        throw new IOException("ended");
                    })
                    .hasMessage("ended");
        }
    }
}
