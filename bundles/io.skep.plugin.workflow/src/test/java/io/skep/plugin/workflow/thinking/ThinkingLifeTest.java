// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.RealCore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThinkingLifeTest extends ThinkingRig {
    @Test
    void halfDoneThinking_survivesSwapsAndRestarts_andNobodyIsAskedTwice() {
        answers.put("ann", QUEUE);
        expert("ann");
        expert("bob");
        Task task = submit(COMPLEX);
        assertThat(isPending(consider(task))).isTrue();
        core.swap();
        await().atMost(LONG).until(() -> asked().equals(List.of("ann", "bob")));
        core.swap();
        assertThat(isPending(consider(task))).isTrue();
        core.restart();
        expert("ann");
        expert("bob");
        Task question = core.skep().agents().held("bob").get(0);
        AttemptRef attempt = new AttemptRef(question.id(), question.token(), "bob");
        core.skep().attempts().complete(List.of(new Completion(attempt, NO_QUEUE)));
        JsonNode insights = insights(task);
        assertThat(became(insights)).containsEntry("ann", "used").containsEntry("bob", "used");
        assertThat(children(insights)).hasSize(2);
        assertThat(texts(insights, "disagreement")).hasSize(2);
        assertThat(asked()).containsExactly("ann", "bob");
        core.swap();
        assertThat(insights(task)).isEqualTo(insights);
        core.restart();
        assertThat(insights(task)).isEqualTo(insights);
    }

    @Test
    void aKillBetweenAskingAndNotingIt_findsTheQuestionsAgain() throws JsonProcessingException {
        experts(QUEUE, QUEUE);
        Task task = submit(COMPLEX);
        JsonNode first = insights(task);
        String key = "thinking.t-" + task.id();
        Codec codec = new Codec();
        Thinking ended = codec.readKept(core.state().get(key).orElseThrow().json(), Thinking.class);
        String question = core.task(children(first).iterator().next()).spec().description();
        core.state().put(key, new PluginState.Document(1, codec.write(notNoted(ended, question))));
        core.restart();
        JsonNode again = insights(task);
        assertThat(again.path("reason").asText()).startsWith("again");
        assertThat(children(again)).isEqualTo(children(first));
        assertThat(again.path("points")).isEqualTo(first.path("points"));
        assertThat(asked()).containsExactly("ann", "bob");
    }

    /** As it was when the questions were asked, and their ids not yet kept. */
    private static Thinking notNoted(Thinking ended, String question) {
        List<Insights.Participant> participants = ended.participants().stream()
                .map(one -> new Insights.Participant(one.agent(), null, Insights.ASKED, null))
                .toList();
        Insights seen = new Insights("deep", "again", List.of(), participants, true, null, 0.5, "words", null, null);
        return new Thinking(
                ended.id(),
                ended.startedAt(),
                ended.until(),
                null,
                ended.task(),
                true,
                question,
                ended.tenant(),
                ended.priority(),
                ended.tokens(),
                0,
                seen);
    }

    /** Puts a thinking in the state of the plugin as it was before anybody was asked, and starts another generation. */
    private JsonNode fromUnasked(Task task, String question) {
        Insights.Participant asked = new Insights.Participant("ann", null, Insights.ASKED, null);
        Insights seen = new Insights("deep", "begun", List.of(), List.of(asked), true, null, 0.5, "words", null, null);
        Instant now = Instant.now();
        Thinking unasked = new Thinking(
                "t-" + task.id(),
                now.toString(),
                now.plusSeconds(60).toString(),
                null,
                task.id(),
                true,
                question,
                "default",
                5,
                0,
                0,
                seen);
        core.state().put("thinking.t-" + task.id(), new PluginState.Document(1, new Codec().write(unasked)));
        core.swap();
        return insights(task);
    }

    @Test
    void whatCannotBeAskedAnyMore_endsWithTheReason_andNothingIsMadeUp() {
        experts(QUEUE, QUEUE);
        Task over = submit(COMPLEX);
        RealCore.get(core.skep().tasks().cancel(over.id(), null));
        JsonNode ended = fromUnasked(over, "What do you think?");
        assertThat(ended.path("reason").asText()).isEqualTo("begun; its task has ended");
        assertThat(became(ended)).containsEntry("ann", "failed");
        assertThat(ended.path("points")).isEmpty();
        assertThat(fromUnasked(submit(COMPLEX), "").path("reason").asText())
                .startsWith("begun; nobody could be asked: ")
                .contains("description");
        assertThat(asked()).isEmpty();
        JsonNode askedLater = fromUnasked(submit(COMPLEX), "What do you think?");
        assertThat(became(askedLater)).containsEntry("ann", "used");
    }

    @Test
    void callsAtTheSameTime_beginOneThinking() {
        experts(QUEUE, QUEUE);
        Task task = submit(COMPLEX);
        List<CompletableFuture<JsonNode>> calls = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> consider(task)))
                .toList();
        assertThat(calls).allMatch(call -> isPending(RealCore.get(call)));
        insights(task);
        assertThat(core.state().keys()).containsExactly("thinking.t-" + task.id());
        assertThat(asked()).containsExactly("ann", "bob");
    }

    @Test
    void whatAnotherGenerationCameTo_isTaken() throws JsonProcessingException {
        expert("ann");
        Task task = submit(COMPLEX);
        assertThat(isPending(consider(task))).isTrue();
        String key = "thinking.t-" + task.id();
        Codec codec = new Codec();
        // What it writes itself after that would be taken for the newest.
        await().atMost(LONG)
                .until(() -> codec.readKept(core.state().get(key).orElseThrow().json(), Thinking.class)
                        .isAsked());
        Thinking pending = codec.readKept(core.state().get(key).orElseThrow().json(), Thinking.class);
        Thinking ended = pending.closed(Instant.now(), Insights.none("another one came to this"));
        core.state().become(Map.of(key, new PluginState.Document(1, codec.write(ended))));
        assertThat(insights(task).path("reason").asText()).isEqualTo("another one came to this");
        core.state().become(Map.of(key, new PluginState.Document(1, codec.write(pending))));
        await().atMost(LONG)
                .until(() -> core.state().get(key).orElseThrow().json().contains("another one"));
    }

    @Test
    void whatWasBegunWhileTried_isKeptAtPromotion_andWhatOthersEnded_isTaken() {
        expert("ann");
        Task mine = submit(COMPLEX);
        consider(mine);
        core.state().become(Map.of());
        await().atMost(LONG)
                .until(() -> core.state().get("thinking.t-" + mine.id()).isPresent());
        answers.put("ann", QUEUE);
        core.ahead(Duration.ofSeconds(61));
        JsonNode insights = insights(mine);
        Map<String, PluginState.Document> kept = Map.copyOf(core.state().documents());
        core.state().become(Map.of());
        core.swap();
        Task other = submit(COMPLEX);
        consider(other);
        core.state().become(kept);
        assertThat(insights(mine)).isEqualTo(insights);
        await().atMost(LONG)
                .until(() -> core.state().get("thinking.t-" + other.id()).isPresent());
    }

    @Test
    void aTaskThatIsCanceled_endsItsThinking() {
        expert("ann");
        Task task = submit(COMPLEX);
        consider(task);
        await().atMost(LONG).until(() -> asked().equals(List.of("ann")));
        RealCore.get(core.skep().tasks().cancel(task.id(), "not needed"));
        JsonNode insights = insights(task);
        assertThat(became(insights)).containsEntry("ann", "failed");
        assertThat(insights.path("points")).isEmpty();
        assertThat(insights.path("participants").get(0).path("detail").asText()).contains("canceled");
    }

    @Test
    void thinkings_areBoundedInNumber_andTasksGoOnWithout() {
        expert("ann");
        List<Task> tasks =
                IntStream.range(0, 3).mapToObj(i -> submit(COMPLEX + i)).toList();
        assertThat(isPending(consider(tasks.get(0)))).isTrue();
        assertThat(isPending(consider(tasks.get(1)))).isTrue();
        JsonNode third = consider(tasks.get(2));
        assertThat(third.path("verdict").asText()).isEqualTo("pass");
        assertThat(third.path("attachment").path("value").path("reason").asText())
                .contains("2 thinkings under way");
        assertThat(declined("think", "{\"description\":\"name the big queue\"}"))
                .contains("2 thinkings under way");
        core.ahead(Duration.ofSeconds(61));
        insights(tasks.get(0));
        insights(tasks.get(1));
        core.ahead(Duration.ofSeconds(62));
        consider(tasks.get(2));
        core.ahead(Duration.ofSeconds(200));
        insights(tasks.get(2));
        await().atMost(LONG).until(() -> core.state().keys().size() == 2);
        assertThat(core.state().get("thinking.t-" + tasks.get(2).id())).isPresent();
    }

    @Test
    void aDocumentOfAnotherVersion_isLeftAlone() {
        experts(QUEUE, QUEUE);
        Task task = submit(COMPLEX);
        PluginState.Document later = new PluginState.Document(9, "{}");
        core.state().put("thinking.t-" + task.id(), later);
        core.state().put("thinking.broken", new PluginState.Document(1, "{}"));
        core.swap();
        JsonNode considered = consider(task);
        assertThat(considered.path("verdict").asText()).isEqualTo("pass");
        assertThat(considered.path("attachment").path("value").path("reason").asText())
                .contains("another version");
        assertThat(core.state().get("thinking.t-" + task.id())).contains(later);
    }
}
