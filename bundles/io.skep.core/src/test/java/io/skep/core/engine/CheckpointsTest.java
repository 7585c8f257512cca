// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.ref;
import static io.skep.core.engine.AskedChecker.PASSED;
import static io.skep.core.engine.AskedChecker.failed;
import static io.skep.core.engine.AskedChecker.pending;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Stage;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
    private final EngineHarness h = new EngineHarness(
            EngineHarness.settings()
                    .with("checksCalls", 2)
                    .with("checksRounds", 1)
                    .build(),
            1);
    private final AskedChecker asked = new AskedChecker();

    @BeforeEach
    void checked() {
        h.checkBy(asked);
        h.register("a", 1);
    }

    private void answer(int question, Checker.Verdict verdict) {
        asked.questions.get(question).answer().complete(verdict);
        h.run();
    }

    private List<String> why(Task task) {
        return h.get(h.tasks().why(task.id())).reasons();
    }

    /** A task whose result is being checked, by question 0. */
    private Task proposed() {
        asked.on.remove(Stage.BEFORE);
        h.submit("x");
        return h.complete(h.claimOne("a"), "{\"v\":1}");
    }

    @Test
    void task_startsNotBeforeItIsAdmitted_andHasWhatWasAttached() {
        Task task = h.submit("x");
        assertThat(h.claim("a", 1)).isEmpty();
        assertThat(why(task)).containsExactly("it may not start yet: it is being checked");
        assertThat(asked.questions.get(0).stage()).isEqualTo(Stage.BEFORE);

        answer(0, new Checker.Passed(true, Map.of("insights", "{\"depth\":\"deep\"}"), List.of("one remark")));

        Task claimed = h.claimOne("a");
        assertThat(claimed.review()).isNotNull();
        assertThat(claimed.review().attachments()).containsExactly(Map.entry("insights", "{\"depth\":\"deep\"}"));
        assertThat(h.events(EventCursor.start(EngineHarness.SHARDS)))
                .filteredOn(event -> event.type().equals("task.admitted"))
                .extracting(Event::cause)
                .containsExactly("may start; one remark");
    }

    @Test
    void admittedTask_isNotCheckedAgain_whenItIsTriedAgainOrTheServerRestarts() {
        h.submit(TaskSpec.of("x"));
        answer(0, PASSED);
        h.restart();
        Task claimed = h.claimOne("a");
        h.get(h.attempts().fail(ref(claimed), AttemptEnd.FAILED, "no", true));
        h.advance(3_600);
        h.claimOne("a");

        assertThat(asked.questions).hasSize(1);
    }

    @Test
    void taskThatNobodyWasAskedAbout_goesOnWithoutAWord() {
        Task task = h.submit("x");
        answer(0, Checker.Passed.UNASKED);

        assertThat(h.claimOne("a").review()).isNull();
        assertThat(h.task(task).cause()).isEqualTo("claimed by a");
    }

    @Test
    void taskThatNobodyWasAskedAbout_isNotAskedAboutTwice_whileItIsQueued() {
        asked.on.remove(Stage.AFTER);
        AskedRouter router = new AskedRouter();
        h.rankBy(router);
        Task task = h.submit(TaskSpec.of("x"));
        answer(0, Checker.Passed.UNASKED);
        router.questions.get(0).answer().complete(new Router.Silent("silent", true));
        h.run();
        assertThat(asked.questions).hasSize(1);
        Task claimed = h.claimOne("a");
        h.get(h.attempts().fail(ref(claimed), AttemptEnd.FAILED, "no", true));
        h.advance(60);

        assertThat(asked.questions).as("another attempt").hasSize(2);
        assertThat(h.task(task).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void personWhoSaysWhichAgent_doesNotGetAroundTheCheck() {
        Task task = h.submit("x");
        h.get(h.tasks().route(task.id(), "a"));
        assertThat(h.claim("a", 1)).isEmpty();
        answer(1, PASSED);
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void taskThatMayNotStart_isRejectedWithTheReason() {
        Task task = h.submit("x");
        answer(0, failed(true, "no reason was given", "too short"));

        assertThat(h.task(task).state()).isEqualTo(TaskState.REJECTED);
        assertThat(h.task(task).error()).isEqualTo("not to be started: no reason was given; too short");
    }

    @Test
    void result_countsWhenItPassed_andTheAgentIsFreeMeanwhile() {
        Task dependency = proposed();
        Task dependent = h.submit(TaskSpec.of("after").dependsOn(List.of(dependency.id())));
        assertThat(dependency.state()).isEqualTo(TaskState.IN_REVIEW);
        assertThat(dependency.currentAttempt()).isEmpty();
        h.submit("another");
        Task another = h.claimOne("a");
        assertThat(another.spec().description()).isEqualTo("another");
        assertThat(h.task(dependent).state()).isEqualTo(TaskState.SUBMITTED);
        assertThat(why(dependency)).containsExactly("the result of attempt 1 does not count yet: it is being checked");

        answer(0, new Checker.Passed(true, Map.of(), List.of("nobody was there")));

        assertThat(h.task(dependency).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(h.task(dependency).cause()).isEqualTo("completed; nobody was there");
        assertThat(h.task(dependency).result()).isEqualTo("{\"v\":1}");
        assertThat(h.task(dependent).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void completion_saidTwice_isTheSame() {
        Task proposed = proposed();

        Task again = h.get(h.attempts()
                .complete(List.of(new Completion(ref(proposed), "{\"v\":1}")))
                .get(0));

        assertThat(again.state()).isEqualTo(TaskState.IN_REVIEW);
        assertThat(asked.questions).hasSize(1);
    }

    @Test
    void resultThatIsNotGoodEnough_goesBackWithFeedback_asOftenAsAllowed() {
        Task task = proposed();
        answer(0, failed(true, "no tests"));

        Task second = h.claimOne("a");
        assertThat(second.token()).isEqualTo(2);
        assertThat(second.result()).isNull();
        assertThat(second.review()).isNotNull();
        assertThat(second.review().sentBack()).isEqualTo(1);
        assertThat(second.review().feedback()).containsExactly("no tests");
        h.complete(second, "2");
        assertThat(why(task)).contains("1 results were sent back before, the last one because: no tests");
        answer(1, failed(true, "still none"));

        assertThat(h.task(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(h.task(task).error()).isEqualTo("its result is not accepted (after 1 were sent back): still none");
        assertThat(h.task(task).result()).isNull();
        assertThat(h.task(task).isQuarantined()).isFalse();
    }

    @Test
    void resultThatCannotBeMended_failsAtOnce() {
        Task task = proposed();
        answer(0, failed(false, "forbidden"));

        assertThat(h.task(task).state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void pendingVerdict_isAskedForAgainInTime_andSoonerWhenToldSo() {
        Task task = proposed();
        answer(0, pending(10));
        assertThat(why(task)).containsExactly("the result of attempt 1 does not count yet: a person is to decide");
        h.advance(9);
        assertThat(asked.questions).hasSize(1);
        h.advance(1);
        assertThat(asked.questions).hasSize(2);
        answer(1, pending(60));

        h.engine().ask(turn -> {
            h.engine().checkpoints().recheck(turn.state().find(task.id()));
            return true;
        });
        h.run();
        assertThat(asked.questions).hasSize(3);
        answer(2, PASSED);
        h.advance(3_600);

        assertThat(h.task(task).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(asked.questions).hasSize(3);
    }

    @Test
    void verdictThatIsKnownAMomentAfterTheQuestion_isAskedForAtOnce() {
        Task task = proposed();
        h.engine().ask(turn -> {
            h.engine().checkpoints().recheck(turn.state().find(task.id()));
            return true;
        });
        h.run();
        answer(0, pending(60));
        assertThat(asked.questions).hasSize(2);

        answer(1, pending(60));

        assertThat(asked.questions).as("once only").hasSize(2);
    }

    @Test
    void pendingStart_isAskedForAgainToo() {
        Task task = h.submit("x");
        answer(0, pending(10));
        assertThat(why(task)).containsExactly("it may not start yet: a person is to decide");

        h.advance(10);
        answer(1, PASSED);

        h.claimOne("a");
    }

    @Test
    void restart_asksAgainAboutWhatWasBeingChecked() {
        Task task = proposed();
        Task waiting = h.submit("y");
        asked.on.add(Stage.BEFORE);

        h.restart();

        assertThat(asked.questions)
                .extracting(AskedChecker.Question::stage)
                .containsExactly(Stage.AFTER, Stage.BEFORE, Stage.AFTER);
        answer(2, PASSED);
        assertThat(h.task(task).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(h.task(waiting).state()).isEqualTo(TaskState.QUEUED);
        answer(0, failed(false, "an answer of before"));
        assertThat(h.task(task).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void canceledTask_isCheckedNoMore() {
        Task task = proposed();
        h.get(h.tasks().cancel(task.id(), "not needed"));
        answer(0, PASSED);
        assertThat(h.task(task).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.task(task).result()).isNull();

        asked.on.add(Stage.BEFORE);
        Task before = h.submit("y");
        answer(1, pending(1));
        h.get(h.tasks().cancel(before.id(), "not needed"));
        h.advance(60);
        assertThat(asked.questions).hasSize(2);
    }

    @Test
    void deadline_endsATaskThatIsBeingChecked() {
        asked.on.remove(Stage.BEFORE);
        Task task = h.submit(TaskSpec.of("x").deadline(h.clock().instant().plusSeconds(60)));
        h.complete(h.claimOne("a"), "1");
        h.advance(61);

        assertThat(h.task(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(h.task(task).error()).isEqualTo("its deadline passed");
    }

    @Test
    void taskRetriedByRequest_isCheckedAnew() {
        Task task = h.submit("x");
        answer(0, failed(false, "no"));
        h.get(h.tasks().retry(task.id()));

        assertThat(asked.questions).hasSize(2);
        answer(1, PASSED);
        h.claimOne("a");
    }

    @Test
    void moreQuestionsThanAllowed_wait_andThoseThatNeedNoCheckAnyMoreGoOn() {
        for (int i = 0; i < 4; i++) {
            h.submit("x" + i);
        }
        assertThat(asked.questions).hasSize(2);
        asked.on.clear();

        answer(0, PASSED);

        assertThat(asked.questions).hasSize(2);
        assertThat(h.engine().dispatcher().waitingFor("a")).isEmpty();
        h.register("b", 4);
        assertThat(h.claim("b", 4)).hasSize(3);
    }

    @Test
    void parentWithAResultThatIsBeingChecked_mayHaveMoreChildren() {
        Task parent = proposed();
        Task child = h.submit(TaskSpec.of("review it").parent(parent.id()));
        assertThat(h.claimOne("a").id()).isEqualTo(child.id());

        h.get(h.tasks().cancel(parent.id(), "enough"));

        assertThat(h.task(child).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void usageOfATaskThatIsBeingChecked_andItsPriority_askAnew() {
        Task task = h.submit("x");
        answer(0, pending(10));
        h.get(h.tasks().route(task.id(), "a"));

        assertThat(asked.questions).hasSize(2);
        answer(1, PASSED);
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }
}
