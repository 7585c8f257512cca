// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicUpdatesTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private RealCore core;

    @BeforeEach
    void open(@TempDir Path directory) {
        core = new RealCore(directory);
    }

    @AfterEach
    void close() {
        core.close();
    }

    private JsonNode document(String key) {
        return core.ask("get", "{\"keys\":[\"" + key + "\"]}").path("documents").path(0);
    }

    private long set(String key, String value) {
        JsonNode set = core.ask("set", "{\"key\":\"" + key + "\",\"value\":" + value + "}");
        assertThat(set.path("done").asBoolean()).isTrue();
        return set.path("revision").asLong();
    }

    @Test
    void document_isSetIfItIsOfTheRevisionThatIsNamed() {
        JsonNode made = core.ask("set", "{\"key\":\"plan\",\"value\":{\"step\":1},\"revision\":0}");
        assertThat(made.path("done").asBoolean()).isTrue();
        long first = made.path("revision").asLong();

        JsonNode again = core.ask("set", "{\"key\":\"plan\",\"value\":2,\"revision\":0}");
        assertThat(again.path("done").asBoolean()).isFalse();
        assertThat(again.path("conflicts").path(0).path("revision").asLong()).isEqualTo(first);
        assertThat(again.path("conflicts").path(0).path("reason").asText()).isEqualTo("there is a document plan");
        JsonNode next = core.ask("set", "{\"key\":\"plan\",\"value\":null,\"revision\":" + first + "}");
        assertThat(next.path("revision").asLong()).isGreaterThan(first);
        assertThat(document("plan").path("value").isNull()).isTrue();
        assertThat(document("plan").path("owner").asText()).isEqualTo("server");
    }

    @Test
    void revision_neverComesAgain_evenIfTheDocumentWasDeleted() {
        long first = set("a", "1");
        assertThat(core.ask("delete", "{\"key\":\"a\",\"revision\":" + (first + 1) + "}")
                        .path("done")
                        .asBoolean())
                .isFalse();
        core.ask("delete", "{\"key\":\"a\"}");
        assertThat(document("a").isMissingNode()).isTrue();
        JsonNode reborn = core.ask("set", "{\"key\":\"a\",\"value\":1,\"revision\":0}");

        assertThat(reborn.path("revision").asLong()).isGreaterThan(first + 1);
        assertThat(core.ask("set", "{\"key\":\"a\",\"value\":9,\"revision\":" + first + "}")
                        .path("done")
                        .asBoolean())
                .isFalse();
        assertThat(core.ask("delete", "{\"key\":\"never\"}").path("done").asBoolean())
                .isTrue();
    }

    @Test
    void transaction_changesAllOrNothing() {
        long a = set("a", "1");
        set("b", "5");
        String change = "{\"conditions\":[{\"key\":\"a\",\"revision\":%d},{\"key\":\"new\",\"revision\":0}],"
                + "\"set\":[{\"key\":\"new\",\"value\":\"x\"}],\"add\":[{\"key\":\"b\",\"by\":2,\"most\":8}],"
                + "\"delete\":[\"a\"]}";

        JsonNode refused = core.ask("transact", change.formatted(a + 9));
        assertThat(refused.path("done").asBoolean()).isFalse();
        assertThat(document("new").isMissingNode()).isTrue();
        JsonNode done = core.ask("transact", change.formatted(a));
        assertThat(done.path("done").asBoolean()).isTrue();
        assertThat(document("a").isMissingNode()).isTrue();
        assertThat(document("b").path("value").asLong()).isEqualTo(7);
        assertThat(document("new").path("revision").asLong())
                .as("all of one change have its revision")
                .isEqualTo(document("b").path("revision").asLong())
                .isEqualTo(done.path("revision").asLong());
        assertThat(core.ask("transact", change.formatted(a)).path("conflicts")).hasSize(3);
        assertThat(core.declined("transact", "{\"set\":[{\"key\":\"c\",\"value\":1}],\"delete\":[\"c\"]}"))
                .contains("changed once");
    }

    @Test
    void counter_staysWithinItsBounds() {
        assertThat(core.ask("add", "{\"key\":\"n\"}").path("value").asLong()).isEqualTo(1);
        assertThat(core.ask("add", "{\"key\":\"n\",\"by\":4,\"most\":5}")
                        .path("value")
                        .asLong())
                .isEqualTo(5);
        JsonNode over = core.ask("add", "{\"key\":\"n\",\"by\":1,\"most\":5}");
        assertThat(over.path("done").asBoolean()).isFalse();
        assertThat(over.path("value").asLong()).isEqualTo(5);
        assertThat(over.path("conflicts").path(0).path("reason").asText()).contains("would be 6", "more than 5");
        assertThat(core.ask("add", "{\"key\":\"n\",\"by\":-6,\"least\":0}")
                        .path("done")
                        .asBoolean())
                .isFalse();
        set("text", "\"x\"");
        assertThat(core.declined("add", "{\"key\":\"text\"}")).contains("is not a whole number");
        set("large", Long.toString(Long.MAX_VALUE));
        assertThat(core.declined("add", "{\"key\":\"large\"}")).contains("more than 64 bits");
    }

    @Test
    void lock_isHeldByOne_withTokensThatGrow_andEndsByItself() {
        JsonNode first = core.ask("lock", "{\"lock\":\"door\",\"millis\":60000,\"holder\":\"a\"}");
        assertThat(first.path("held").asBoolean()).isTrue();
        long token = first.path("token").asLong();
        JsonNode other = core.ask("lock", "{\"lock\":\"door\",\"millis\":60000}");
        assertThat(other.path("held").asBoolean()).isFalse();
        assertThat(other.path("holder").asText()).isEqualTo("server/a");

        String fenced = "{\"locks\":[{\"lock\":\"door\",\"token\":%d}],\"set\":[{\"key\":\"k\",\"value\":1}]}";
        assertThat(core.ask("transact", fenced.formatted(token)).path("done").asBoolean())
                .isTrue();
        JsonNode renewed = core.ask("lock", "{\"lock\":\"door\",\"millis\":100,\"token\":" + token + "}");
        assertThat(renewed.path("held").asBoolean()).isTrue();
        assertThat(renewed.path("token").asLong()).isEqualTo(token);
        await().atMost(LONG)
                .until(() -> core.ask("lock", "{\"lock\":\"door\",\"millis\":60000}")
                        .path("held")
                        .asBoolean());
        JsonNode late = core.ask("transact", fenced.formatted(token));
        assertThat(late.path("done").asBoolean()).isFalse();
        assertThat(late.path("conflicts").path(0).path("revision").asLong()).isGreaterThan(token);
        assertThat(core.ask("lock", "{\"lock\":\"door\",\"millis\":100,\"token\":" + token + "}")
                        .path("held")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void lock_isGivenBackByItsHolderOnly() {
        long token = core.ask("lock", "{\"lock\":\"door\",\"millis\":60000}")
                .path("token")
                .asLong();

        assertThat(core.ask("unlock", "{\"lock\":\"door\",\"token\":" + (token + 1) + "}")
                        .path("released")
                        .asBoolean())
                .isFalse();
        assertThat(core.ask("unlock", "{\"lock\":\"door\",\"token\":" + token + "}")
                        .path("released")
                        .asBoolean())
                .isTrue();
        assertThat(core.ask("lock", "{\"lock\":\"door\",\"millis\":60000}")
                        .path("token")
                        .asLong())
                .isGreaterThan(token);
        assertThat(core.ask("transact", "{\"locks\":[{\"lock\":\"window\",\"token\":1}]}")
                        .path("conflicts")
                        .path(0)
                        .path("reason")
                        .asText())
                .isEqualTo("nobody holds lock window");
        assertThat(core.ask("lock", "{\"lock\":\"window\",\"millis\":100,\"token\":1}")
                        .path("held")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void list_isInOrderOfKeys_byPages() {
        for (String key : List.of("p.b", "p.a", "q", "p.c")) {
            set(key, "1");
        }
        core.ask("delete", "{\"key\":\"p.b\"}");
        set("p.d", "1");

        JsonNode page = core.ask("list", "{\"prefix\":\"p.\",\"limit\":2}");
        assertThat(page.path("documents").findValuesAsText("key")).containsExactly("p.a", "p.c");
        assertThat(page.path("next").asText()).isEqualTo("p.c");
        JsonNode rest = core.ask("list", "{\"prefix\":\"p.\",\"limit\":2,\"after\":\"p.c\"}");
        assertThat(rest.path("documents").findValuesAsText("key")).containsExactly("p.d");
        assertThat(rest.has("next")).isFalse();
        assertThat(core.ask("list", "{}").path("documents")).hasSize(4);
    }

    @Test
    void watch_goesOnWhereItEnded_andSaysWhatIsGone() {
        set("w.a", "1");
        JsonNode first = core.ask("watch", "{\"after\":0,\"prefix\":\"w.\"}");
        assertThat(first.path("changes").findValuesAsText("key")).containsExactly("w.a");
        long next = first.path("next").asLong();
        set("w.b", "2");
        set("other", "3");
        core.ask("delete", "{\"key\":\"w.a\"}");

        JsonNode second = core.ask("watch", "{\"after\":" + next + ",\"prefix\":\"w.\"}");

        assertThat(second.path("changes").findValuesAsText("key")).containsExactly("w.b", "w.a");
        assertThat(second.path("changes").path(1).path("deleted").asBoolean()).isTrue();
        assertThat(second.path("gap").asBoolean()).isFalse();
        JsonNode none = core.ask("watch", "{\"after\":" + second.path("next").asLong() + ",\"waitMillis\":50}");
        assertThat(none.path("changes")).isEmpty();
        JsonNode paged = core.ask("watch", "{\"after\":0,\"limit\":1}");
        assertThat(paged.path("changes")).hasSize(1);
        assertThat(core.ask("watch", "{\"after\":" + paged.path("next").asLong() + "}")
                        .path("changes"))
                .hasSize(2);
    }

    @Test
    void watch_waitsForTheNextChange() {
        // On a machine that pauses, the wait may be over before the next change comes.
        await().atMost(LONG).until(() -> {
            long now = set("w.a", "1");
            CompletableFuture<IntegrationResponse> waiting = core.call(
                            RealCore.request("watch", "{\"after\":" + now + ",\"prefix\":\"w.\",\"waitMillis\":2500}"))
                    .toCompletableFuture();
            set("w.b", "2");
            return RealCore.json(RealCore.get(waiting))
                    .path("changes")
                    .findValuesAsText("key")
                    .equals(List.of("w.b"));
        });
    }

    @Test
    void tenants_seeTheirOwnDocumentsOnly() {
        core.ask("red", "set", "{\"key\":\"k\",\"value\":1}");
        core.ask("blue", "set", "{\"key\":\"k\",\"value\":2}");

        assertThat(core.ask("red", "get", "{\"keys\":[\"k\"]}")
                        .path("documents")
                        .path(0)
                        .path("value")
                        .asInt())
                .isEqualTo(1);
        assertThat(document("k").isMissingNode()).isTrue();
        assertThat(core.ask("blue", "watch", "{\"after\":0}").path("changes")).hasSize(1);
    }

    @Test
    void concurrentChanges_areNeitherLostNorDoubled_whileThePluginIsSwapped() {
        int callers = 8;
        int each = 60;
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            all.add(CompletableFuture.supplyAsync(() -> {
                int done = 0;
                while (done < each) {
                    // Here a version is closed without its calls having ended: what it declines has changed nothing.
                    IntegrationResponse response = core.response(RealCore.request("add", "{\"key\":\"sum\"}"));
                    done += response instanceof IntegrationResponse.Answered ? 1 : 0;
                    assertThat(response)
                            .isInstanceOfAny(IntegrationResponse.Answered.class, IntegrationResponse.Declined.class);
                }
                return done;
            }));
        }
        for (int i = 0; i < 5; i++) {
            core.swap();
        }
        all.forEach(RealCore::get);

        assertThat(document("sum").path("value").asLong()).isEqualTo((long) callers * each);
    }

    @Test
    void everything_isThereAfterARestart() {
        set("a", "1");
        core.ask("delete", "{\"key\":\"a\"}");
        long last = set("b", "2");
        JsonNode lock = core.ask("lock", "{\"lock\":\"door\",\"millis\":60000}");

        core.restart();

        assertThat(document("b").path("revision").asLong()).isEqualTo(last);
        assertThat(core.ask("watch", "{\"after\":1}").path("changes")).hasSize(2);
        assertThat(core.ask("lock", "{\"lock\":\"door\",\"millis\":100}")
                        .path("held")
                        .asBoolean())
                .isFalse();
        assertThat(core.ask(
                                "lock",
                                "{\"lock\":\"door\",\"millis\":100,\"token\":"
                                        + lock.path("token").asLong() + "}")
                        .path("held")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void ofManyDelegatesAtOnce_exactlyOneWins_andTheOthersGetTheWinner() {
        for (int i = 0; i < 64; i++) {
            core.idle("a" + i, 1, "go");
            core.submit("go");
        }
        Task task = core.submit("go");
        List<CompletableFuture<IntegrationResponse>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String data = "{\"task\":\"" + task.id() + "\",\"agent\":\"a" + i
                    + "\",\"documents\":{\"conditions\":[{\"key\":\"who\",\"revision\":0}],"
                    + "\"set\":[{\"key\":\"who\",\"value\":\"a" + i + "\"}],\"add\":[{\"key\":\"given\"}]}}";
            calls.add(core.call(RealCore.request("delegate", data)).toCompletableFuture());
        }
        List<JsonNode> answers =
                calls.stream().map(RealCore::get).map(RealCore::json).toList();

        assertThat(answers).filteredOn(a -> a.path("won").asBoolean()).hasSize(1);
        String winner = document("who").path("value").asText();
        assertThat(answers).allSatisfy(a -> assertThat(a.path("agent").asText()).isEqualTo(winner));
        assertThat(document("given").path("value").asInt()).isEqualTo(1);
        assertThat(core.task(task).selection().agent()).isEqualTo(winner);
    }

    @Test
    void delegate_writesInTheTenantOfTheTask_orSaysWhyNot() {
        core.register("a", 1, "go");
        Task task = core.submit(TaskSpec.of("x").skills("go").tenant("red"));
        String asked = "{\"task\":\"" + task.id() + "\",\"agent\":\"%s\",\"documents\":{\"conditions\":"
                + "[{\"key\":\"k\",\"revision\":%d}],\"set\":[{\"key\":\"k\",\"value\":1}]}}";

        JsonNode lost = core.ask("delegate", asked.formatted("a", 7));
        assertThat(lost.path("won").asBoolean()).isFalse();
        assertThat(lost.has("agent")).isFalse();
        assertThat(lost.path("changed").path("conflicts")).hasSize(1);
        assertThat(core.declined("delegate", asked.formatted("nobody", 0))).contains("nobody");
        assertThat(core.declined("delegate", "{\"task\":\"no\",\"agent\":\"a\"}"))
                .contains("there is no task");

        JsonNode won = core.ask("delegate", asked.formatted("a", 0));
        assertThat(won.path("won").asBoolean()).isTrue();
        assertThat(core.ask("red", "get", "{\"keys\":[\"k\"]}").path("documents"))
                .hasSize(1);
        assertThat(core.claim("a", 1)).hasSize(1);
        JsonNode late = core.ask("delegate", "{\"task\":\"" + task.id() + "\",\"agent\":\"a\"}");
        assertThat(late.path("won").asBoolean()).isFalse();
        assertThat(late.path("agent").asText()).isEqualTo("a");
        assertThat(late.path("state").asText()).isEqualTo("working");
        core.complete(core.task(task));
        assertThat(core.declined("delegate", "{\"task\":\"" + task.id() + "\",\"agent\":\"a\"}"))
                .contains("is completed");
    }

    @Test
    void wrongInput_isDeclinedByName() {
        assertThat(core.declined("set", "{\"key\":\"a b\",\"value\":1}")).contains("\"key\"");
        assertThat(core.declined("set", "{\"key\":\"a\"}")).contains("\"value\" is missing");
        assertThat(core.declined("lock", "{\"lock\":\"a\",\"millis\":1}")).contains("\"millis\"");
        assertThat(core.declined("watch", "{\"after\":-1}")).contains("\"after\"");
        assertThat(core.declined("get", "{}")).contains("\"keys\" is missing");
        assertThat(core.declined("set", "{\"key\":\"a\",\"value\":\"" + "x".repeat(70_000) + "\"}"))
                .contains("document a has 70002 characters");
        assertThat(core.declined(new IntegrationRequest("atomic_updates", "no", null, "{}")))
                .isNotBlank();
    }
}
