// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static io.skep.plugin.workflow.RealCore.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.IntegrationRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs of workflows among the events of the real core. */
class ToldTest extends ServedCore {
    private static final String TEMPLATE = "{\"template\":{\"name\":\"n\",\"steps\":["
            + "{\"id\":\"a\",\"description\":\"x\"},{\"id\":\"b\",\"description\":\"y\",\"dependsOn\":[\"a\"]}]}}";

    private JsonNode workflows(String operation, String data) {
        return RealCore.json(get(skep.call(new IntegrationRequest("workflows", operation, null, data))));
    }

    private List<Event> told(String run) {
        return get(skep.events().next(EventCursor.start(16), 10_000, Duration.ZERO)).events().stream()
                .filter(event -> event.subject().equals(run))
                .toList();
    }

    private void awaitTold(String run, String type) {
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(told(run)).extracting(Event::type).contains(type));
    }

    /** What the events have to say, from the history. */
    private List<String> history(String run) {
        List<String> lines = new ArrayList<>();
        for (JsonNode moment : workflows("status", "{\"run\":\"" + run + "\"}").path("history")) {
            lines.add((moment.has("step") ? "step " + moment.path("step").asText() : "workflow n")
                    + ' '
                    + moment.path("what").asText());
        }
        return lines;
    }

    private static String line(Event event) {
        return event.cause() + ' ' + event.type().replaceFirst("workflow\\.(step\\.)?", "");
    }

    @Test
    void run_isTold_transitionByTransition_throughASwapAndARestartInTheMiddle() throws IOException {
        String run = workflows("start", TEMPLATE).path("run").asText();
        awaitTold(run, "workflow.step.running");
        serve();
        workflows("pause", "{\"run\":\"" + run + "\"}");
        awaitTold(run, "workflow.paused");
        restart();
        workflows("resume", "{\"run\":\"" + run + "\"}");
        connect("w", task -> "1");
        awaitTold(run, "workflow.completed");

        List<String> told = told(run).stream().map(ToldTest::line).toList();
        assertThat(told.stream().distinct()).containsExactlyElementsOf(history(run));
        assertThat(told(run))
                .extracting(Event::shard)
                .containsOnly(told(run).get(0).shard());
        assertThat(told.stream().distinct()).first().isEqualTo("workflow n started");
    }

    @Test
    void run_isToldOnce_ifNothingHappensToTheServer() {
        connect("w", task -> "1");
        String run = workflows("start", TEMPLATE).path("run").asText();
        awaitTold(run, "workflow.completed");

        assertThat(told(run))
                .extracting(Event::type)
                .containsExactly(
                        "workflow.started",
                        "workflow.step.starting",
                        "workflow.step.running",
                        "workflow.step.completed",
                        "workflow.step.starting",
                        "workflow.step.running",
                        "workflow.step.completed",
                        "workflow.completed");
    }
}
