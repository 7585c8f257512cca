// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentCommand;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeTest {
    private final EngineHarness h = new EngineHarness();

    private Task fail(Task task, String error) {
        return h.get(h.attempts().fail(ref(task), AttemptEnd.FAILED, error, true));
    }

    @Test
    void delayedTask_startsNotBefore() {
        h.register("a", 1);
        Task task = h.submit(TaskSpec.of("x").notBefore(h.clock().instant().plusSeconds(20)));
        assertThat(h.claim("a", 1)).isEmpty();
        assertThat(h.get(h.tasks().why(task.id())).reasons().get(0)).startsWith("it must not start before");

        h.advance(Duration.ofMillis(19_999));
        assertThat(h.claim("a", 1)).isEmpty();
        h.advance(Duration.ofMillis(1));

        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void delayedTask_keepsItsTimeOverARestart() {
        Task task = h.submit(TaskSpec.of("x").notBefore(h.clock().instant().plusSeconds(20)));
        h.restart();
        h.register("a", 1);
        assertThat(h.claim("a", 1)).isEmpty();

        h.advance(20);

        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void endedTasks_leaveNoTimerBehind() {
        h.register("a", 1);
        Instant far = h.clock().instant().plusSeconds(1_000_000);
        int before = h.engine().timers().size();
        for (int i = 0; i < 20; i++) {
            h.submit(TaskSpec.of("x").deadline(far).attemptTimeout(Duration.ofHours(9)));
            h.get(h.attempts().fail(ref(h.claimOne("a")), AttemptEnd.FAILED, "no", false));
        }
        assertThat(h.engine().timers().size()).isLessThanOrEqualTo(before);
    }

    @Test
    void deadline_failsATaskThatWaits() {
        Task task = h.submit(TaskSpec.of("x").deadline(h.clock().instant().plusSeconds(20)));
        h.advance(19);
        assertThat(h.task(task).state()).isEqualTo(TaskState.QUEUED);

        h.advance(1);

        assertThat(h.task(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(h.task(task).error()).isEqualTo("its deadline passed");
    }

    @Test
    void deadline_endsARunningAttempt_andTellsItsAgent() {
        h.register("a", 1);
        h.submit(TaskSpec.of("x").deadline(h.clock().instant().plusSeconds(20)));
        Task claimed = h.claimOne("a");

        h.advance(20);

        assertThat(h.task(claimed).attempts().get(0).end()).isEqualTo(AttemptEnd.TIMED_OUT);
        assertThat(h.get(h.agents().heartbeat("a", null)).commands())
                .containsExactly(new AgentCommand(
                        AgentCommand.Kind.CANCEL, claimed.id(), claimed.token(), "its deadline passed"));
    }

    @Test
    void attemptTimeout_endsTheAttemptAndTriesAgain() {
        h.register("a", 1);
        h.submit(TaskSpec.of("x").attemptTimeout(Duration.ofSeconds(5)));
        Task first = h.claimOne("a");
        h.advance(Duration.ofMillis(4999));
        assertThat(h.task(first).state()).isEqualTo(TaskState.WORKING);

        h.advance(Duration.ofMillis(1));

        Task again = h.task(first);
        assertThat(again.state()).isEqualTo(TaskState.QUEUED);
        assertThat(again.attempts().get(0).end()).isEqualTo(AttemptEnd.TIMED_OUT);
        h.advance(1);
        assertThat(h.claimOne("a").token()).isEqualTo(2);
    }

    @Test
    void failedAttempt_isTriedAgainAfterItsDelay_andThenFails() {
        h.register("a", 1);
        Task task =
                h.submit(TaskSpec.of("x").retry(new RetryPolicy(2, Duration.ofSeconds(10), Duration.ofSeconds(10))));
        Task failed = fail(h.claimOne("a"), "broken");
        assertThat(failed.state()).isEqualTo(TaskState.QUEUED);
        assertThat(Duration.between(h.clock().instant(), failed.notBefore()))
                .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        assertThat(h.claim("a", 1)).isEmpty();

        h.advance(10);
        fail(h.claimOne("a"), "broken again");

        assertThat(h.task(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(h.task(task).error()).startsWith("broken again");
    }

    @Test
    void retry_prefersAnotherAgent_butTakesTheSameIfThereIsNoOther() {
        h.register("a", 2);
        h.register("b", 1);
        TaskSpec spec = TaskSpec.of("x")
                .retry(new RetryPolicy(5, Duration.ZERO, Duration.ZERO))
                .build();
        h.submit(spec.toBuilder());
        Task first = h.claimOne("a");
        var fromA = h.attempts().claim("a", 1, Duration.ofSeconds(50)).toCompletableFuture();
        var fromB = h.attempts().claim("b", 1, Duration.ofSeconds(50)).toCompletableFuture();
        h.run();

        fail(first, "broken");

        assertThat(fromA).isNotDone();
        Task second = h.get(fromB).get(0).task();
        assertThat(second.id()).isEqualTo(first.id());
        fail(second, "broken");
        assertThat(h.get(fromA).get(0).task().token()).isEqualTo(3);
    }

    @Test
    void priority_thenAge_decideWhoIsFirst() {
        h.register("a", 10);
        List<String> expected = new ArrayList<>();
        Task low = h.submit(TaskSpec.of("low").priority(1));
        Task normal = h.submit("normal");
        Task high = h.submit(TaskSpec.of("high").priority(9));
        Task later = h.submit("later");
        assertThat(h.get(h.tasks().why(low.id())).reasons())
                .contains("3 tasks of tenant default with the same skills stand before it");

        h.claim("a", 10).forEach(assignment -> expected.add(assignment.task().id()));

        assertThat(expected).containsExactly(high.id(), normal.id(), later.id(), low.id());
    }

    @Test
    void priority_decidesAcrossSkills_andABlockedOneHoldsUpNobody() {
        h.register("java", 1, "java", "any");
        h.register("none", 0 + 1);
        Task java = h.submit(TaskSpec.of("j").skills("java").priority(9));
        Task any = h.submit(TaskSpec.of("a").priority(1));

        assertThat(h.claimOne("none").id()).isEqualTo(any.id());
        assertThat(h.claimOne("java").id()).isEqualTo(java.id());
    }

    @Test
    void leastLoaded_getsTheTask() {
        h.register("big", 4);
        h.register("small", 1);
        var big = h.attempts().claim("big", 4, Duration.ofSeconds(50)).toCompletableFuture();
        h.run();
        h.submit("1");
        assertThat(h.get(big)).hasSize(1);
        var bigAgain = h.attempts().claim("big", 4, Duration.ofSeconds(50)).toCompletableFuture();
        var small = h.attempts().claim("small", 1, Duration.ofSeconds(50)).toCompletableFuture();
        h.run();

        h.submit("2");

        assertThat(h.get(small))
                .as("none of one slot in use, against one of four")
                .hasSize(1);
        assertThat(bigAgain).isNotDone();
    }

    @Test
    void claim_neverTakesMoreThanSlotsOrMax() {
        h.register("a", 3);
        for (int i = 0; i < 5; i++) {
            h.submit("x");
        }
        assertThat(h.claim("a", 2)).hasSize(2);
        List<Assignment> rest = h.claim("a", 1000);
        assertThat(rest).hasSize(1);
        assertThat(h.claim("a", 1)).isEmpty();
        assertThat(rest.get(0).leaseUntil()).isEqualTo(h.clock().instant().plus(EngineHarness.LEASE));
    }

    @Test
    void waitingClaim_getsATaskAsSoonAsThereIsOne_orNothingAfterTheWait() {
        h.register("a", 2);
        var first = h.attempts().claim("a", 1, Duration.ofSeconds(10)).toCompletableFuture();
        var second = h.attempts().claim("a", 1, Duration.ofSeconds(10)).toCompletableFuture();
        h.run();
        assertThat(h.attempts().waitingClaims()).isEqualTo(2);

        Task task = h.submit("x");
        assertThat(first.join().get(0).task().id()).isEqualTo(task.id());
        h.advance(10);

        assertThat(second.join()).isEmpty();
        assertThat(h.attempts().waitingClaims()).isZero();
    }

    @Test
    void word_saidTwice_isAnsweredLikeTheFirstTime() {
        h.register("a", 2);
        h.submit("x");
        h.submit("y");
        Task x = h.claimOne("a");
        Task y = h.claimOne("a");
        Task done = h.complete(x, "1");
        assertThat(h.complete(x, "1")).isEqualTo(done);
        Task failed = fail(y, "broken");
        long records = h.engine().records();

        assertThat(fail(y, "broken")).isEqualTo(failed);

        assertThat(h.engine().records()).isEqualTo(records);
        assertThat(h.refusal(h.attempts().fail(ref(x), AttemptEnd.FAILED, "no", true))
                        .reason())
                .isEqualTo(Refusal.Reason.FENCED);
    }
}
