// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.plugin.sharedstate.documents.Limits;
import io.skep.plugin.sharedstate.tracking.Tracking;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens at each limit of the shared documents. */
class LimitsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private RealCore core;

    @BeforeEach
    void open(@TempDir Path directory) {
        Limits limits = new Limits(2, 5, 100, 60, 4, 3, 10, 1);
        core = new RealCore(
                directory,
                new Settings(limits, Tracking.Settings.DEFAULT, Duration.ofSeconds(1), 50, Duration.ZERO, 0.5));
    }

    @AfterEach
    void close() {
        core.close();
    }

    private static String set(String key, String value) {
        return "{\"key\":\"" + key + "\",\"value\":" + value + "}";
    }

    @Test
    void tenantsAndDocuments_areBounded() {
        for (int i = 0; i < 5; i++) {
            core.ask("set", set("k" + i, "1"));
        }
        assertThat(core.declined("set", set("more", "1"))).contains("has 5 documents, which is the limit");
        core.ask("set", set("k0", "2"));
        core.ask("delete", "{\"key\":\"k0\"}");
        core.ask("set", set("more", "1"));
        core.ask("red", "set", set("k", "1"));

        IntegrationResponse blue =
                core.response(new IntegrationRequest("atomic_updates", "set", null, null, "blue", null, set("k", "1")));
        assertThat(blue.toString()).contains("2 tenants have documents, which is the limit");
    }

    @Test
    void characters_areBounded_inOneAndInAll() {
        String half = "\"" + "x".repeat(50) + "\"";
        core.ask("set", set("a", half));
        assertThat(core.declined("set", set("b", "\"" + "x".repeat(60) + "\""))).contains("has 62 characters");
        assertThat(core.declined("set", set("b", half))).contains("would have 104 characters together");
        core.ask("set", set("a", "1"));
        core.ask("set", set("b", half));
    }

    @Test
    void deletionsThatAreForgotten_areAGapForThoseWhoHaveNotSeenThem() {
        long begin = core.ask("set", set("begin", "1")).path("revision").asLong();
        for (int i = 0; i < 7; i++) {
            core.ask("set", set("k" + i, "1"));
            core.ask("delete", "{\"key\":\"k" + i + "\"}");
        }

        JsonNode late = core.ask("watch", "{\"after\":" + begin + "}");
        assertThat(late.path("gap").asBoolean()).isTrue();
        assertThat(late.path("changes")).hasSizeLessThanOrEqualTo(4);
        JsonNode current = core.ask("watch", "{\"after\":" + late.path("next").asLong() + "}");
        assertThat(current.path("gap").asBoolean()).isFalse();
        assertThat(core.ask("watch", "{\"after\":0}").path("gap").asBoolean())
                .as("who knows nothing misses nothing")
                .isFalse();
    }

    @Test
    void locks_areBounded_andThoseThatHaveEndedGiveWay() {
        String lock = "{\"lock\":\"l%d\",\"millis\":%d}";
        core.ask("lock", lock.formatted(0, 100));
        core.ask("lock", lock.formatted(1, 60_000));
        core.ask("lock", lock.formatted(2, 60_000));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(core.ask("lock", lock.formatted(3, 60_000))
                                .path("held")
                                .asBoolean())
                        .isTrue());
        assertThat(core.declined("lock", lock.formatted(4, 60_000))).contains("has 3 locks, which is the limit");
    }

    @Test
    void watchersThatAreTooMany_areToldToComeBack() {
        String watch = "{\"after\":0,\"waitMillis\":2500,\"prefix\":\"none\"}";
        AtomicReference<CompletableFuture<IntegrationResponse>> first =
                new AtomicReference<>(CompletableFuture.completedFuture(null));
        await().atMost(LONG).untilAsserted(() -> {
            if (first.get().isDone()) {
                first.set(core.call(RealCore.request("watch", watch)).toCompletableFuture());
            }
            IntegrationResponse second =
                    core.response(RealCore.request("watch", "{\"after\":0,\"waitMillis\":100,\"prefix\":\"none\"}"));
            assertThat(second).isInstanceOf(Gone.class);
            assertThat(((Gone) second).retryAfter()).isNotNull();
        });
        core.ask("set", set("other", "1"));
        RealCore.get(first.get());
    }

    @Test
    void callsThatAreTooMany_areToldToComeBack_andTheOthersAreDone() {
        List<CompletableFuture<IntegrationResponse>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(core.call(RealCore.request("add", "{\"key\":\"n\"}")).toCompletableFuture());
        }
        long done = calls.stream()
                .map(RealCore::get)
                .filter(IntegrationResponse.Answered.class::isInstance)
                .count();

        assertThat(calls.stream().map(RealCore::get))
                .allMatch(response -> response instanceof IntegrationResponse.Answered
                        || (response instanceof Gone gone && gone.reason().contains("wait already")));
        assertThat(core.ask("add", "{\"key\":\"n\",\"by\":0}").path("value").asLong())
                .isEqualTo(done);
    }

    @Test
    void balance_isEvenedOut_nowAndThen_ifConfigured() {
        RealCore.Idle first = core.idle("first", 2, "sit");
        core.submit("sit");
        core.submit("sit");
        await().atMost(LONG).until(() -> first.assigned().size() == 2);

        RealCore.Idle second = core.idle("second", 2, "sit");

        await().atMost(LONG).until(() -> second.assigned().size() == 1);
        assertThat(first.assigned()).hasSize(2);
    }
}
