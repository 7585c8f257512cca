// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.ref;
import static io.skep.core.engine.AskedRouter.nobody;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentState;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RoutingTest {
    private final EngineHarness h = new EngineHarness(
            EngineHarness.settings()
                    .with("routingCalls", 2)
                    .with("routingWaiting", 3)
                    .build(),
            1);

    private final AskedRouter asked = new AskedRouter();

    RoutingTest() {
        h.rankBy(asked);
    }

    /** Best first, the odds of each a bit more than two times worse than those of the one before. */
    private static Router.Ranked ranked(String... agents) {
        double odds = 9;
        List<Selection.Choice> choices = new ArrayList<>();
        for (String agent : agents) {
            choices.add(new Selection.Choice(agent, odds / (1 + odds)));
            odds /= 2.1;
        }
        return new Router.Ranked("d-1", choices, List.of(agents[0] + " fits best"));
    }

    private void answer(int question, Router.Verdict verdict) {
        asked.questions.get(question).answer().complete(verdict);
        h.run();
    }

    private void activeAgents(String... agents) {
        Arrays.stream(agents).forEach(agent -> h.register(agent, 1));
    }

    private List<String> why(Task task) {
        return h.get(h.tasks().why(task.id())).reasons();
    }

    private CompletableFuture<List<Assignment>> waits(String agent) {
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim(agent, 1, Duration.ofSeconds(60)).toCompletableFuture();
        h.run();
        return claim;
    }

    @Test
    void task_goesToTheAgentThatFitsBest_andSaysWhy() {
        activeAgents("a", "b");
        Task task = h.submit("x");
        assertThat(h.claim("a", 1)).as("not before it is ranked").isEmpty();
        assertThat(why(task)).containsExactly("it is being compared with the agents");

        answer(0, ranked("b", "a"));

        assertThat(h.claim("a", 1)).isEmpty();
        assertThat(why(task)).first().asString().startsWith("it is for agent b, which is active and uses 0 of 1 slots");
        assertThat(why(task)).contains("b fits best");
        Task claimed = h.claimOne("b");
        assertThat(why(claimed)).first().asString().endsWith(" because it was chosen for it");
        assertThat(claimed.selection()).isNotNull();
        assertThat(claimed.selection().decision()).isEqualTo("d-1");
        assertThat(h.events(EventCursor.start(EngineHarness.SHARDS)))
                .filteredOn(event -> event.type().equals("task.selected"))
                .extracting(Event::agent)
                .containsExactly("b");
    }

    @Test
    void agentsThatAreAboutEquallyGood_shareTheWorkByLoad() {
        activeAgents("a", "b");
        List<Selection.Choice> close = List.of(new Selection.Choice("a", 0.80), new Selection.Choice("b", 0.78));
        for (int i = 0; i < 4; i++) {
            h.submit("x" + i);
            answer(i, new Router.Ranked("d", close, List.of()));
        }

        assertThat(h.engine().dispatcher().waitingFor("a")).hasSize(2);
        assertThat(h.engine().dispatcher().waitingFor("b")).hasSize(2);
    }

    @Test
    void moreQuestionsThanAllowed_waitByPriority() {
        h.submit("first");
        h.submit("second");
        h.submit(TaskSpec.of("low").priority(1));
        h.submit(TaskSpec.of("high").priority(9));
        assertThat(asked.questions).hasSize(2);

        answer(0, ranked("a"));

        assertThat(asked.questions).hasSize(3);
        assertThat(asked.questions.get(2).task().spec().description()).isEqualTo("high");
    }

    @Test
    void tasksThatNameSkills_doWithoutARankingWhenTooManyWait() {
        h.register("a", 1, "s");
        for (int i = 0; i < 5; i++) {
            h.submit(TaskSpec.of("x" + i).skills("s"));
        }
        assertThat(h.claim("a", 1)).as("two asked about, three wait").isEmpty();

        Task more = h.submit(TaskSpec.of("more").skills("s"));

        assertThat(h.claimOne("a").id()).isEqualTo(more.id());
        assertThat(more.selection()).isNull();
    }

    @Test
    void task_whoseAgentHasNoTime_goesToTheNextBestAfterAWhile() {
        activeAgents("a", "b", "c");
        Task task = h.submit("x");
        answer(0, ranked("a", "b", "c"));
        CompletableFuture<List<Assignment>> unlikely = waits("c");
        h.advance(2);
        assertThat(unlikely).as("c is too bad at it").isNotDone();
        CompletableFuture<List<Assignment>> next = waits("b");
        assertThat(next).isNotDone();

        h.advance(2);

        assertThat(next).isCompleted();
        assertThat(why(task))
                .anySatisfy(
                        reason -> assertThat(reason)
                                .isEqualTo(
                                        "agent a, which fits best, had no free slot for 4000 ms; b is the next best that has one"));
    }

    @Test
    void agentThatWasNotCompared_andHasTime_isCompared() {
        activeAgents("a", "new");
        h.submit("x");
        answer(0, ranked("a"));
        CompletableFuture<List<Assignment>> idle = waits("new");

        h.advance(2);

        assertThat(asked.questions).hasSize(2);
        assertThat(idle).isNotDone();
        answer(1, ranked("new", "a"));
        assertThat(idle).isCompleted();
    }

    @Test
    void task_isRankedAnewWithoutThoseWhoFailed() {
        activeAgents("a", "b");
        Task task = h.submit(TaskSpec.of("x").retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO)));
        answer(0, ranked("a", "b"));
        Task claimed = h.claimOne("a");

        h.get(h.attempts().fail(ref(claimed), AttemptEnd.FAILED, "broken", true));
        h.run();

        assertThat(h.task(task).selection()).isNull();
        assertThat(asked.questions).hasSize(2);
        assertThat(asked.questions.get(1).candidates()).containsExactly("b");
    }

    @Test
    void interruptedAttempt_isNobodysFault() {
        activeAgents("a", "b");
        h.submit("x");
        answer(0, ranked("a", "b"));
        Task claimed = h.claimOne("a");

        h.get(h.attempts().fail(ref(claimed), AttemptEnd.INTERRUPTED, "stopped", true));
        h.run();

        assertThat(asked.questions.get(1).candidates()).isNull();
    }

    @Test
    void agentsThatAreNamedAndGone_areWaitedFor() {
        activeAgents("a");
        Task task = h.submit("x");
        h.get(h.agents().drain("a", null));

        answer(0, ranked("a", "nobody"));
        assertThat(h.task(task).selection()).isNotNull();
        assertThat(h.task(task).selection().held()).isTrue();
        assertThat(why(task)).contains("no agent that was named is there and has the skills");

        h.get(h.agents().register(EngineHarness.agent("a", 1), true));
        h.advance(1);
        answer(1, ranked("a"));
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void agentThatRoutingHasNotHeardOf_getsWhatNamesItsSkills() {
        h.register("new", 1, "s");
        Task task = h.submit(TaskSpec.of("x").skills("s"));

        answer(0, new Router.NobodyFits("d", Router.Policy.BEST, List.of(), List.of("nobody has it")));

        assertThat(h.claimOne("new").id()).isEqualTo(task.id());
    }

    @Test
    void nobodyNamed_isAskedAgainAfterAWhile() {
        activeAgents("a");
        Task task = h.submit("x");
        answer(0, new Router.NobodyFits("d", Router.Policy.BEST, List.of(), List.of("nobody is there")));
        assertThat(asked.questions).hasSize(1);

        h.restart();
        h.advance(2);

        assertThat(asked.questions).as("a restart forgets no look").hasSize(2);
        answer(1, ranked("a"));
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void agentThatIsGone_givesBackWhatWasForIt() {
        activeAgents("a", "b");
        Task task = h.submit("x");
        answer(0, ranked("a", "b"));

        h.get(h.agents().remove("a", null));
        h.run();

        assertThat(asked.questions).hasSize(2);
        answer(1, ranked("b"));
        assertThat(h.claimOne("b").id()).isEqualTo(task.id());
    }

    @Test
    void taskThatNobodyFits_isRejectedOrHeldOrForAnybody_asThePolicySays() {
        activeAgents("a");
        Task rejected = h.submit("1");
        answer(0, nobody(Router.Policy.REJECT));
        Task held = h.submit("2");
        answer(1, nobody(Router.Policy.HOLD));
        Task closest = h.submit("3");
        answer(2, nobody(Router.Policy.BEST));

        assertThat(h.task(rejected).state()).isEqualTo(TaskState.REJECTED);
        assertThat(h.task(rejected).cause()).isEqualTo("nothing like it was ever done");
        assertThat(h.claimOne("a").id()).isEqualTo(closest.id());
        assertThat(why(held))
                .containsExactly(
                        "no agent fits it; it waits for one that does, or to be told which",
                        "nothing like it was ever done");

        h.register("new", 1);
        h.advance(1);
        answer(3, ranked("new"));
        assertThat(h.claimOne("new").id()).isEqualTo(held.id());
    }

    @Test
    void heldTasks_areAskedAboutInSlices_andCanBeCanceled() {
        activeAgents("a");
        Task first = h.submit("1");
        answer(0, nobody(Router.Policy.HOLD));
        Task second = h.submit("2");
        answer(1, nobody(Router.Policy.HOLD));

        h.get(h.tasks().cancel(first.id(), null));
        h.register("b", 1);
        h.advance(1);

        assertThat(h.task(first).state()).isEqualTo(TaskState.CANCELED);
        assertThat(asked.questions).hasSize(3);
        assertThat(asked.questions.get(2).task().id()).isEqualTo(second.id());
    }

    @Test
    void rankingThatFails_isForAnyAgent_withAWord() {
        activeAgents("a");
        Task task = h.submit("x");

        answer(0, new Router.Silent("routing failed: broken", true));

        assertThat(why(task)).contains("routing failed: broken, so any agent with the skills may have it");
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void nobodyToAsk_isForAnyAgent_withoutAWord() {
        activeAgents("a");
        Task task = h.submit("x");

        answer(0, new Router.Silent("switched off", false));

        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
        assertThat(h.task(task).selection()).isNull();
    }

    @Test
    void answerThatComesTooLate_changesNothing() {
        activeAgents("a");
        Task task = h.submit("x");
        h.get(h.tasks().cancel(task.id(), null));
        h.get(h.tasks().retry(task.id()));
        assertThat(asked.questions).hasSize(2);

        answer(0, ranked("a"));
        assertThat(h.claim("a", 1)).as("the question of before").isEmpty();
        answer(1, ranked("a"));
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void selection_outlivesARestart_andTheRestIsAskedAgain() {
        activeAgents("a", "b");
        Task chosen = h.submit("x");
        answer(0, ranked("a", "b"));
        h.submit("not yet ranked");

        h.restart();

        assertThat(asked.questions).hasSize(3);
        assertThat(h.claimOne("a").id()).isEqualTo(chosen.id());
        assertThat(h.agents().find("a").orElseThrow().state()).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void person_saysWhichAgentItIsFor_alsoWhenNobodyFits() {
        h.register("a", 1);
        h.register("b", 1, "s");
        Task held = h.submit("x");
        answer(0, nobody(Router.Policy.HOLD));

        Task routed = h.get(h.tasks().route(held.id(), "a"));

        assertThat(routed.selection()).isNotNull();
        assertThat(h.claimOne("a").id()).isEqualTo(held.id());
        assertThat(h.refusal(h.tasks().route(held.id(), "a")).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        Task skilled = h.submit(TaskSpec.of("y").skills("s"));
        assertThat(h.refusal(h.tasks().route(skilled.id(), "a")).getMessage())
                .isEqualTo("agent a lacks a skill of [s]");
        assertThat(h.refusal(h.tasks().route("00-none", "a")).reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
    }

    @Test
    void reservedTask_isNotRanked() {
        activeAgents("a");
        String reservation =
                h.get(h.agents().reserve("a", Duration.ofSeconds(10))).id();

        Task task = h.submit(TaskSpec.of("x").reservation(reservation));

        assertThat(asked.questions).isEmpty();
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void queueList_countsWhatIsForOneAgentToo() {
        activeAgents("a", "b");
        h.submit("1");
        answer(0, ranked("a"));
        h.submit("2");
        answer(1, ranked("b"));

        assertThat(h.get(h.tasks().queues())).singleElement().satisfies(queue -> {
            assertThat(queue.depth()).isEqualTo(2);
            assertThat(queue.oldestSince()).isNotNull();
        });
    }

    @Test
    void switchedOff_nothingIsAsked() {
        asked.on = false;
        activeAgents("a");
        Task task = h.submit("x");

        assertThat(asked.questions).isEmpty();
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }
}
