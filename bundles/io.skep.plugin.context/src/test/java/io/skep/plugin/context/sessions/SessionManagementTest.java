// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.context.ContextCore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionManagementTest {
    @TempDir
    private Path directory;

    private ContextCore core;

    @BeforeEach
    void open() {
        core = new ContextCore(directory);
        core.ask("open", "{\"agent\":\"ada\",\"session\":\"s\",\"title\":\"doors\"}");
    }

    @AfterEach
    void close() {
        core.close();
    }

    private JsonNode append(String... texts) {
        List<String> items = new ArrayList<>();
        for (String text : texts) {
            items.add("{\"text\":" + JsonNodeFactory.instance.textNode(text) + "}");
        }
        return core.ask("append", "{\"session\":\"s\",\"items\":[" + String.join(",", items) + "]}");
    }

    private List<String> texts(String data) {
        return core.ask("items", data).findValuesAsText("text");
    }

    private List<String> context() {
        return texts("{\"session\":\"s\"}");
    }

    @Test
    void itemsAreThere_inOrder_withNumbersAndTokens_alsoAfterARestart() {
        assertThat(append("one", "two").get("numbers").toString()).isEqualTo("[1,2]");
        assertThat(append("three").get("revision").asLong()).isEqualTo(3);
        core.restart();
        assertThat(context()).containsExactly("one", "two", "three");
        JsonNode page = core.ask("items", "{\"session\":\"s\",\"from\":1,\"limit\":1}");
        assertThat(page.findValuesAsText("number")).containsExactly("2");
        assertThat(page.get("next").asInt()).isEqualTo(2);
        assertThat(page.get("total").asInt()).isEqualTo(3);
        JsonNode session = core.ask("show", "{\"session\":\"s\"}").get("session");
        assertThat(session.get("tokens").asLong()).isPositive();
        assertThat(session.get("agent").asText()).isEqualTo("ada");
    }

    @Test
    void sameKey_appendsOnce_alsoOverASwapAndARestart() {
        String data = "{\"session\":\"s\",\"key\":\"k\",\"items\":[{\"text\":\"a\"},{\"text\":\"b\"}]}";
        JsonNode first = core.ask("append", data);
        core.swap();
        JsonNode again = core.ask("append", data);
        assertThat(again.get("numbers")).isEqualTo(first.get("numbers"));
        assertThat(again.get("repeated").asBoolean()).isTrue();
        core.restart();
        core.ask("append", data);
        assertThat(context()).containsExactly("a", "b");
    }

    @Test
    void restore_bringsBackAnEarlierContext_keepsWhatIsPinned_andTheArchiveHasAll() {
        append("one", "two", "three", "four");
        core.ask("pin", "{\"session\":\"s\",\"numbers\":[4]}");
        core.ask("restore", "{\"session\":\"s\",\"revision\":2,\"note\":\"wrong turn\"}");
        assertThat(context()).containsExactly("one", "two", "four");
        append("five");
        core.restart();
        assertThat(context()).containsExactly("one", "two", "four", "five");
        assertThat(texts("{\"session\":\"s\",\"archive\":true}"))
                .containsExactly("one", "two", "three", "four", "five");
        assertThat(texts("{\"session\":\"s\",\"revision\":3}")).containsExactly("one", "two", "three");
        JsonNode versions = core.ask("versions", "{\"session\":\"s\"}");
        assertThat(versions.findValuesAsText("what")).containsExactly("restored", "pinned");
        assertThat(versions.findValuesAsText("note")).containsExactly("wrong turn", "pinned");
        assertThat(core.declined("restore", "{\"session\":\"s\",\"revision\":99}"))
                .contains("\"revision\" must be 0 to 7");
    }

    @Test
    void fork_goesItsOwnWay() {
        append("one", "two", "three");
        core.ask("fork", "{\"session\":\"s\",\"revision\":2,\"fork\":\"f\"}");
        core.ask("append", "{\"session\":\"f\",\"items\":[{\"text\":\"other\"}]}");
        assertThat(texts("{\"session\":\"f\"}")).containsExactly("one", "two", "other");
        assertThat(context()).containsExactly("one", "two", "three");
        assertThat(core.declined("fork", "{\"session\":\"s\",\"fork\":\"f\"}")).contains("already");
    }

    @Test
    void export_hasTheSessionAndEveryItem_asLines() {
        append("one", "two\nlines");
        JsonNode exported = core.ask("export", "{\"session\":\"s\"}");
        assertThat(exported.get("lines").asText().lines())
                .hasSize(3)
                .first()
                .asString()
                .contains("\"agent\":\"ada\"");
        assertThat(exported.has("next")).isFalse();
        assertThat(core.ask("export", "{\"session\":\"s\",\"after\":1}")
                        .get("lines")
                        .asText())
                .contains("two\\nlines")
                .doesNotContain("one");
    }

    @Test
    void closedSession_takesNothing_untilItIsOpenedAgain() {
        core.ask("close", "{\"session\":\"s\"}");
        assertThat(core.declined("append", "{\"session\":\"s\",\"items\":[{\"text\":\"a\"}]}"))
                .isEqualTo("session s is closed and takes no items");
        assertThat(core.ask("list", "{\"open\":true}").get("sessions")).isEmpty();
        core.ask("close", "{\"session\":\"s\",\"reopen\":true}");
        append("a");
        assertThat(context()).containsExactly("a");
    }

    @Test
    void erasure_ofASessionOrOfWhatAnAuthorSaid_leavesNothing() {
        core.ask(
                "append",
                "{\"session\":\"s\",\"items\":[{\"text\":\"mine\",\"author\":\"eve\"},{\"text\":\"hers\",\"author\":\"ada\"}]}");
        core.ask("checkpoint", "{\"session\":\"s\"}");
        assertThat(core.ask("erase", "{\"session\":\"s\",\"author\":\"eve\"}")
                        .get("items")
                        .asInt())
                .isEqualTo(1);
        assertThat(context()).containsExactly("hers");
        assertThat(texts("{\"session\":\"s\",\"archive\":true}")).containsExactly("hers");
        assertThat(directory.resolve("context"))
                .satisfies(place ->
                        assertThat(Disk.contents(place)).contains("hers").doesNotContain("mine"));
        append("later");
        core.restart();
        assertThat(context()).containsExactly("hers", "later");
        assertThat(core.ask("recover", "{\"session\":\"s\"}").get("repaired").asBoolean())
                .isFalse();
        assertThat(core.ask("erase", "{\"agent\":\"ada\"}").get("sessions").asInt())
                .isEqualTo(1);
        assertThat(core.declined("show", "{\"session\":\"s\"}")).isEqualTo("there is no session s");
        assertThat(Disk.contents(directory.resolve("context"))).doesNotContain("hers");
    }

    @Test
    void erasureOfAnAuthor_reachesTheSessionsOfAllAgents() {
        core.ask("open", "{\"agent\":\"bob\",\"session\":\"t\"}");
        for (String session : List.of("s", "t")) {
            core.ask(
                    "append",
                    "{\"session\":\"" + session
                            + "\",\"items\":[{\"text\":\"mine\",\"author\":\"eve\"},{\"text\":\"hers\",\"author\":\"ada\"}]}");
        }
        assertThat(core.declined("erase", "{}")).contains("\"session\"").contains("\"author\"");
        assertThat(core.ask("erase", "{\"author\":\"eve\"}").get("items").asInt())
                .isEqualTo(2);
        assertThat(Disk.contents(directory.resolve("context"))).contains("hers").doesNotContain("mine");
        assertThat(core.ask("erase", "{\"author\":\"eve\"}").get("items").asInt())
                .isZero();
    }

    @Test
    void whileNothingHappens_nothingIsWritten() {
        core.ask("open", "{\"agent\":\"ada\",\"session\":\"t\",\"takesAttempts\":true}");
        core.register("ada", 1, "x");
        await().atMost(Duration.ofSeconds(30)).until(() -> !written().equals(EventCursor.of()));
        AtomicReference<EventCursor> last = new AtomicReference<>(written());
        await().atMost(Duration.ofSeconds(30))
                .during(Duration.ofSeconds(2))
                .until(() -> last.getAndSet(written()).equals(last.get()));
    }

    private EventCursor written() {
        return core.skep().events().end();
    }

    @Test
    void whatAnAgentDidInItsTasks_isInItsSession_once_overASwapAndARestart() {
        core.ask("open", "{\"agent\":\"ada\",\"session\":\"t\",\"takesAttempts\":true}");
        core.register("ada", 5, "x");
        for (int round = 0; round < 3; round++) {
            core.submit(TaskSpec.of("do " + round).skills("x").input("{\"n\":" + round + "}"));
            Task given = core.claim("ada", 1).get(0).task();
            core.complete(given, "\"done " + round + "\"");
            int expected = 2 * (round + 1);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> texts("{\"session\":\"t\"}").size() >= expected);
            if (round == 0) {
                core.swap();
            } else if (round == 1) {
                core.restart();
            }
        }
        assertThat(texts("{\"session\":\"t\"}"))
                .containsExactly(
                        "do 0\n{\"n\":0}",
                        "\"done 0\"",
                        "do 1\n{\"n\":1}",
                        "\"done 1\"",
                        "do 2\n{\"n\":2}",
                        "\"done 2\"");
        assertThat(context()).isEmpty();
    }

    @Test
    void callersReachTheirOwn_theirTeams_andWhatIsPublic() {
        core.register("ada", 1, "x");
        core.register("bob", 1, "x");
        Caller ada = new Caller("ada");
        Caller bob = new Caller("bob");
        core.ask(ada, "append", "{\"session\":\"s\",\"items\":[{\"text\":\"mine\"}]}");
        assertThat(core.ask(ada, "items", "{\"session\":\"s\"}").findValuesAsText("author"))
                .containsExactly("ada");
        assertThat(core.declined(bob, "items", "{\"session\":\"s\"}")).isEqualTo("there is no session s");
        assertThat(core.declined(bob, "open", "{\"agent\":\"ada\"}")).contains("sessions of its own only");
        Caller viewer = new Caller(person("vi"), null, "default");
        assertThat(core.ask(viewer, "list", "{}").get("sessions")).isEmpty();
        core.ask(ada, "access", "{\"session\":\"s\",\"access\":\"team\"}");
        assertThat(core.ask(viewer, "list", "{}").get("sessions")).hasSize(1);
        Caller own = new Caller(person("vi"), null, "default", true);
        assertThat(core.declined(own, "close", "{\"session\":\"s\"}")).contains("may only read it");
        Caller other = new Caller(person("oz"), null, "elsewhere");
        assertThat(core.ask(other, "list", "{}").get("sessions")).isEmpty();
        assertThat(core.declined(bob, "items", "{\"session\":\"s\"}")).isEqualTo("there is no session s");
        core.ask(ada, "access", "{\"session\":\"s\",\"access\":\"public\"}");
        assertThat(core.ask(bob, "items", "{\"session\":\"s\"}").get("total").asInt())
                .isEqualTo(1);
        assertThat(core.declined(other, "erase", "{\"session\":\"s\"}")).contains("may only read it");
        assertThat(core.declined(bob, "append", "{\"session\":\"s\",\"items\":[{\"text\":\"x\"}]}"))
                .contains("may only read it");
    }

    private static Principal person(String id) {
        return new Principal(id, "user", "default", Set.of(), null, "https://issuer.example", null);
    }

    @Test
    void quotas_areNamed_andNothingIsLost() {
        core.close();
        core = new ContextCore(
                directory.resolve("small"),
                new SessionSettings(3, 2, 4, 4096, 100, Duration.ZERO, Duration.ZERO, 3),
                Clock.systemUTC());
        core.ask("open", "{\"agent\":\"ada\",\"session\":\"s\"}");
        core.ask("open", "{\"agent\":\"ada\"}");
        assertThat(core.declined("open", "{\"agent\":\"ada\"}")).contains("agent ada has 2 sessions");
        core.ask("open", "{\"agent\":\"bob\"}");
        assertThat(core.declined("open", "{\"agent\":\"eve\"}")).contains("there are 3 sessions");
        append("a", "b", "c");
        assertThat(core.declined("append", "{\"session\":\"s\",\"items\":[{\"text\":\"d\"},{\"text\":\"e\"}]}"))
                .contains("at most 4 items (session.items)");
        assertThat(core.declined("append", "{\"session\":\"s\",\"items\":[{\"text\":\"" + "x".repeat(101) + "\"}]}"))
                .contains("\"items[0].text\" must have at most 100 characters, not 101");
        assertThat(context()).containsExactly("a", "b", "c");
    }

    @Test
    void whatIsOld_isClosed_andLaterErased() {
        core.close();
        MovedClock clock = new MovedClock();
        SessionSettings settings =
                new SessionSettings(9, 9, 9, 1 << 20, 100, Duration.ofDays(2), Duration.ofDays(3), 3);
        core = new ContextCore(directory.resolve("old"), settings, clock);
        core.ask("open", "{\"agent\":\"ada\",\"session\":\"s\"}");
        assertThat(settings.idle()).isEqualTo(Duration.ofDays(2));
        clock.move(Duration.ofDays(3));
        core.plugin().lookAtSessions();
        assertThat(core.ask("list", "{\"open\":false}").get("sessions")).hasSize(1);
        clock.move(Duration.ofDays(4));
        core.plugin().lookAtSessions();
        assertThat(core.ask("list", "{}").get("sessions")).isEmpty();
    }

    @Test
    void hostileText_andFiveMegabytes_comeBackAsTheyWere() {
        String half = "\\ud800x\\udc00";
        core.ask("append", "{\"session\":\"s\",\"items\":[{\"text\":\"" + half + "\\u0000\\u202e</script>\"}]}");
        assertThat(context().get(0)).isEqualTo("\ud800x\udc00\u0000\u202e</script>");
        String large = "é".repeat(5 << 19);
        append(large, "small");
        JsonNode page = core.ask("items", "{\"session\":\"s\",\"from\":1}");
        assertThat(page.findValuesAsText("text")).containsExactly(large);
        assertThat(page.get("next").asInt()).isEqualTo(2);
        assertThat(core.declined("show", "{\"session\":\"../../etc\"}")).startsWith("there is no session");
        assertThat(core.declined("open", "{\"agent\":\"a\",\"session\":\"../x\"}"))
                .contains("\"session\" must be");
    }

    @Test
    void appendsUnderLoad_areAllThere_whileVersionsFollowEachOther() {
        List<CompletionStage<IntegrationResponse>> calls = new ArrayList<>();
        int atOnce = 30;
        for (int i = 0; i < 300; i++) {
            if (i >= atOnce) {
                // A call has its time only, and all at once would take longer than that on a slow disk.
                ContextCore.get(calls.get(i - atOnce));
            }
            calls.add(core.skep()
                    .call(ContextCore.request("append", "{\"session\":\"s\",\"items\":[{\"text\":\"t" + i + "\"}]}")));
            if (i % 100 == 50) {
                core.swap();
            }
        }
        List<String> answered = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            if (ContextCore.get(calls.get(i)) instanceof Answered) {
                answered.add("t" + i);
            }
        }
        assertThat(answered).hasSize(300);
        assertThat(texts("{\"session\":\"s\",\"limit\":1000}"))
                .containsAll(answered)
                .doesNotHaveDuplicates();
    }
}
