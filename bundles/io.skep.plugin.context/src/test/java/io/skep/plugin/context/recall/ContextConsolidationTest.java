// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.skep.api.admin.Caller;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.plugin.context.ContextCore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextConsolidationTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String LOG = "line of a log that nobody will read again\n".repeat(20);

    @TempDir
    private Path directory;

    private ContextCore core;

    @BeforeEach
    void open() {
        core = new ContextCore(directory);
        core.ask("open", "{\"agent\":\"ada\",\"session\":\"s\"}");
    }

    @AfterEach
    void close() {
        core.close();
    }

    private IntegrationResponse response(String operation, String data) {
        return core.response(new IntegrationRequest("context_consolidation", operation, null, data));
    }

    private JsonNode ask(String operation, String data) {
        return json(response(operation, data));
    }

    private static JsonNode json(IntegrationResponse response) {
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return new ObjectMapper().readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private String declined(String operation, String data) {
        IntegrationResponse response = response(operation, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    private void append(String session, String... items) {
        core.ask("append", "{\"session\":\"" + session + "\",\"items\":[" + String.join(",", items) + "]}");
    }

    private static String item(String kind, String text, String more) {
        return "{\"kind\":\"" + kind + "\",\"author\":\"ada\",\"text\":" + JsonNodeFactory.instance.textNode(text)
                + more + "}";
    }

    private static String said(String text) {
        return item("message", text, "");
    }

    private void talk() {
        List<String> items = new ArrayList<>();
        items.add(said("My sister Clara moved to Lisbon in March 2019 and bought a cello."));
        items.add(item("fact", "The door is blue.", ",\"subject\":\"door\""));
        items.add(item("tool_call", "cat a.log", ""));
        items.add(item("tool_result", LOG, ",\"about\":3"));
        items.add(item("fact", "The door is red.", ",\"subject\":\"door\""));
        items.add(item("message", "Never push on a Friday.", ",\"pinned\":true"));
        for (int i = 0; i < 30; i++) {
            items.add(said("Thanks, that is so nice of you to say, really, it was good to see you, " + i + " times."));
        }
        append("s", items.toArray(String[]::new));
    }

    private List<String> context() {
        return core.ask("items", "{\"session\":\"s\",\"limit\":1000}").findValuesAsText("text");
    }

    private void found(int items) {
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(ask("status", "{}").get("items").asInt()).isEqualTo(items));
    }

    @Test
    void aSession_isMadeSmaller_onceAndSaysWhatWentAndWhy() {
        talk();
        JsonNode preview =
                ask("consolidate", "{\"session\":\"s\",\"level\":\"intensive\",\"tokens\":200,\"dryRun\":true}");
        assertThat(preview.get("state").asText()).isEqualTo("preview");
        assertThat(context()).hasSize(36);
        JsonNode done = ask("consolidate", "{\"session\":\"s\",\"level\":\"intensive\",\"tokens\":200}");
        assertThat(done.get("state").asText()).isEqualTo("done");
        assertThat(done.get("tokensAfter").asLong()).isBetween(1L, 200L);
        assertThat(done.get("tokensAfter")).isEqualTo(preview.get("tokensAfter"));
        assertThat(done.get("itemsBefore").asInt()).isEqualTo(36);
        assertThat(context())
                .contains("Never push on a Friday.", "The door is red.")
                .doesNotContain("The door is blue.", LOG);
        JsonNode again = ask("consolidate", "{\"session\":\"s\",\"level\":\"intensive\",\"tokens\":200}");
        assertThat(again.get("state").asText()).isEqualTo("unchanged");

        JsonNode diff = ask("diff", "{\"session\":\"s\",\"limit\":1000}");
        assertThat(diff.get("archived").asInt()).isEqualTo(36);
        assertThat(diff.get("differences").findValuesAsText("reason")).contains("superseded", "budget");
        JsonNode door = diff.get("differences").findParents("by").get(0);
        assertThat(door.get("number").asLong()).isEqualTo(2);
        assertThat(door.get("by").asLong()).isEqualTo(5);
        JsonNode page = ask("diff", "{\"session\":\"s\",\"limit\":1}");
        assertThat(page.get("differences")).hasSize(1);
        JsonNode next = ask("diff", "{\"session\":\"s\",\"limit\":1,\"after\":" + page.get("next") + "}");
        assertThat(next.get("differences").get(0).get("number").asLong())
                .isGreaterThan(page.get("next").asLong());
    }

    @Test
    void clearedResults_comeBackByTheirNumber() {
        talk();
        ask("consolidate", "{\"session\":\"s\",\"level\":\"intensive\",\"tokens\":100000}");
        assertThat(context()).anyMatch(text -> text.startsWith("[in the archive: item 4, "));
        JsonNode diff = ask("diff", "{\"session\":\"s\"}");
        assertThat(diff.get("differences").findValuesAsText("reason")).contains("cleared");
        JsonNode item =
                ask("recall", "{\"session\":\"s\",\"number\":4}").get("items").get(0);
        assertThat(item.get("text").asText()).isEqualTo(LOG);
        assertThat(item.get("inContext").asBoolean()).isFalse();
        assertThat(declined("recall", "{\"session\":\"s\",\"number\":99}")).contains("no item 99");
    }

    @Test
    void whatWasDropped_isFoundByAQuestion_alsoAfterASwapAndARestart() {
        talk();
        found(36);
        String where = "{\"query\":\"Where did the sister of Ada move?\",\"archived\":false,\"limit\":3}";
        assertThat(ask("recall", where).get("items").get(0).get("number").asInt())
                .isEqualTo(1);
        assertThat(ask("recall", "{\"query\":\"Which colour has the door?\"}").get("items"))
                .isEmpty();
        ask("consolidate", "{\"session\":\"s\",\"tokens\":60}");
        JsonNode door = ask("recall", "{\"query\":\"Which colour has the door?\"}");
        assertThat(door.get("encoder").asText()).isEqualTo("lexical");
        assertThat(door.get("items").get(0).get("text").asText()).isEqualTo("The door is blue.");
        core.swap();
        found(36);
        assertThat(ask("recall", "{\"query\":\"Which colour has the door?\"}").get("items"))
                .isNotEmpty();
        core.restart();
        found(36);
        assertThat(ask("recall", "{\"query\":\"blue\",\"agent\":\"ada\",\"session\":\"s\"}")
                        .get("items"))
                .isNotEmpty();
        assertThat(ask("recall", "{\"query\":\"blue\",\"agent\":\"ben\"}").get("items"))
                .isEmpty();
    }

    @Test
    void whatIsErased_isNotFoundAnyMore() {
        talk();
        core.ask("open", "{\"agent\":\"ben\",\"session\":\"t\"}");
        append("t", said("The door is green."), item("message", "x", ""));
        found(38);
        core.ask("erase", "{\"session\":\"s\"}");
        found(2);
        assertThat(ask("recall", "{\"query\":\"door blue green\",\"archived\":false}")
                        .get("items")
                        .findValuesAsText("session"))
                .containsOnly("t");
    }

    @Test
    void privateSessions_areNotFoundByOthers() {
        talk();
        found(36);
        core.register("ben", 1, "x");
        Caller ben = new Caller("ben");
        JsonNode found = json(core.response(new IntegrationRequest(
                        "context_consolidation", "recall", null, "{\"query\":\"door\",\"archived\":false}")
                .by(ben)));
        assertThat(found.get("items")).isEmpty();
    }

    @Test
    void wrongInput_isNamed() {
        assertThat(declined("consolidate", "{}")).contains("\"session\" is missing");
        assertThat(declined("consolidate", "{\"session\":\"no\"}")).contains("no session no");
        assertThat(declined("consolidate", "{\"session\":\"s\",\"level\":\"x\"}"))
                .contains("\"level\" must be one of");
        assertThat(declined("consolidate", "{\"session\":\"s\",\"tokens\":-1}")).contains("\"tokens\" must be 0 to");
        assertThat(declined("diff", "{\"session\":\"s\",\"limit\":0}")).contains("\"limit\" must be 1 to");
        assertThat(declined("recall", "{}")).contains("\"query\" is missing");
        assertThat(declined("recall", "{\"query\":\"\"}")).contains("\"query\" must have 1 to");
        assertThat(declined("recall", "{\"query\":\"x\",\"limit\":101}")).contains("\"limit\" must be 1 to");
    }

    @Test
    void status_saysWhatIsThere() {
        talk();
        ask("consolidate", "{\"session\":\"s\"}");
        found(36);
        JsonNode status = ask("status", "{}");
        assertThat(status.get("done").asInt()).isEqualTo(1);
        assertThat(status.get("failed").asInt()).isZero();
        assertThat(status.get("levels")).hasSize(3);
        assertThat(status.get("tokenizer").asText()).isEqualTo("cl100k_base");
    }
}
