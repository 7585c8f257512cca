// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentCommand;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {
    private static final Budget TOKENS = new Budget(null, null, 100L, null, null, null);

    private EngineHarness h = new EngineHarness();

    @BeforeEach
    void setUp() {
        h.register("a", 20, "x");
    }

    private Task child(Task parent, String what) {
        return h.submit(TaskSpec.of(what).parent(parent.id()).skills("x"));
    }

    private Task begin(Budget budget) {
        h.submit(TaskSpec.of("root").skills("x").budget(budget));
        return h.claimOne("a");
    }

    private Task use(Task task, long tokens, long costMicros) {
        return h.get(h.attempts().use(ref(task), new Usage(tokens, costMicros)));
    }

    private TreeUsage spent(Task task) {
        return Objects.requireNonNull(h.task(task).spent());
    }

    @Test
    void tokensOfTheWholeTree_stopIt_andItsAgentsAreTold() {
        Task root = begin(TOKENS);
        Task child = child(root, "child");
        child(child, "grandchild");
        Task working = h.claimOne("a");
        use(root, 60, 0);
        use(working, 40, 5);
        assertThat(h.task(root).state()).isEqualTo(TaskState.WORKING);

        Task stopped = use(working, 41, 5);

        assertThat(stopped.state()).isEqualTo(TaskState.CANCELED);
        assertThat(stopped.cause()).isEqualTo("the budget of task " + root.id() + " is used up: 101 tokens of 100");
        assertThat(h.task(root).state()).isEqualTo(TaskState.FAILED);
        assertThat(h.task(root).error()).isEqualTo("its budget is used up: 101 tokens of 100");
        assertThat(h.engine().state().liveCount()).isZero();
        assertThat(h.get(h.agents().heartbeat("a", null)).commands())
                .extracting(AgentCommand::kind, AgentCommand::task)
                .contains(
                        org.assertj.core.groups.Tuple.tuple(AgentCommand.Kind.CANCEL, root.id()),
                        org.assertj.core.groups.Tuple.tuple(AgentCommand.Kind.CANCEL, working.id()));
        assertThat(h.refusal(h.attempts().heartbeat(ref(working), null)).reason())
                .isEqualTo(Refusal.Reason.FENCED);
    }

    @Test
    void money_stops() {
        Task root = begin(new Budget(null, null, null, 1_000_000L, null, null));
        use(root, 10, 1_000_000);
        assertThat(h.task(root).state()).isEqualTo(TaskState.WORKING);
        use(root, 10, 1_000_001);
        assertThat(h.task(root).error()).contains("1000001 millionths of money of 1000000");
    }

    @Test
    void largestLimits_areLimitsToo() {
        Task root = begin(new Budget(Integer.MAX_VALUE, null, Long.MAX_VALUE, Long.MAX_VALUE, null, null));
        use(root, 5, 5);
        assertThat(h.task(root).state()).isEqualTo(TaskState.WORKING);
    }

    @Test
    void usage_isATotal_countsAfterTheEnd_andOnlyForTheAgentWhoseAttemptItWas() {
        Task root = begin(TOKENS);
        use(root, 30, 0);
        use(root, 20, 7);
        use(root, 30, 7);
        assertThat(spent(root).usage()).isEqualTo(new Usage(30, 7));
        h.complete(root, "1");
        use(root, 40, 7);

        assertThat(spent(root))
                .isEqualTo(new TreeUsage(1, 0, new Usage(40, 7), h.clock().instant()));
        assertThat(h.task(root).attempts().get(0).usage()).isEqualTo(new Usage(40, 7));
        assertThat(h.refusal(h.attempts().use(new AttemptRef(root.id(), 1, "b"), Usage.NONE))
                        .reason())
                .isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.refusal(h.attempts().use(new AttemptRef(root.id(), 2, "a"), Usage.NONE))
                        .reason())
                .isEqualTo(Refusal.Reason.FENCED);
    }

    @Test
    void nothingLeft_isSeenBeforeTheNextAttempt() {
        Task root = begin(TOKENS);
        use(root, 100, 0);
        Task child = child(root, "child");

        assertThat(h.claim("a", 1)).isEmpty();

        assertThat(h.task(child).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.task(root).error()).isEqualTo("its budget is used up: 100 tokens of 100");
    }

    @Test
    void attempts_ofAllTasksCount() {
        Task root = begin(new Budget(2, null, null, null, null, null));
        Task child = child(root, "child");
        Task claimed = h.claimOne("a");
        assertThat(claimed.id()).isEqualTo(child.id());
        h.get(h.attempts().fail(ref(claimed), AttemptEnd.FAILED, "no", true));
        assertThat(h.task(root).state()).isEqualTo(TaskState.WORKING);
        h.advance(60);
        h.claim("a", 1);

        assertThat(h.task(root).error()).isEqualTo("its budget is used up: its 2 attempts");
        assertThat(h.task(child).attempts()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void time_countsFromTheFirstAttempt_overARestart(boolean restart) {
        Task root = h.submit(TaskSpec.of("root")
                .skills("x")
                .budget(new Budget(null, Duration.ofMinutes(10), null, null, null, null)));
        h.advance(3600);
        Task child = child(root, "child");
        h.claim("a", 1);
        h.advance(300);
        if (restart) {
            h.restart();
        }
        h.get(h.agents().heartbeat("a", null));
        h.advance(299);
        assertThat(h.task(root).state().isTerminal()).isFalse();
        h.advance(1);

        assertThat(h.task(root).error()).isEqualTo("its budget is used up: its time of PT10M");
        assertThat(h.task(child).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void time_ofATreeWhoseRootIsDone_goesOn_andNoTimerIsLeftBehind() {
        Task root = begin(new Budget(null, Duration.ofMinutes(10), null, null, null, null));
        Task child = child(root, "child");
        h.complete(root, "1");
        h.restart();
        h.get(h.agents().heartbeat("a", null));
        h.advance(600);
        assertThat(h.task(root).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(h.task(child).cause()).contains("is used up: its time of PT10M");

        Task other = begin(new Budget(null, Duration.ofDays(10), null, null, null, null));
        int timers = h.engine().timers().size();
        h.complete(other, "1");
        assertThat(h.engine().timers().size()).isLessThan(timers);
    }

    @Test
    void tooManyDescendants_areRefused_andTheTreeIsStopped() {
        Task root = begin(new Budget(null, null, null, null, null, 2));
        Task child = child(root, "1");
        child(child, "2");
        TaskSpec third = TaskSpec.of("3").parent(child.id()).skills("x").build();

        Refusal refusal = h.refusal(h.tasks().submit(List.of(third)));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refusal.field()).contains("parent");
        assertThat(refusal.getMessage()).contains(root.id()).contains("its 2 descendants");
        assertThat(h.task(root).error()).contains("its 2 descendants");
        assertThat(h.engine().state().liveCount()).isZero();
    }

    @Test
    void tooDeep_isRefused_andTheTreeIsStopped() {
        Task root = begin(new Budget(null, null, null, null, 1, null));
        Task child = child(root, "1");
        TaskSpec below = TaskSpec.of("2").parent(child.id()).skills("x").build();

        assertThat(h.refusal(h.tasks().submit(List.of(below))).getMessage()).contains("its depth of 1");
        assertThat(h.task(child).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void aRefusedSubmission_forAnotherReason_stopsNothing() {
        Task root = begin(new Budget(null, null, null, null, null, 0));
        TaskSpec below = TaskSpec.of("2")
                .parent(root.id())
                .skills("x")
                .dependsOn("nobody")
                .build();

        assertThat(h.refusal(h.tasks().submit(List.of(below))).getMessage()).contains("nobody");
        assertThat(h.task(root).state()).isEqualTo(TaskState.WORKING);
    }

    @Test
    void everyBudgetAbove_isCharged_andTheOneThatIsUsedUpStopsItsPart() {
        Task root = begin(new Budget(null, null, 1000L, null, null, null));
        Task middle =
                h.submit(TaskSpec.of("middle").parent(root.id()).skills("x").budget(TOKENS));
        Task claimed = h.claimOne("a");
        use(claimed, 101, 0);

        assertThat(h.task(middle).state()).isEqualTo(TaskState.FAILED);
        assertThat(h.task(root).state()).isEqualTo(TaskState.WORKING);
        assertThat(spent(root)).isEqualTo(new TreeUsage(2, 1, new Usage(101, 0), root.since()));
        assertThat(spent(middle).usage().tokens()).isEqualTo(101);
    }

    @Test
    void whatWasSpent_isDurable() {
        Task root = begin(TOKENS);
        child(root, "child");
        use(root, 70, 3);
        TreeUsage before = spent(root);

        h.restart();

        assertThat(spent(root)).isEqualTo(before).isEqualTo(new TreeUsage(1, 1, new Usage(70, 3), root.since()));
    }

    @Test
    void cancel_reachesWhatIsBelowAnEndedTask_alsoAfterARestart() {
        Task root = h.submit(TaskSpec.of("root"));
        Task middle = child(root, "middle");
        Task leaf = child(middle, "leaf");
        Task claimed = h.claimOne("a");
        while (!claimed.id().equals(middle.id())) {
            claimed = h.claimOne("a");
        }
        h.complete(claimed, "1");
        h.restart();
        assertThat(h.task(leaf).state().isTerminal()).isFalse();

        h.get(h.tasks().cancel(root.id(), "enough"));

        assertThat(h.task(middle).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(h.task(leaf).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.task(leaf).cause()).isEqualTo("its parent " + middle.id() + " was canceled");
    }

    @Test
    void endedTasks_stayInMemory_whileSomethingBelowThemHasNotEnded() {
        h = new EngineHarness(EngineHarness.settings().with("retainedTasks", 16).build(), 1);
        h.register("a", 20, "x");
        Task root = begin(TOKENS);
        Task child = h.submit(TaskSpec.of("child")
                .parent(root.id())
                .skills("x")
                .notBefore(h.clock().instant().plusSeconds(60)));
        h.complete(root, "1");
        for (int i = 0; i < 100; i++) {
            h.submit(TaskSpec.of("other").skills("x"));
            h.complete(h.claimOne("a"), "1");
        }
        assertThat(h.engine().state().find(root.id())).isNotNull();
        h.advance(60);
        use(h.claimOne("a"), 101, 0);
        assertThat(h.task(child).cause()).contains("101 tokens of 100");
        for (int i = 0; i < 100; i++) {
            h.submit(TaskSpec.of("other").skills("x"));
            h.complete(h.claimOne("a"), "1");
        }
        assertThat(h.engine().state().find(root.id())).isNull();
    }

    @Test
    void pingPongBetweenAgents_isStopped_andTheCycleIsNamed() {
        h.register("b", 20, "y");
        Task root = h.submit(TaskSpec.of("root").skills("x"));
        Task last = h.claimOne("a");
        for (int i = 1; i < 5; i++) {
            h.submit(TaskSpec.of("again").parent(last.id()).skills(i % 2 == 0 ? "x" : "y"));
            last = h.claimOne(i % 2 == 0 ? "a" : "b");
        }
        Task sixth = h.submit(TaskSpec.of("again").parent(last.id()).skills("y"));

        assertThat(h.claim("b", 1)).isEmpty();

        assertThat(h.task(root).state()).isEqualTo(TaskState.FAILED);
        assertThat(h.task(root).error()).isEqualTo("its agents hand the work round and round: a → b → a → b → a → b");
        assertThat(h.task(sixth).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.task(sixth).cause()).contains("a → b → a → b");
        assertThat(h.task(last).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void anAgentThatDividesItsWork_isNoCycle() {
        h.submit(TaskSpec.of("root").skills("x"));
        Task last = h.claimOne("a");
        for (int i = 0; i < 19; i++) {
            h.submit(TaskSpec.of("part").parent(last.id()).skills("x"));
            last = h.claimOne("a");
        }
        assertThat(h.task(last).state()).isEqualTo(TaskState.WORKING);
    }

    @Test
    void poisonTask_isQuarantinedAfterItsAttempts_andCanBeReleased() {
        Task task = h.submit(TaskSpec.of("poison").skills("x").retry(new RetryPolicy(2, Duration.ZERO, Duration.ZERO)));
        failTwice();
        assertThat(h.task(task).isQuarantined()).isTrue();
        Refusal refusal = h.refusal(h.tasks().retry(task.id()));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refusal.getMessage()).contains("quarantined after 2 attempts");

        Task released = h.get(h.tasks().release(task.id()));

        assertThat(released.cause()).isEqualTo("released from quarantine");
        failTwice();
        assertThat(h.task(task).isQuarantined()).isTrue();
        assertThat(h.task(task).attempts()).hasSize(4);
        h.get(h.tasks().release(task.id()));
        h.complete(h.claimOne("a"), "1");
        assertThat(h.refusal(h.tasks().release(task.id())).getMessage()).contains("is not quarantined");
    }

    private void failTwice() {
        for (int i = 0; i < 2; i++) {
            h.run();
            h.get(h.attempts().fail(ref(h.claimOne("a")), AttemptEnd.LOST, "it killed its agent", true));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,,,,,, budget.maxAttempts",
        ",,0,,,, budget.maxTokens",
        ",,,0,,, budget.maxCostMicros",
        ",,,,-1,, budget.maxDepth",
        ",,,,,-1, budget.maxDescendants",
        ",0,,,,, budget.maxMillis",
    })
    void wrongBudget_isRefused_namingTheField(
            Integer attempts, Long millis, Long tokens, Long cost, Integer depth, Integer descendants, String field) {
        Budget budget = new Budget(
                attempts, millis == null ? null : Duration.ofMillis(millis), tokens, cost, depth, descendants);

        Refusal refusal = h.refusal(
                h.tasks().submit(List.of(TaskSpec.of("x").budget(budget).build())));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID);
        assertThat(refusal.field()).contains(field);
    }

    @Test
    void descendantsUnderSeveralParents_ofOneSubmission_countTogether() {
        Task root = begin(new Budget(null, null, null, null, null, 3));
        Task child = child(root, "child");
        child(root, "other");
        TaskSpec one = TaskSpec.of("one").parent(root.id()).skills("x").build();
        TaskSpec below = TaskSpec.of("below").parent(child.id()).skills("x").build();

        Refusal refusal = h.refusal(h.tasks().submit(List.of(one, below)));

        assertThat(refusal.getMessage()).contains("its 3 descendants");
        assertThat(h.task(root).state()).isEqualTo(TaskState.FAILED);
        assertThat(spent(root).descendants()).isEqualTo(2);
    }
}
