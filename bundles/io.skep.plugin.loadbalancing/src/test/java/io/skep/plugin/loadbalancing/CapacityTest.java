// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.Capabilities;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents can do, as they show, and what the real core gives them by that. */
class CapacityTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory);
        core.off(Capabilities.RESOURCE_OPTIMIZATION);
    }

    @AfterEach
    void stop() {
        core.close();
    }

    private JsonNode capacity(String agent) {
        return core.ask("capacity_management/capacity", "{\"agent\":\"" + agent + "\"}")
                .path("agents")
                .path(0);
    }

    /** One that does well with up to five of its eight slots; when that is known. */
    private TestAgent thin() {
        TestAgent agent = core.agent("thin", 8, 20);
        agent.collapsesFrom(3);
        agent.gathers(8);
        await().atMost(LONG).until(() -> {
            core.work(8);
            return given() < 8;
        });
        // It will not get eight any more, and what it is measured by is not to be that it waits for them.
        agent.gathers(1);
        return agent;
    }

    private int given() {
        return capacity("thin").path("given").asInt();
    }

    @Test
    void agentThatCollapsesWithManyAtOnce_isGivenFewer() {
        TestAgent agent = thin();
        int given = given();
        assertThat(given).isBetween(1, 6);
        await().atMost(LONG).until(() -> core.advised().contains("bring nothing"));
        agent.gathers(8);
        agent.most();

        core.work(16);

        assertThat(agent.most()).isLessThanOrEqualTo(Math.max(given, given()));
    }

    @Test
    void kneeOfAnAgent_isKnownToTheNextGeneration_beforeAnythingIsDone() {
        thin();
        String before = core.document(Learned.CURVES);
        await().atMost(LONG).until(() -> {
            core.work(8);
            return !core.document(Learned.CURVES).equals(before);
        });
        int given = given();

        core.swap();

        assertThat(given()).isBetween(1, 7).isCloseTo(given, within(2));
    }

    private static double sum(JsonNode fleet, String figure) {
        return fleet.path("agents").findValues(figure).stream()
                .mapToDouble(JsonNode::asDouble)
                .sum();
    }

    @Test
    void capacity_saysWhatTheFleetCanDo() {
        core.agent("fast", 4, 10);
        core.agent("slow", 1, 400);
        await().atMost(LONG).until(() -> {
            core.work(5);
            return capacity("slow").path("tier").asText().equals("light")
                    && capacity("fast").path("tier").asText().equals("heavy");
        });

        JsonNode fleet = core.ask("capacity_management/capacity", "{}");
        assertThat(fleet.path("slots").asInt()).isEqualTo(5);
        assertThat(fleet.path("given").asDouble()).isBetween(2.0, 5.0).isEqualTo(sum(fleet, "given"));
        assertThat(fleet.path("perMinute").asDouble()).isPositive().isCloseTo(sum(fleet, "perMinute"), within(0.1));
        assertThat(fleet.path("headroom").asDouble()).isBetween(0.0, 1.0);
        assertThat(fleet.path("arrivalsPerMinute").asDouble()).isPositive();
        assertThat(core.declined("capacity_management/capacity", "{\"agent\":\"none\"}"))
                .contains("there is no active agent");
    }

    @Test
    void whatIf_isByTheFormula_andChangesNothing() {
        JsonNode five =
                core.ask("capacity_management/what_if", "{\"arrivalsPerMinute\":60,\"taskMillis\":4000,\"slots\":5}");
        assertThat(five.path("waits").asDouble()).isEqualTo(0.55);
        assertThat(five.path("waitMillis").asDouble()).isBetween(2200.0, 2230.0);
        JsonNode fewer = core.ask(
                "capacity_management/what_if",
                "{\"arrivalsPerMinute\":60,\"taskMillis\":4000,\"slots\":5,\"addSlots\":-1}");
        assertThat(fewer.path("waitMillis").asDouble()).as("without end").isEqualTo(-1);

        core.agent("ann", 7, 10);
        assertThat(core.ask("capacity_management/what_if", "{\"addSlots\":3}")
                        .path("slots")
                        .asInt())
                .isEqualTo(10);
        assertThat(core.declined("capacity_management/what_if", "{\"addSlots\":-7}"))
                .contains("0 slots");
        assertThat(core.declined("capacity_management/what_if", "{\"arrivalsPerMinute\":-1}"))
                .contains("must be 0 to");
    }

    @Test
    void forecast_ofAServerThatHasJustBegun_isEmpty() {
        core.agent("ann", 1, 1);
        core.work(1);

        JsonNode forecast = core.ask("capacity_management/forecast", "{}");

        assertThat(forecast.path("points")).isEmpty();
        assertThat(forecast.path("minutes").asInt()).isLessThan(5);
    }
}
