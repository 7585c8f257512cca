// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.plugin.workflow.RealCore;
import io.skep.plugin.workflow.base.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Workflows over the real core, with one agent that does whatever there is. */
abstract class FlowsFixture {
    static final Duration LONG = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    static final String DIAMOND = """
            steps:
              - {id: a, description: Split, compensate: {description: "Undo a, ${steps.a.result.n}"}}
              - {id: b, description: "Left ${steps.a.result.n}", dependsOn: [a], compensate: {description: Undo b}}
              - {id: c, description: "Right ${input.who}", dependsOn: [a]}
              - id: d
                description: Join
                dependsOn: [b, c]
                input: {left: "${steps.b.result}", text: "<${steps.c.result}>", run: "${run}", cost: "$$5"}
            """;

    @TempDir
    Path directory;

    final Map<String, String> answers = new ConcurrentHashMap<>();
    final Hands hands = new Hands(name -> answers.getOrDefault(name, "{\"n\":1}"));
    RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory, Settings.DEFAULT.withFlows(new Settings.Flows(2, 3, 2)));
        hands.workFor(core.skep());
    }

    @AfterEach
    void end() {
        core.close();
    }

    JsonNode ask(String operation, Object data) {
        return core.ask("workflows", operation, JSON.valueToTree(data).toString());
    }

    String declined(String operation, Object data) {
        return core.declined(
                "workflows",
                operation,
                data instanceof String json ? json : JSON.valueToTree(data).toString());
    }

    String begin(String yaml) {
        return ask("start", Map.of("yaml", yaml, "input", Map.of("who", "ann")))
                .path("run")
                .asText();
    }

    JsonNode status(String run) {
        return ask("status", Map.of("run", run));
    }

    JsonNode awaitState(String run, String state) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(status(run).path("state").asText())
                        .as("%s", status(run))
                        .isEqualTo(state));
        return status(run);
    }

    static JsonNode step(JsonNode status, String id) {
        for (JsonNode step : status.path("steps")) {
            if (step.path("id").asText().equals(id)) {
                return step;
            }
        }
        throw new AssertionError(id + " is not in " + status);
    }

    static String state(JsonNode status, String step) {
        return step(status, step).path("state").asText();
    }
}
