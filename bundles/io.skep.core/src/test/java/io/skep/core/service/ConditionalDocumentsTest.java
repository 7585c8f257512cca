// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.plugin.ConditionalState.Ending;
import io.skep.api.plugin.ConditionalState.Outcome;
import io.skep.api.plugin.PluginState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.api.plugin.StateChange.Delegation;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConditionalDocumentsTest {
    private static final Optional<Document> NONE = Optional.empty();

    private final EngineHarness h = new EngineHarness();
    private ConditionalDocuments documents = new ConditionalDocuments(h.engine(), new Documents(h.engine()));

    private static Optional<Document> is(String json) {
        return Optional.of(new Document(1, json));
    }

    private Outcome change(Map<String, Optional<Document>> expected, Map<String, Optional<Document>> written) {
        return h.get(documents.change("p", new StateChange(expected, written)));
    }

    private CompletableFuture<Outcome> delegate(Task task, String agent) {
        return documents
                .change(
                        "p",
                        new StateChange(
                                Map.of(), Map.of("who", is(agent)), new Delegation(task.id(), agent, "said so")))
                .toCompletableFuture();
    }

    private static String chosen(Outcome outcome) {
        return Objects.requireNonNull(
                Objects.requireNonNull(Objects.requireNonNull(outcome.task()).selection())
                        .agent());
    }

    @Test
    void change_isMade_ifEverythingIsAsExpected() {
        assertThat(change(Map.of("a", NONE), Map.of("a", is("1"), "b", is("2"))).ending())
                .isEqualTo(Ending.DONE);
        assertThat(change(Map.of("a", is("1"), "b", is("2")), Map.of("a", NONE, "b", is("3")))
                        .ending())
                .isEqualTo(Ending.DONE);

        assertThat(documents.of("p")).containsOnlyKeys("b").containsEntry("b", new Document(1, "3"));
    }

    @Test
    void change_changesNothing_ifOneDocumentIsAnother() {
        change(Map.of(), Map.of("a", is("1"), "b", is("2")));

        assertThat(change(Map.of("a", is("1"), "b", is("9")), Map.of("a", is("3"), "c", is("3")))
                        .ending())
                .isEqualTo(Ending.CONFLICT);
        assertThat(change(Map.of("a", NONE), Map.of("a", is("3"))).ending()).isEqualTo(Ending.CONFLICT);
        assertThat(change(Map.of("c", is("1")), Map.of("a", is("3"))).ending()).isEqualTo(Ending.CONFLICT);

        assertThat(documents.of("p")).containsOnlyKeys("a", "b").containsEntry("a", new Document(1, "1"));
    }

    @Test
    void emptyChange_isAnswered_whenWhatCouldBeReadBeforeIsDurable() {
        h.log().manual();
        var written = documents.change("p", new StateChange(Map.of(), Map.of("a", is("1"))));
        var looked = documents.change("p", new StateChange(Map.of("a", is("1")), Map.of()));
        h.run();

        assertThat(documents.of("p")).containsKey("a");
        assertThat(looked.toCompletableFuture()).isNotDone();
        h.log().sync();
        assertThat(h.get(looked).ending()).isEqualTo(Ending.DONE);
        h.get(written);
    }

    @Test
    void limits_holdForTheWholeChange_whichIsRefusedAsOne() {
        String half = "x".repeat(PluginState.MAX_CHARS / 2);
        for (int i = 0; i < 127; i++) {
            change(Map.of(), Map.of("k" + i, is(half)));
        }

        assertThat(h.refusal(documents.change(
                                "p", new StateChange(Map.of(), Map.of("a", is(half), "b", is(half), "k0", is(half)))))
                        .reason())
                .isEqualTo(Refusal.Reason.TOO_LARGE);
        assertThat(documents.of("p")).hasSize(127);
        change(Map.of(), Map.of("a", is(half), "b", is(half), "k0", NONE));
        assertThat(h.refusal(documents.change("p", new StateChange(Map.of(), Map.of("ä", is("1")))))
                        .field())
                .contains("key");
    }

    @Test
    void ofManyDelegates_oneWins_andTheOthersGetTheWinner() {
        for (int i = 0; i < 64; i++) {
            h.register("a" + i, 1);
        }
        Task task = h.submit("x");
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            all.add(delegate(task, "a" + i));
        }
        h.run();

        assertThat(all).filteredOn(one -> one.join().ending() == Ending.DONE).hasSize(1);
        assertThat(all)
                .filteredOn(one -> one.join().ending() == Ending.DELEGATED)
                .hasSize(63);
        assertThat(all).allSatisfy(one -> assertThat(chosen(one.join())).isEqualTo("a0"));
        assertThat(documents.of("p").get("who")).isEqualTo(new Document(1, "a0"));
        assertThat(h.claim("a1", 1)).isEmpty();
        Task claimed = h.claimOne("a0");
        assertThat(chosen(h.get(delegate(claimed, "a1"))))
                .as("while its agent has it, too")
                .isEqualTo("a0");
    }

    /** In a store that is killed before it has synced, both are there or none. */
    @Test
    void delegation_andItsDocuments_areOneAppend() {
        h.register("a", 1);
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(h.submit("x" + i));
        }
        h.log().manual();
        for (Task task : tasks) {
            delegate(task, "a");
            h.step();
            assertThat(h.log().pending())
                    .as("of a task in shard %s", task.shard())
                    .isEqualTo(1);
            h.log().sync();
            h.run();
        }
    }

    @Test
    void delegation_isForgotten_whenTheTaskIsQueuedAgain_andSurvivesARestart() {
        h.register("a", 1);
        h.register("b", 1);
        Task task = h.submit(TaskSpec.of("x").retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO)));
        h.get(delegate(task, "a"));
        h.restart();
        documents = new ConditionalDocuments(h.engine(), new Documents(h.engine()));
        assertThat(h.get(delegate(task, "b")).ending()).isEqualTo(Ending.DELEGATED);
        h.get(h.agents().heartbeat("b", null));
        assertThat(h.claim("b", 1)).isEmpty();

        Task claimed = h.claimOne("a");
        h.get(h.attempts().fail(EngineHarness.ref(claimed), AttemptEnd.FAILED, "no", true));

        Outcome again = h.get(delegate(task, "b"));
        assertThat(again.ending()).isEqualTo(Ending.DONE);
        assertThat(chosen(again)).isEqualTo("b");
        assertThat(h.claimOne("b").id()).isEqualTo(task.id());
    }

    @Test
    void delegateOfAnAgentThatGoes_isForAnybodyAgain() {
        h.register("a", 1);
        h.register("b", 1);
        Task task = h.submit("x");
        h.get(delegate(task, "a"));

        h.get(h.agents().remove("a", null));

        assertThat(h.claimOne("b").id()).isEqualTo(task.id());
    }

    @Test
    void whatCannotBeDelegated_isRefused_andNoDocumentIsWritten() {
        h.register("a", 2);
        h.register("gone", 1);
        h.register("skilled", 1, "java");
        h.get(h.agents().drain("gone", "enough"));
        Task skilled = h.submit(TaskSpec.of("x").skills("java"));
        Task ready = h.submit("y");
        Task held = h.claimOne("a");
        Task done = h.submit("z");
        h.get(h.tasks().cancel(done.id(), null));

        assertThat(held.id()).isEqualTo(ready.id());
        assertThat(h.refusal(delegate(skilled, "a")).getMessage()).contains("lacks a skill");
        assertThat(h.refusal(delegate(skilled, "nobody")).reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
        assertThat(h.refusal(delegate(skilled, "gone")).getMessage()).contains("draining", "enough");
        assertThat(h.refusal(delegate(held, "a")).getMessage()).contains("is working and waits for no agent");
        assertThat(h.refusal(delegate(done, "a")).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.refusal(documents.change(
                                "p",
                                new StateChange(Map.of(), Map.of("who", is("a")), new Delegation("no", "a", "so"))))
                        .reason())
                .isEqualTo(Refusal.Reason.NOT_FOUND);
        assertThat(h.get(documents.change(
                                "p",
                                new StateChange(
                                        Map.of("who", is("b")),
                                        Map.of("who", is("a")),
                                        new Delegation(skilled.id(), "a", "so"))))
                        .ending())
                .isEqualTo(Ending.CONFLICT);
        assertThat(documents.of("p")).isEmpty();
        assertThat(h.task(skilled).state()).isEqualTo(TaskState.QUEUED);
        assertThat(h.task(skilled).selection()).isNull();
    }
}
