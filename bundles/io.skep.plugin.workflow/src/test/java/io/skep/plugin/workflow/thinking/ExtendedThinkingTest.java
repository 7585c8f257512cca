// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.Budget;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.workflow.RealCore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExtendedThinkingTest extends ThinkingRig {
    @Test
    void complexTask_isThoughtAbout_andEveryPointNamesTheChildTaskItCameFrom() {
        experts(QUEUE, NO_QUEUE);
        Task task = submit(TaskSpec.of(COMPLEX).tenant("acme").input("{\"file\":\"a\"}"));
        JsonNode first = consider(task);
        assertThat(first.path("verdict").asText()).isEqualTo("pending");
        assertThat(first.path("retryAfterMillis").asLong()).isPositive();
        JsonNode insights = insights(task);
        assertThat(texts(insights, "disagreement"))
                .containsExactlyInAnyOrder(
                        "Put a queue between the services", "Do not put a queue between the services");
        assertThat(texts(insights, "view")).containsExactly("Write tests first");
        assertThat(texts(insights, "risk")).containsExactly("The queue may fill up");
        assertThat(texts(insights, "plan")).containsExactly("Measure the load", "Write the queue");
        assertThat(insights.path("partial").asBoolean()).isFalse();
        assertThat(insights.path("encoder").asText()).isEqualTo("lexical");
        assertThat(insights.path("chosenBy").asText()).isEqualTo("words");
        for (JsonNode point : insights.path("points")) {
            assertThat(point.path("sources")).isNotEmpty();
            for (JsonNode source : point.path("sources")) {
                Task child = core.task(source.path("task").asText());
                String agent = source.path("agent").asText();
                assertThat(child.spec().parent()).isEqualTo(task.id());
                assertThat(child.attempts().get(0).agent()).isEqualTo(agent);
                assertThat(child.result())
                        .isEqualTo(answers.get(agent))
                        .contains(point.path("text").asText());
            }
        }
        for (String id : children(insights)) {
            TaskSpec child = core.task(id).spec();
            assertThat(child.tenant()).isEqualTo("acme");
            assertThat(child.input()).isEqualTo("{\"file\":\"a\"}");
            assertThat(child.description()).contains(COMPLEX);
            assertThat(child.deadline()).isNotNull();
            assertThat(child.budget()).isEqualTo(new Budget(null, null, 500L, null, null, null));
            assertThat(isPending(consider(core.task(id)))).isFalse();
            assertThat(consider(core.task(id)).has("attachment")).isFalse();
        }
        assertThat(asked()).containsExactly("ann", "bob");
    }

    @Test
    void changingOneAnswer_changesTheInsights() {
        experts(QUEUE, QUEUE);
        JsonNode before = insights(submit(COMPLEX));
        assertThat(texts(before, "agreement")).containsExactly("Put a queue between the services");
        assertThat(texts(before, "disagreement")).isEmpty();
        answers.put("bob", NO_QUEUE);
        JsonNode after = insights(submit(COMPLEX));
        assertThat(texts(after, "agreement")).isEmpty();
        assertThat(texts(after, "disagreement")).hasSize(2);
        assertThat(after.path("consensus").asDouble())
                .isLessThan(before.path("consensus").asDouble());
    }

    @Test
    void ordinaryTasks_passAtOnce_andNobodyIsAsked() {
        experts(QUEUE, QUEUE);
        for (String text : List.of("Fix the bug in the parser", "x", "Count the lines of README.md and print them.")) {
            assertThat(consider(submit(text)).toString()).isEqualTo("{\"verdict\":\"none\"}");
        }
        Task against = submit(TaskSpec.of(COMPLEX).input("{\"thinking\":\"none\"}"));
        assertThat(consider(against).toString()).isEqualTo("{\"verdict\":\"none\"}");
        assertThat(core.state().keys()).isEmpty();
        assertThat(asked()).isEmpty();
    }

    @Test
    void aTaskThatAsksForIt_isThoughtAbout_asDeepAsItSays() {
        experts(QUEUE, QUEUE);
        Task task = submit(TaskSpec.of("Name the queue").input("{\"thinking\":\"deep\"}"));
        assertThat(insights(task).path("depth").asText()).isEqualTo("deep");
        assertThat(insights(task).path("reason").asText()).startsWith("depth deep was asked for");
        JsonNode wrong = consider(submit(TaskSpec.of("Name it").input("{\"thinking\":\"hard\"}")));
        assertThat(wrong.path("verdict").asText()).isEqualTo("pass");
        assertThat(wrong.path("attachment").path("value").path("reason").asText())
                .contains("must be one of none");
        JsonNode empty = consider(submit(TaskSpec.of("...").input("{\"thinking\":\"deep\"}")));
        assertThat(empty.path("attachment").path("value").toString())
                .isEqualTo(
                        "{\"depth\":\"none\",\"reason\":\"there is nothing to think about: it has no words\",\"points\":[]}");
    }

    @Test
    void nobodyToAsk_isAnsweredHonestly_andNothingIsMade() {
        Task task = submit(COMPLEX);
        JsonNode considered = consider(task);
        assertThat(considered.path("verdict").asText()).isEqualTo("pass");
        JsonNode insights = considered.path("attachment").path("value");
        assertThat(insights.path("depth").asText()).isEqualTo("none");
        assertThat(insights.path("points")).isEmpty();
        assertThat(insights.path("reason").asText()).contains("nobody to ask");
        assertThat(insights.has("participants")).isFalse();
        JsonNode demanded = ask("think", "{\"task\":\"" + task.id() + "\"}");
        assertThat(demanded.path("state").asText()).isEqualTo("done");
        assertThat(demanded.has("id")).isFalse();
        assertThat(core.state().keys()).isEmpty();
    }

    @Test
    void nothingToThinkAbout_isAnsweredHonestly() {
        experts(QUEUE, QUEUE);
        for (String data : List.of(
                "{}",
                "{\"description\":\"  \"}",
                "{\"description\":\"do it\"}",
                "{\"description\":\"!\",\"depth\":\"none\"}")) {
            JsonNode insights = ask("think", data).path("thinking_insights");
            assertThat(insights.path("depth").asText()).as(data).isEqualTo("none");
            assertThat(insights.path("reason").asText()).isNotBlank();
        }
        assertThat(asked()).isEmpty();
    }

    @Test
    void partialAnswers_areUsedAtTheDeadline_andMarked() {
        answers.put("ann", QUEUE);
        expert("ann");
        expert("bob");
        Task task = submit(COMPLEX);
        assertThat(isPending(consider(task))).isTrue();
        await().atMost(LONG).until(() -> asked().equals(List.of("ann", "bob")));
        await().atMost(LONG).until(() -> core.skep().agents().held("ann").isEmpty());
        assertThat(isPending(consider(task))).isTrue();
        core.ahead(Duration.ofSeconds(61));
        JsonNode insights = insights(task);
        assertThat(insights.path("partial").asBoolean()).isTrue();
        assertThat(became(insights)).containsEntry("ann", "used").containsEntry("bob", "late");
        assertThat(texts(insights, "view")).containsExactly("Put a queue between the services");
        assertThat(insights.path("reason").asText()).endsWith("answers used: 1 of 2");
        for (String child : children(insights)) {
            assertThat(core.awaitEnd(child).state()).isIn(TaskState.COMPLETED, TaskState.CANCELED);
        }
    }

    @Test
    void atTheRealDeadline_whatIsMissingIsLate() {
        answers.put("ann", QUEUE);
        expert("ann");
        expert("bob");
        String data =
                "{\"description\":\"name the big queue\",\"participants\":[\"ann\",\"bob\"],\"timeoutSeconds\":10}";
        JsonNode insights = awaitDone(ask("think", data).path("id").asText());
        assertThat(became(insights)).containsEntry("ann", "used").containsEntry("bob", "late");
        for (String child : children(insights)) {
            assertThat(core.awaitEnd(child).state().isTerminal()).isTrue();
        }
    }

    @Test
    void nonsense_isMarkedUnusable_andNothingIsMadeUpOfIt() {
        experts("{\"points\":[7]}", "\"?!\"");
        JsonNode insights = insights(submit(COMPLEX));
        assertThat(insights.path("points")).isEmpty();
        assertThat(became(insights)).containsEntry("ann", "unusable").containsEntry("bob", "unusable");
        assertThat(insights.has("consensus")).isFalse();
        assertThat(insights.path("partial").asBoolean()).isTrue();
    }

    @Test
    void onDemand_aQuestionIsAsked_ofThoseWhoAreNamed_onceOnly() {
        experts(QUEUE, QUEUE);
        expert("cid");
        answers.put("cid", NO_QUEUE);
        String data = "{\"description\":\"How do we connect the services?\",\"depth\":\"deep\",\"timeoutSeconds\":60,"
                + "\"participants\":[\"cid\",\"ann\"]}";
        JsonNode begun = ask("think", data);
        assertThat(begun.path("state").asText()).isEqualTo("pending");
        assertThat(begun.path("thinking_insights").path("participants")).hasSize(2);
        String id = begun.path("id").asText();
        assertThat(ask("think", data).path("id").asText()).isEqualTo(id);
        JsonNode insights = awaitDone(id);
        assertThat(became(insights)).containsOnlyKeys("ann", "cid");
        assertThat(insights.path("chosenBy").asText()).isEqualTo("request");
        assertThat(texts(insights, "disagreement")).hasSize(2);
        assertThat(ask("think", data).path("state").asText()).isEqualTo("done");
        assertThat(core.task(children(insights).iterator().next()).spec().parent())
                .isNull();
        assertThat(asked()).containsExactly("ann", "cid");
    }

    @Test
    void onDemand_aTaskIsThoughtAbout_alsoOneThatHasEnded() {
        experts(QUEUE, NO_QUEUE);
        Task open = submit("Name the queue well");
        String id = ask("think", "{\"task\":\"" + open.id() + "\"}").path("id").asText();
        JsonNode insights = awaitDone(id);
        assertThat(insights).isEqualTo(insights(open));
        assertThat(core.task(children(insights).iterator().next()).spec().parent())
                .isEqualTo(open.id());
        Task over = submit("Rename the queue better");
        RealCore.get(core.skep().tasks().cancel(over.id(), null));
        JsonNode later = awaitDone(
                ask("think", "{\"task\":\"" + over.id() + "\"}").path("id").asText());
        assertThat(core.task(children(later).iterator().next()).spec().parent()).isNull();
        assertThat(texts(later, "disagreement")).hasSize(2);
    }

    @Test
    void wrongInputs_areDeclinedInASentence() {
        expert("ann");
        assertThat(declined("think", "{\"task\":\"no such\\u0000\"}")).isEqualTo("there is no task \"no?such?\"");
        assertThat(declined("think", "{\"task\":\"a\",\"description\":\"b\"}")).contains("only one of the fields");
        assertThat(declined("think", "{\"description\":\"a b c d\",\"depth\":\"abyss\"}"))
                .contains("\"depth\" must be one");
        assertThat(declined("think", "{\"description\":\"" + "x ".repeat(9000) + "\"}"))
                .contains("16384");
        assertThat(declined("think", "{\"description\":\"a\",\"timeoutSeconds\":0}"))
                .contains("1 to 3600");
        assertThat(declined("think", "{\"description\":\"a\",\"participants\":[]}"))
                .contains("at least one");
        String named = "{\"description\":\"name the big queue\",\"participants\":[\"ann\",\"%s\"]}";
        assertThat(declined("think", named.formatted("zoe")))
                .contains("\"participants[1]\"", "\"zoe\"", "not registered");
        assertThat(declined("think", named.formatted("ann"))).contains("twice");
        RealCore.get(core.skep().agents().drain("ann", null));
        assertThat(declined("think", named.formatted("bob"))).contains("\"ann\", which is draining");
        assertThat(declined("result", "{\"id\":\"d-1\"}")).contains("there is no thinking d-1");
        assertThat(declined("result", "{\"id\":\"../x\"}")).contains("no id");
        assertThat(declined("result", "{}")).contains("\"id\" is missing");
        assertThat(declined("consider", "{\"stage\":\"before\"}")).contains("\"task\" is missing");
        assertThat(declined("consider", "{\"task\":\"a\"}")).contains("\"stage\" is missing");
        assertThat(declined("consider", "{\"task\":\"a\",\"stage\":\"after\"}"))
                .contains("\"stage\" must be one of before");
        assertThat(declined("consider", "{\"task\":\"a\",\"stage\":\"before\"}"))
                .contains("there is no task");
        assertThat(declined("dream", "{}")).contains("does not offer");
    }

    @Test
    void anEncoder_tellsWhatMeansTheSame_andTheAnswerNamesIt() {
        experts("{\"points\":[\"buffer requests\"]}", "{\"points\":[\"queue calls\"]}");
        WordVectors vectors = new WordVectors(Map.of(
                Terms.stem("buffer"),
                "x",
                Terms.stem("queue"),
                "x",
                Terms.stem("requests"),
                "y",
                Terms.stem("calls"),
                "y"));
        core.embed(vectors);
        JsonNode insights = insights(submit(COMPLEX));
        assertThat(insights.path("encoder").asText()).isEqualTo("words");
        assertThat(texts(insights, "agreement")).hasSize(1);
        core.unembed(vectors);
        JsonNode without = insights(submit(COMPLEX));
        assertThat(without.path("encoder").asText()).isEqualTo("lexical");
        assertThat(texts(without, "view")).hasSize(2);
    }

    @Test
    void slash_think_asksAndShowsWhatCameOfIt() {
        experts(QUEUE, QUEUE);
        JsonNode said = core.run("/think deep 'How do we connect' the services? --agents=ann --timeout=60");
        assertThat(said.path("text").asText()).startsWith("they think about it; /think result d-");
        String id = said.path("data").path("id").asText();
        awaitDone(id);
        assertThat(core.run("/think result " + id).path("text").asText())
                .startsWith("depth deep: ")
                .contains("\nview 1.0: Put a queue between the services  [ann]");
        Task task = submit("Name the queue");
        assertThat(core.run("/think --task=" + task.id() + " --depth=deep")
                        .path("text")
                        .asText())
                .startsWith("they think about it");
        assertThat(core.run("/think").path("text").asText())
                .contains("think: Lets agents think")
                .contains("consider: ");
        assertThat(core.run("/think result '{\"id\":\"" + id + "\"}'")
                        .path("text")
                        .asText())
                .contains("\"state\" : \"done\"");
        assertThat(core.run("/think it").path("text").asText()).startsWith("depth none: there is nothing");
        assertThat(core.refused("/think a queue --timeout=soon")).contains("number of seconds");
    }
}
