// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.skep.bench.inprocess.Payload;
import io.skep.bench.load.Claimed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CallerTest {
    private static final String CLAIMED =
            "[{\"id\":\"a\",\"attempts\":[{\"id\":\"no\",\"token\":9}],\"input\":{\"id\":1},\"token\":3},"
                    + "{\"token\":1,\"name\":\"7\",\"id\":\"b\"}]";

    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private int status = 200;
    private String answer = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            calls.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void claim_readsWhatIsNeededOfEachTask() throws IOException {
        answer = CLAIMED;
        try (Caller caller = caller()) {
            assertThat(caller.claim(2)).containsExactly(new Claimed("a", 3, ""), new Claimed("b", 1, "7"));
        }
        assertThat(calls).containsExactly("/api/v1/agents/agent/claims?wait=30s&max=2 Bearer secret ");
    }

    @Test
    void claim_withoutContent_isNone() throws IOException {
        status = 204;
        try (Caller caller = caller()) {
            assertThat(caller.claim(1)).isEmpty();
        }
    }

    @Test
    void completions_goOneByOneOrTogether() throws IOException {
        answer = "[{\"task\":\"a\",\"status\":200},{\"task\":\"b\",\"status\":200}]";
        try (Caller caller = caller()) {
            caller.complete(List.of(new Claimed("a", 3, "")));
            caller.complete(List.of(new Claimed("a", 3, ""), new Claimed("b", 1, "")));
        }
        assertThat(calls)
                .containsExactly(
                        "/api/v1/tasks/a/complete Bearer secret {\"token\":3,\"result\":{\"ok\":true}}",
                        "/api/v1/completions Bearer secret [{\"task\":\"a\",\"token\":3,\"result\":{\"ok\":true}},"
                                + "{\"task\":\"b\",\"token\":1,\"result\":{\"ok\":true}}]");
    }

    @Test
    void completions_ofWhichOneIsRefused_fail() throws IOException {
        answer = "[{\"task\":\"a\",\"status\":200},{\"task\":\"b\",\"status\":409}]";
        try (Caller caller = caller()) {
            assertThatThrownBy(() -> caller.complete(List.of(new Claimed("a", 3, ""), new Claimed("b", 1, ""))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("1 of 2 completions were accepted");
        }
    }

    @Test
    void refusal_isAnError() throws IOException {
        status = 429;
        answer = "busy";
        try (Caller caller = caller()) {
            assertThatThrownBy(() -> caller.submit(new byte[] {'x'}))
                    .isInstanceOf(IOException.class)
                    .hasMessage("/api/v1/tasks: 429 busy");
        }
    }

    @Test
    void task_isJsonWithThePayload() throws IOException {
        JsonNode task = new ObjectMapper().readTree(Caller.task("s", "5"));

        assertThat(task.path("skills").path(0).asText()).isEqualTo("s");
        assertThat(task.path("name").asText()).isEqualTo("5");
        assertThat(task.path("input").toString()).hasSize(Payload.BYTES);
    }

    private Caller caller() throws IOException {
        return new Caller(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "admin", "agent", "secret");
    }
}
