// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.task.Assignment;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.plugin.context.ContextCore;
import io.skep.plugin.context.sessions.SessionSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Summaries by an agent, over the real core. */
class SummariesTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private ContextCore core;

    @BeforeEach
    void open() {
        ConsolidationSettings settings = new ConsolidationSettings(
                0, 100, 30, 0, 0, 1_000, 1_000, 100, 100, new SummarySettings("summarise", 30, 20));
        core = new ContextCore(directory, SessionSettings.DEFAULT, settings, Clock.systemUTC());
        core.ask("open", "{\"agent\":\"ada\",\"session\":\"s\"}");
        core.register("writer", 2, "summarise");
        talk();
    }

    @AfterEach
    void close() {
        core.close();
    }

    private void talk() {
        List<String> items = new ArrayList<>();
        items.add(
                "{\"author\":\"eve\",\"text\":\"My sister Clara moved to Lisbon in March 2019 and took her cello along.\"}");
        for (int i = 0; i < 40; i++) {
            items.add("{\"author\":\"bob\",\"text\":\"The weather was rather grey on the way, as it had been on day "
                    + i + " before.\"}");
        }
        core.ask("append", "{\"session\":\"s\",\"items\":[" + String.join(",", items) + "]}");
    }

    private void consolidate(int tokens) {
        assertThat(core.response(new IntegrationRequest(
                        "context_consolidation", "consolidate", null, "{\"session\":\"s\",\"tokens\":" + tokens + "}")))
                .isInstanceOf(Answered.class);
    }

    private List<String> context() {
        return core.ask("items", "{\"session\":\"s\",\"limit\":1000}").findValuesAsText("text");
    }

    private Task claimed() {
        List<Assignment> got = new ArrayList<>();
        await().atMost(LONG).until(() -> got.addAll(core.claim("writer", 1)));
        return got.get(0).task();
    }

    private static String said(String summary) {
        return JSON.createObjectNode().put("summary", summary).toString();
    }

    /** What was told of it; waits for it. */
    private String told(String type) {
        List<String> causes = new ArrayList<>();
        await().atMost(LONG).until(() -> {
            causes.clear();
            EventBatch batch = null;
            EventCursor at = core.skep().events().start();
            while (batch == null || !batch.events().isEmpty()) {
                batch = ContextCore.get(core.skep().events().next(at, 1_000, Duration.ZERO));
                batch.events().stream()
                        .filter(event -> event.type().equals("context-management." + type))
                        .map(Event::cause)
                        .forEach(causes::add);
                at = batch.next();
            }
            return !causes.isEmpty();
        });
        return causes.get(causes.size() - 1);
    }

    @Test
    void whatIsDropped_isSummarisedByAnAgent_andStandsFirst() throws JsonProcessingException {
        consolidate(100);
        Task task = claimed();
        JsonNode input = JSON.readTree(task.spec().input());
        assertThat(input.path("maxTokens").asInt()).isEqualTo(30);
        assertThat(input.path("items").size()).isGreaterThan(20);
        assertThat(input.path("items").findValuesAsText("author")).contains("bob");
        int before = context().size();

        core.complete(task, said("The weather was grey on day 7 and on day 8, rather as before."));

        assertThat(told("session.summarised")).endsWith("items by agent writer");
        assertThat(context())
                .hasSize(before + 1)
                .first()
                .isEqualTo("The weather was grey on day 7 and on day 8, rather as before.");
        assertThat(core.ask("items", "{\"session\":\"s\",\"archive\":true,\"limit\":1000}")
                        .get("total")
                        .asInt())
                .isEqualTo(42);
    }

    @Test
    void nextSummary_isAlsoOfTheOneBefore_andTakesItsPlace() throws JsonProcessingException {
        consolidate(100);
        String first = "The weather was grey on day 7, rather as before.";
        core.complete(claimed(), said(first));
        told("session.summarised");
        talk();
        consolidate(100);
        Task task = claimed();
        assertThat(JSON.readTree(task.spec().input())
                        .path("items")
                        .path(0)
                        .path("text")
                        .asText())
                .isEqualTo(first);
        String second = "The weather was grey on day 9, rather as on day 7 before.";
        core.complete(task, said(second));
        await().atMost(LONG).until(() -> context().get(0).equals(second));
        assertThat(context()).doesNotContain(first);
    }

    @Test
    void whatDoesNotHold_isRefused_andTheContextStays() {
        List<String> wrongs = List.of(
                said("Clara moved to Porto on day 7."),
                said("It was as it was, and so it went on and on."),
                said("The weather was rather grey on the way. ".repeat(10)),
                "7",
                "{\"text\":\"The weather was grey\"}");
        List<String> reasons = List.of(
                "\"Porto\" is in nothing that it is of", "it tells ", "30 are allowed", "no summary", "no summary");
        for (int i = 0; i < wrongs.size(); i++) {
            consolidate(100 - i);
            List<String> before = context();
            core.complete(claimed(), wrongs.get(i));
            String reason = reasons.get(i);
            await().atMost(LONG).until(() -> told("summary.refused").contains(reason));
            assertThat(context()).isEqualTo(before);
            talk();
        }
    }

    @Test
    void taskThatIsWaitedFor_isFoundAgain_afterASwapAndARestart() {
        consolidate(100);
        Task task = claimed();
        core.swap();
        core.restart();
        core.complete(task, said("The weather was grey on day 7, rather as before."));
        told("session.summarised");
        assertThat(context()).first().asString().startsWith("The weather was grey");
    }

    @Test
    void muchInAScriptOfManyBytes_isAskedForAsFarAsThereIsRoom() {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            items.add("{\"text\":\"" + i + " " + "\u6f22".repeat(3_000) + "\"}");
        }
        core.ask("append", "{\"session\":\"s\",\"items\":[" + String.join(",", items) + "]}");
        consolidate(100);
        assertThat(claimed().spec().input()).contains("29 \u6f22").doesNotContain("\"0 \u6f22");
    }

    @Test
    void erasure_takesSummariesAlong_andEndsWhatIsAskedFor() {
        consolidate(100);
        core.complete(claimed(), said("The weather was grey on day 7, rather as before."));
        told("session.summarised");
        talk();
        consolidate(90);
        Task task = claimed();
        core.ask("erase", "{\"session\":\"s\",\"author\":\"bob\"}");
        assertThat(context()).noneMatch(text -> text.contains("weather"));
        await().atMost(LONG)
                .until(() -> ContextCore.get(core.skep().tasks().find(task.id()))
                        .orElseThrow()
                        .state()
                        .equals(TaskState.CANCELED));
    }
}
