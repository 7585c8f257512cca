// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.skep.api.agent.AgentState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.webhook.Destination;
import io.skep.plugin.base.webhook.Signature;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Decided;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fleet elsewhere, behind a real HTTP server. */
class WebhookScalerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "a secret that is long enough";
    private static final Targets QUICK = new Targets(1_000, 0.75, 60_000, 1_000, 100, 100, 100, 4, 100, 1000);

    private record Told(Headers headers, String body) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final World world = new World();
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final List<Integer> answers = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Scaling scaling;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/scale", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            told.add(new Told(exchange.getRequestHeaders(), body));
            exchange.sendResponseHeaders(answers.isEmpty() ? 204 : answers.remove(0), -1);
            exchange.close();
        });
        server.start();
        world.agents.clear();
    }

    @AfterEach
    void close() {
        scaling.close();
        server.stop(0);
    }

    private Map<String, Object> properties() {
        Map<String, Object> all = new HashMap<>();
        all.put(
                "scaling.webhook.far.url",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/scale");
        all.put("scaling.webhook.far.secret", SECRET);
        all.put("scaling.webhook.far.skills", "s, t");
        all.put("scaling.webhook.far.max", 5);
        all.put("scaling.webhook.far.hour.cost.micros", 10);
        return all;
    }

    private void begin() {
        begin(0);
    }

    private void begin(long ceiling) {
        ScalingSettings settings = new ScalingSettings(
                false, 50, QUICK, 1_000, 5_000, ceiling, WebhookFleet.all("far", false, properties()));
        scaling = new Scaling(world.orchestrator(), Clock.systemUTC(), new Codec(), settings, new Scalers());
        scaling.start();
    }

    private List<Decision.Shown> decisions() {
        return ((Decided) scaling.answer("decisions", "{}")
                        .toCompletableFuture()
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join())
                .decisions();
    }

    private Decision.Shown first() {
        List<Decision.Shown> all = decisions();
        return all.get(all.size() - 1);
    }

    private void awaitState(String decision, String state) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(decisions())
                        .anyMatch(one ->
                                one.decision().equals(decision) && one.state().equals(state)));
    }

    @Test
    void order_isSigned_andRepeatedUnderTheSameId() {
        answers.addAll(List.of(503, 429));
        world.waiting(1, 100);
        begin();
        awaitState("far.1", "done");
        assertThat(told).hasSizeGreaterThanOrEqualTo(3);
        for (Told one : told.subList(0, 3)) {
            assertThat(one.json().get("decisionId").asText()).isEqualTo("far.1");
            assertThat(one.json().get("from").asInt()).isZero();
            assertThat(one.json().get("to").asInt()).isEqualTo(1);
            assertThat(one.json().get("group").asText()).isEqualTo("far");
            String time = one.headers().getFirst("webhook-timestamp");
            assertThat(one.headers().getFirst("webhook-id")).isEqualTo("far.1");
            assertThat(one.headers().getFirst("webhook-signature"))
                    .isEqualTo(Signature.of(
                            SECRET.getBytes(StandardCharsets.UTF_8), "far.1", Long.parseLong(time), one.body()));
        }
    }

    @Test
    void whatIsTooMany_isDrained_andNamed() {
        for (int i = 1; i <= 3; i++) {
            world.agent("far-" + i, false, AgentState.ACTIVE, 0);
        }
        begin();
        awaitState("far.1", "done");
        JsonNode order = told.get(0).json();
        assertThat(order.get("from").asInt()).isEqualTo(3);
        assertThat(order.get("to").asInt()).isZero();
        assertThat(order.get("drain")).hasSize(3);
        assertThat(world.drained).containsExactlyInAnyOrder("far-1", "far-2", "far-3");
    }

    @Test
    void whatDrains_countsForTheCostCeiling_untilItIsGone() {
        world.agent("far-1", false, AgentState.ACTIVE, 1);
        world.agent("far-2", false, AgentState.DRAINING, 1);
        world.agent("far-3", false, AgentState.DRAINING, 1);
        world.waiting(4, 5_000);
        begin(35);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(((ScalingOffer.Evaluated) scaling.answer("evaluate", "{}")
                                        .toCompletableFuture()
                                        .join())
                                .groups())
                        .anySatisfy(group -> assertThat(group.verdict().hindrances())
                                .containsExactly("the cost ceiling has room for 1")));
        assertThat(told).isEmpty();
        world.agents.remove("far-3");
        await().atMost(PATIENCE).until(() -> !told.isEmpty());
        assertThat(told.get(0).json().get("to").asInt()).isEqualTo(2);
    }

    @Test
    void receiverThatRefuses_isNotAskedAgain_andTheNextStartGoesOn() {
        answers.add(400);
        world.waiting(1, 100);
        begin();
        awaitState("far.1", "failed");
        assertThat(told)
                .filteredOn(one -> one.json().get("decisionId").asText().equals("far.1"))
                .hasSize(1);
        assertThat(first().outcome()).endsWith(" answered 400");
        awaitState("far.2", "done");
        scaling.close();
        world.waiting(0, 0);
        begin();
        await().atMost(PATIENCE)
                .until(() -> told.stream().anyMatch(one -> one.json().get("to").asInt() == 0));
        assertThat(told.get(told.size() - 1).json().get("from").asInt())
                .as("what was wanted is kept")
                .isEqualTo(1);
    }

    @Test
    void receiverThatIsNotThere_isUnavailable() {
        world.waiting(1, 100);
        server.stop(0);
        begin();
        awaitState("far.1", "failed");
        assertThat(first().outcome()).contains("does not answer");
    }

    @Test
    void settings_areCheckedByName() {
        begin();
        assertWrong("url", "ftp://x/", "scaling.webhook.far.url" + Destination.RULE);
        assertWrong("url", "http://fleet.example/", "scaling.webhook.far.url" + Destination.RULE);
        assertWrong("secret", "short", "scaling.webhook.far.secret must have at least 24 characters");
        assertWrong("max", "0", "scaling.webhook.far.max must be 1 to 1000, not 0");
        assertWrong("slots", "x", "scaling.webhook.far.slots must be a whole number, not x");
        assertThat(WebhookFleet.all("far", false, properties()).get(0).toString())
                .doesNotContain(SECRET);
    }

    private void assertWrong(String key, String value, String message) {
        Map<String, Object> all = properties();
        all.put("scaling.webhook.far." + key, value);
        assertThatThrownBy(() -> WebhookFleet.all("far", false, all)).hasMessage(message);
    }
}
