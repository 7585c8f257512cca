// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client's calls as they are on the wire. */
class SkepClientTest {
    private ScriptedServer server;
    private SkepClient client;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void submission_carriesTokenAndKey() throws Exception {
        server.willSay(201, "{\"id\":\"00a\"}");
        assertThat(client.submit(SkepClient.object().put("description", "ü"), "k")
                        .path("id")
                        .asText())
                .isEqualTo("00a");
        assertThat(server.asked()).containsExactly("POST /api/v1/tasks key=k {\"description\":\"ü\"}");
    }

    @Test
    void claim_withoutTasks_isEmpty() throws Exception {
        server.willSay(204, "");
        assertThat(client.claim("a/b c", 3, Duration.ofMillis(50))).isEmpty();
        assertThat(server.asked()).containsExactly("POST /api/v1/agents/a%2Fb%20c/claims?max=3&wait=50");
    }

    @Test
    void pages_areFollowedToTheEnd() throws Exception {
        server.willSay(200, "{\"items\":[{\"id\":\"1\"}],\"next\":\"c+1\"}");
        server.willSay(200, "{\"items\":[{\"id\":\"2\"}]}");
        assertThat(client.allTasks(Map.of("state", "completed"))).hasSize(2);
        assertThat(server.asked())
                .containsExactly("GET /api/v1/tasks?state=completed", "GET /api/v1/tasks?cursor=c%2B1&state=completed");
    }

    @Test
    void refusal_isAProblemWithItsFacts() throws Exception {
        server.willSay(
                409,
                "{\"title\":\"Conflict\",\"detail\":\"late\",\"reason\":\"fenced\",\"field\":\"token\"}",
                Map.of("Retry-After", "2"));
        assertThatThrownBy(() -> client.complete("00a", 1, SkepClient.object()))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> {
                    assertThat(problem).hasMessage("409 late");
                    assertThat(problem.status()).isEqualTo(409);
                    assertThat(problem.reason()).isEqualTo("fenced");
                    assertThat(problem.field()).contains("token");
                    assertThat(problem.retryAfter()).contains(Duration.ofSeconds(2));
                    assertThat(problem.isRetryable()).isFalse();
                });
        assertThat(server.asked()).containsExactly("POST /api/v1/tasks/00a/complete {\"token\":1,\"result\":{}}");
    }

    @Test
    void refusal_thatIsNotJson_isAProblemToo() {
        server.willSay(404, "<html>starting</html>");
        assertThatThrownBy(() -> client.agents())
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> {
                    assertThat(problem.isFromSkep()).isFalse();
                    assertThat(problem.isRetryable()).isTrue();
                })
                .extracting(Throwable::getMessage)
                .isEqualTo("404 <html>starting</html>");
    }

    @Test
    void events_areReadOneByOne() throws Exception {
        server.willSay(
                200,
                ": hello\n\nid: 5\nevent: task.completed\ndata: {\"seq\":\ndata: 1}\n\n: wait\n\nid:6\ndata:{\"seq\":2}\n\n");
        try (EventReader events = client.events("start")) {
            assertThat(events.next().orElseThrow().path("seq").asInt()).isEqualTo(1);
            assertThat(events.cursor()).isEqualTo("5");
            assertThat(events.next().orElseThrow().path("seq").asInt()).isEqualTo(2);
            assertThat(events.cursor()).isEqualTo("6");
            assertThat(events.next()).isEmpty();
        }
        assertThat(server.asked()).containsExactly("GET /api/v1/events?from=start");
    }

    @Test
    void everyCallOfAgentsAndTasks_hasItsPath() throws Exception {
        for (int i = 0; i < 15; i++) {
            server.willSay(200, "{\"items\":[]}");
        }
        client.register("a", 2, "s");
        client.putAgent("a", SkepClient.object());
        client.agent("a");
        client.removeAgent("a", "why not");
        client.drain("a");
        client.heartbeat("a");
        client.heartbeat("t", 1, "half");
        client.use("t", 1, 7);
        client.task("t", Duration.ofSeconds(1));
        client.why("t");
        client.fail("t", 1, "e", false);
        client.requireInput("t", 1, "p");
        client.answer("t", SkepClient.object());
        client.cancel("t", "r");
        client.retry("t");
        assertThat(server.asked())
                .containsExactlyElementsOf(List.of(
                        "POST /api/v1/agents {\"id\":\"a\",\"slots\":2,\"skills\":[\"s\"]}",
                        "PUT /api/v1/agents/a {}",
                        "GET /api/v1/agents/a",
                        "DELETE /api/v1/agents/a?reason=why%20not",
                        "POST /api/v1/agents/a/drain",
                        "POST /api/v1/agents/a/heartbeat",
                        "POST /api/v1/tasks/t/heartbeat {\"token\":1,\"progress\":\"half\"}",
                        "POST /api/v1/tasks/t/heartbeat {\"token\":1,\"usage\":{\"tokens\":7}}",
                        "GET /api/v1/tasks/t?wait=1000",
                        "GET /api/v1/tasks/t/why",
                        "POST /api/v1/tasks/t/fail {\"token\":1,\"error\":\"e\",\"retryable\":false}",
                        "POST /api/v1/tasks/t/input-required {\"token\":1,\"prompt\":\"p\"}",
                        "POST /api/v1/tasks/t/answer {\"answer\":{}}",
                        "POST /api/v1/tasks/t/cancel {\"reason\":\"r\"}",
                        "POST /api/v1/tasks/t/retry"));
    }

    @Test
    void capabilitiesPluginsAndMetrics_haveTheirPaths() throws Exception {
        for (int i = 0; i < 4; i++) {
            server.willSay(200, "{\"items\":[]}");
        }
        client.call("c", SkepClient.object());
        client.capabilities();
        client.plugins();
        client.metrics();
        assertThat(server.asked())
                .containsExactly(
                        "POST /api/v1/capabilities/c {}",
                        "GET /api/v1/capabilities",
                        "GET /api/v1/plugins",
                        "GET /metrics");
    }

    @Test
    void serverThatIsNotThere_isNotReady() throws Exception {
        server.willSay(503, "{}");
        SkepClient probe = client.as("secret");
        assertThat(probe.isReady()).isFalse();
        for (int i = 0; i < 10; i++) {
            server.willSay(200, "{}");
        }
        // It does not wait long for the answer of a busy machine.
        assertThat(Poll.until(probe::isReady, Duration.ofSeconds(60), Duration.ofMillis(10)))
                .isTrue();
        server.close();
        assertThat(probe.isReady()).isFalse();
    }
}
