// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertsOverSwapsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private HttpServer target;
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(200);

    @BeforeEach
    void listen() throws IOException {
        target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (status.get() == 200) {
                arrived.add(exchange.getRequestHeaders().getFirst("Skep-Delivery") + ' ' + body);
            }
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        target.start();
    }

    @AfterEach
    void close() {
        target.stop(0);
    }

    private RealCore core() {
        URI uri = URI.create("http://127.0.0.1:" + target.getAddress().getPort() + "/alerts");
        return new RealCore(directory, RealCore.quick(RealCore.alerts(uri)));
    }

    /** A swap while one is under way may have it arrive twice, with the same id. */
    private Set<String> ids() {
        return arrived.stream()
                .map(body -> body.substring(0, body.indexOf(' ')))
                .collect(Collectors.toSet());
    }

    private static int waiting(RealCore core) {
        return core.ask("real_time_monitoring/deliveries", "{}").get("waiting").asInt();
    }

    @Test
    void oldQueue_isToldOnce_overSwaps_andResolvedOnce_andBothAreDelivered() {
        try (RealCore core = core()) {
            core.agent("alice", "1", "java");
            core.submit(TaskSpec.of("a").skills("java").build());
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(core.told()).containsExactly("monitoring.alert.fired queue-age:1"));
            core.swap();
            core.swap();
            JsonNode alert = core.ask("real_time_monitoring/alerts", "{\"state\":\"firing\"}")
                    .at("/alerts/0");
            assertThat(alert.get("id").asText()).isEqualTo("queue-age:1");
            assertThat(alert.get("members").get(0).asText()).contains("skills=java", "tenant=default");
            assertThat(core.declined("real_time_monitoring/acknowledge", "{\"id\":\"queue-age:9\"}"))
                    .isEqualTo("no alert queue-age:9 fires");
            core.ask("real_time_monitoring/acknowledge", "{\"id\":\"queue-age:1\",\"note\":\"seen\"}");
            core.swap();
            assertThat(core.ask("real_time_monitoring/alerts", "{}")
                            .at("/alerts/0/acknowledgedBy")
                            .asText())
                    .isEqualTo("server");

            AttemptRef attempt = core.claim("alice");
            core.complete(attempt, 0);
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(core.told())
                            .containsExactly(
                                    "monitoring.alert.fired queue-age:1", "monitoring.alert.resolved queue-age:1"));
            await().atMost(LONG).until(() -> ids().size() == 2 && waiting(core) == 0);
            assertThat(arrived.get(0)).contains("queue-age-1-fired-", "\"what\":\"fired\"", "\"group\":\"queues\"");
            assertThat(arrived.get(arrived.size() - 1)).contains("\"what\":\"resolved\"");
            core.swap();
            assertThat(waiting(core)).isZero();
            assertThat(core.told()).hasSize(2);
        }
    }

    @Test
    void deliveryThatIsRefused_isTriedAgain_byTheNextGenerationToo_andArrives() {
        status.set(503);
        try (RealCore core = core()) {
            core.agent("alice", "1", "java");
            core.submit(TaskSpec.of("a").skills("java").build());
            await().atMost(LONG).untilAsserted(() -> {
                JsonNode waits = core.ask("real_time_monitoring/deliveries", "{}");
                assertThat(waits.at("/deliveries/0/error").asText()).isEqualTo("answered 503");
                assertThat(waits.get("waiting").asInt()).isEqualTo(1);
            });
            core.swap();
            status.set(200);
            await().atMost(LONG).untilAsserted(() -> assertThat(ids()).hasSize(1));
            await().atMost(LONG).untilAsserted(() -> assertThat(waiting(core)).isZero());
        }
    }

    @Test
    void deliveryThatIsDead_arrivesWhenItIsReplayed_byTheNextGenerationToo() {
        status.set(503);
        URI uri = URI.create("http://127.0.0.1:" + target.getAddress().getPort() + "/alerts");
        AlertSettings once = RealCore.alerts(uri);
        once = new AlertSettings(
                once.queueAgeSeconds(),
                once.queueForMillis(),
                once.anomalies(),
                once.repeatMillis(),
                uri,
                once.timeout(),
                1,
                once.pending());
        try (RealCore core = new RealCore(directory, RealCore.quick(once))) {
            core.agent("alice", "1", "java");
            core.submit(TaskSpec.of("a").skills("java").build());
            await().atMost(LONG).until(() -> dead(core) == 1);
            assertThat(core.declined("real_time_monitoring/replay", "{\"id\":\"nobody\"}"))
                    .isEqualTo("there is no dead delivery nobody");
            core.ask("real_time_monitoring/replay", "{}");
            await().atMost(LONG)
                    .until(() -> core.ask("real_time_monitoring/deliveries", "{}")
                                    .at("/deliveries/0/error")
                                    .asText()
                                    .equals("answered 503")
                            && dead(core) == 1);
            core.swap();
            status.set(200);
            assertThat(core.ask("real_time_monitoring/replay", "{}").get("deliveries"))
                    .hasSize(1);
            await().atMost(LONG).untilAsserted(() -> assertThat(ids()).hasSize(1));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(dead(core) + waiting(core)).isZero());
        }
    }

    private static int dead(RealCore core) {
        return core.ask("real_time_monitoring/deliveries", "{}").get("dead").asInt();
    }

    @Test
    void ruleThatIsMade_counts_alsoForTheNextGeneration_andOneThatIsReplacedDoesNot() {
        try (RealCore core = core()) {
            core.agent("alice", "1", "java");
            core.ask(
                    "real_time_monitoring/rule",
                    "{\"put\":{\"name\":\"queue-age\",\"figure\":\"skep_queue_age_seconds\",\"above\":1,\"off\":true}}");
            core.ask(
                    "real_time_monitoring/rule",
                    "{\"put\":{\"name\":\"any\",\"figure\":\"skep_queued_tasks\",\"above\":0.5,\"severity\":\"info\"}}");
            core.swap();
            core.submit(TaskSpec.of("a").skills("java").build());
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(core.told()).containsExactly("monitoring.alert.fired any:1"));
            assertThat(core.ask("real_time_monitoring/rules", "{}").get("made")).hasSize(2);
            core.ask("real_time_monitoring/rule", "{\"remove\":\"any\"}");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(core.told())
                            .containsExactly("monitoring.alert.fired any:1", "monitoring.alert.resolved any:1"));
            assertThat(core.declined("real_time_monitoring/rule", "{\"remove\":\"any\"}"))
                    .isEqualTo("no rule any was made");
        }
    }
}
