// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadAnalysisTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory);
    }

    @AfterEach
    void stop() {
        core.close();
    }

    @Test
    void failureOfATaskThatIsTriedAgain_isKept() {
        core.connect("a", 1, "s");
        Task task = core.submit(TaskSpec.of("x").skills("s"));
        RealCore.get(core.skep().attempts().fail(core.ref(task), AttemptEnd.FAILED, "broken", true));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(core.state.get(Keeper.KEY))
                        .hasValueSatisfying(kept -> assertThat(kept.json()).contains("\"a\":[-1")));
    }

    private JsonNode analyze(String data) {
        return core.ask("workload_analysis", "analyze", data);
    }

    @Test
    void analyze_saysWhatEachHasToDo_andWhoHasTooMuchOrTooLittle() {
        core.connect("busy", 10, "s");
        core.learn("busy", List.of(1000, 2000, 3000, Window.FAILED));
        Task begun = core.submit(TaskSpec.of("x").skills("s"));
        for (int i = 0; i < 4; i++) {
            core.submit(TaskSpec.of("x").skills("s"));
        }
        RealCore.get(core.skep().attempts().start(core.ref(begun), null));
        core.settle();
        core.connect("idle", 10, "s");
        core.register("gone", 5, "s");
        RealCore.get(core.skep().agents().drain("gone", null));

        JsonNode analysis = analyze("{}");

        JsonNode busy = analysis.get("agents").get(0);
        assertThat(busy.get("agent").asText()).isEqualTo("busy");
        assertThat(busy.get("active").asInt()).isEqualTo(1);
        assertThat(busy.get("queued").asInt()).isEqualTo(4);
        assertThat(busy.get("utilisation").asDouble()).isEqualTo(0.5);
        assertThat(busy.get("oldestQueuedMillis").asLong()).isNotNegative();
        assertThat(busy.get("backlogMillis").asLong()).isBetween(8000L, 10_000L);
        assertThat(busy.get("times").get("completed").asInt()).isEqualTo(3);
        assertThat(busy.get("times").get("failed").asInt()).isEqualTo(1);
        assertThat(busy.get("times").get("meanMillis").asDouble()).isEqualTo(2000);
        assertThat(busy.get("times").get("p50Millis").asLong()).isEqualTo(2000);
        assertThat(busy.get("times").get("p90Millis").asLong()).isEqualTo(3000);
        assertThat(busy.get("use").asText()).isEqualTo("over");
        JsonNode fleet = analysis.get("fleet");
        assertThat(fleet.get("agents").asInt()).isEqualTo(3);
        assertThat(fleet.get("activeAgents").asInt()).isEqualTo(2);
        assertThat(fleet.get("slots").asInt()).isEqualTo(20);
        assertThat(fleet.get("utilisation").asDouble()).isEqualTo(0.25);
        assertThat(fleet.get("score").asDouble()).isEqualTo(0.5);
        assertThat(fleet.get("over").get(0).asText()).isEqualTo("busy");
        assertThat(fleet.get("under").get(0).asText()).isEqualTo("idle");
        assertThat(analysis.get("rule").asText()).contains("1.5 times the mean backlog");
    }

    @Test
    void oneAgent_isAllThatIsShown_andAnUnknownOneIsDeclined() {
        core.connect("a", 1, "s");
        core.connect("b", 1, "s");

        assertThat(analyze("{\"agent\":\"b\"}").get("agents").findValuesAsText("agent"))
                .containsExactly("b");
        assertThat(RealCore.json(RealCore.get(
                                core.plugin().process(new IntegrationRequest("workload_analysis", null, "a", "{}"))))
                        .get("agents"))
                .hasSize(1);
        assertThat(core.declined("workload_analysis", "analyze", "{\"agent\":\"z\"}"))
                .isEqualTo("there is no agent \"z\"");
    }

    @Test
    void emptyFleet_isEven() {
        JsonNode fleet = analyze("{}").get("fleet");

        assertThat(fleet.get("agents").asInt()).isZero();
        assertThat(fleet.get("score").asDouble()).isEqualTo(1);
        assertThat(fleet.get("utilisation").asDouble()).isZero();
    }

    @Test
    void whatWasLearned_outlastsTheGeneration_andTheServer() {
        core.connect("a", 1, "s");
        core.learn("a", List.of(5000));

        core.swap();
        assertThat(core.plugin().timesOf("a").completed()).isEqualTo(1);
        core.restart();

        assertThat(core.plugin().timesOf("a").p50()).isEqualTo(5000);
    }
}
