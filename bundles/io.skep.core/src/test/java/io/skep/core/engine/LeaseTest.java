// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private final EngineHarness h = new EngineHarness();

    private Agent agentNow(String id) {
        return h.agents().find(id).orElseThrow();
    }

    private AgentState state(String id) {
        return agentNow(id).state();
    }

    @Test
    void silentAgent_isUnknownAfterOneLeaseAndLostAfterTwo() {
        h.register("a", 1);
        h.advance(Duration.ofMillis(29_999));
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        h.advance(Duration.ofMillis(1));
        assertThat(state("a")).isEqualTo(AgentState.UNKNOWN);
        assertThat(agentNow("a").cause()).isEqualTo("no heartbeat for PT30S");
        h.advance(30);
        assertThat(state("a")).isEqualTo(AgentState.LOST);

        assertThat(h.get(h.agents().heartbeat("a", null)).agent().state()).isEqualTo(AgentState.ACTIVE);
        h.advance(30);
        assertThat(state("a")).as("looked after again").isEqualTo(AgentState.UNKNOWN);
    }

    @Test
    void agent_wasThereUntilItsClaimEnded() {
        h.register("a", 1);
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim("a", 1, Duration.ofSeconds(30)).toCompletableFuture();
        h.run();
        h.advance(30);
        assertThat(claim).isCompletedWithValue(List.of());
        assertThat(state("a")).as("its next claim is on the way").isEqualTo(AgentState.ACTIVE);
        h.advance(Duration.ofMillis(29_999));
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);

        h.advance(Duration.ofMillis(1));
        assertThat(state("a")).isEqualTo(AgentState.UNKNOWN);
    }

    @Test
    void claimOfAnAgentThatIsRemoved_endsAtOnce() {
        h.register("a", 1);
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim("a", 1, Duration.ofSeconds(30)).toCompletableFuture();
        h.run();
        assertThat(claim).isNotDone();

        h.get(h.agents().remove("a", null));

        assertThat(claim).isCompletedWithValue(List.of());
        h.submit("x");
        h.advance(30);
        assertThat(h.agents().find("a")).isEmpty();
    }

    @Test
    void agent_wasThereUntilItGotATask() {
        h.register("a", 1);
        h.attempts().claim("a", 1, Duration.ofSeconds(60));
        h.run();
        h.advance(29);
        h.submit("x");

        h.advance(Duration.ofMillis(29_999));

        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void lateCompletion_isFencedAndChangesNothing() {
        h.register("a", 1);
        h.register("b", 1);
        h.submit("x");
        Task late = h.claimOne("a");
        for (int i = 0; i < 6; i++) {
            h.advance(10);
            h.get(h.agents().heartbeat("b", null));
        }
        Task now = h.claimOne("b");
        assertThat(now.id()).isEqualTo(late.id());
        assertThat(now.attempts().get(0).end()).isEqualTo(AttemptEnd.LOST);
        Task before = h.task(now);
        long records = h.engine().records();

        Refusal refusal = h.refusal(h.attempts()
                .complete(List.of(new Completion(ref(late), "\"late\"")))
                .get(0));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.refusal(h.attempts().heartbeat(ref(late), "still here")).reason())
                .isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.refusal(h.attempts().requireInput(ref(late), "?")).reason())
                .isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.refusal(h.attempts().start(ref(late), null)).reason()).isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.task(now)).isEqualTo(before);
        assertThat(h.engine().records()).isEqualTo(records);
        assertThat(h.complete(now, "\"in time\"").result()).isEqualTo("\"in time\"");
    }

    @Test
    void attemptHeartbeat_renewsAttemptAndAgent() {
        h.register("a", 1);
        h.submit("x");
        Task task = h.claimOne("a");
        for (int i = 0; i < 20; i++) {
            h.advance(20);
            Instant until = h.get(h.attempts().heartbeat(ref(task), "line " + i));
            assertThat(until).isEqualTo(h.clock().instant().plus(EngineHarness.LEASE));
        }
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        assertThat(h.task(task).state()).isEqualTo(TaskState.WORKING);
        assertThat(h.task(task).progress()).isEqualTo("line 19");
    }

    @Test
    void attemptWithoutHeartbeat_isLostAlthoughItsAgentIsThere() {
        h.register("a", 1);
        h.submit("x");
        Task task = h.claimOne("a");
        for (int i = 0; i < 3; i++) {
            h.advance(10);
            h.get(h.agents().heartbeat("a", null));
        }
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        assertThat(h.task(task).attempts().get(0).cause()).isEqualTo("its lease ran out");
        assertThat(h.get(h.agents().heartbeat("a", null)).commands())
                .extracting(AgentCommand::kind)
                .isEmpty();
    }

    @Test
    void waitingClaim_renewsTheLease() {
        h.register("a", 1);
        for (int i = 0; i < 5; i++) {
            var claim = h.attempts().claim("a", 1, Duration.ofSeconds(59)).toCompletableFuture();
            h.run();
            h.advance(35);
            assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
            h.advance(24);
            assertThat(claim.join()).isEmpty();
        }
    }

    @Test
    void agentRegisteredAnewAfterItWasLost_isLookedAfter() {
        h.register("a", 1);
        h.advance(30);
        h.advance(30);
        assertThat(state("a")).isEqualTo(AgentState.LOST);

        h.get(h.agents().register(agent("a", 1), true));
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        h.advance(30);
        h.advance(30);

        assertThat(state("a")).isEqualTo(AgentState.LOST);
    }

    @Test
    void lostAgentThatIsDrained_andRegistersAnew_isLookedAfter() {
        h.register("a", 1);
        h.advance(30);
        h.advance(30);
        h.get(h.agents().drain("a", "enough"));
        h.get(h.agents().register(agent("a", 1), true));

        h.advance(30);

        assertThat(state("a")).isEqualTo(AgentState.UNKNOWN);
    }

    @Test
    void restart_losesNobodyWithinTheGrace() {
        h.register("a", 1);
        h.register("silent", 1);
        h.submit("x");
        h.submit("y");
        Task task = h.claimOne("a");
        Task lost = h.claimOne("silent");
        h.advance(29);

        h.restart();
        assertThat(state("a")).isEqualTo(AgentState.UNKNOWN);
        assertThat(agentNow("a").cause()).contains("restarted");
        assertThat(h.task(task).state()).isEqualTo(TaskState.WORKING);
        h.advance(39);
        assertThat(h.get(h.attempts().heartbeat(ref(task), null)))
                .isAfter(h.clock().instant());
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        assertThat(state("silent")).isEqualTo(AgentState.UNKNOWN);
        assertThat(h.task(lost).state()).isEqualTo(TaskState.WORKING);
        h.advance(1);

        assertThat(state("silent")).isEqualTo(AgentState.LOST);
        assertThat(h.task(lost).attempts().get(0).end()).isEqualTo(AttemptEnd.LOST);
        assertThat(h.complete(task, "1").state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void question_restsTheLease_andTheAnswerGivesAWholeOne() {
        h.register("a", 1);
        h.submit("x");
        Task task = h.claimOne("a");
        h.get(h.attempts().requireInput(ref(task), "which?"));
        assertThat(h.get(h.attempts().requireInput(ref(task), "which?")).prompt())
                .isEqualTo("which?");
        for (int i = 0; i < 10; i++) {
            h.advance(25);
            h.get(h.agents().heartbeat("a", null));
        }
        h.advance(20);
        h.get(h.agents().heartbeat("a", null));
        assertThat(h.task(task).state()).isEqualTo(TaskState.INPUT_REQUIRED);
        assertThat(agentNow("a").busy()).isEqualTo(1);

        h.get(h.tasks().answer(task.id(), "\"this\""));
        assertThat(h.refusal(h.tasks().answer(task.id(), "\"that\"")).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.get(h.agents().heartbeat("a", null)).commands())
                .containsExactly(new AgentCommand(AgentCommand.Kind.INPUT, task.id(), task.token(), "\"this\""));
        h.advance(29);

        assertThat(h.task(task).state()).isEqualTo(TaskState.WORKING);
        assertThat(h.complete(task, "1").state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void canceledAttempt_isToldToItsAgentOnce() {
        h.register("a", 1);
        h.submit("x");
        Task task = h.claimOne("a");

        h.get(h.tasks().cancel(task.id(), "enough"));

        assertThat(h.get(h.agents().heartbeat("a", null)).commands())
                .containsExactly(new AgentCommand(AgentCommand.Kind.CANCEL, task.id(), task.token(), "enough"));
        assertThat(h.get(h.agents().heartbeat("a", null)).commands()).isEmpty();
        assertThat(agentNow("a").busy()).isZero();
        assertThat(h.refusal(h.attempts()
                                .complete(List.of(new Completion(ref(task), "1")))
                                .get(0))
                        .reason())
                .isEqualTo(Refusal.Reason.FENCED);
    }

    @Test
    void drainedAgent_endsWhatItHasAndGetsNoMore() {
        h.register("a", 2);
        h.submit("x");
        h.submit("y");
        Task task = h.claimOne("a");

        h.get(h.agents().drain("a", "maintenance"));

        assertThat(h.claim("a", 1)).isEmpty();
        assertThat(h.get(h.agents().heartbeat("a", null)).commands())
                .containsExactly(new AgentCommand(AgentCommand.Kind.DRAIN, null, 0, "maintenance"));
        assertThat(h.complete(task, "1").state()).isEqualTo(TaskState.COMPLETED);
        h.restart();
        assertThat(state("a")).isEqualTo(AgentState.DRAINING);
    }

    @Test
    void silentDrainingAgent_losesItsAttempts() {
        h.register("a", 1);
        h.submit("x");
        Task task = h.claimOne("a");
        h.get(h.agents().drain("a", null));

        h.advance(30);

        assertThat(h.task(task).attempts().get(0).end()).isEqualTo(AttemptEnd.LOST);
        assertThat(state("a")).isEqualTo(AgentState.DRAINING);
    }

    @Test
    void removedAgent_isGone_andItsAttemptsGoElsewhereForFree() {
        h.register("a", 1, "s");
        h.register("b", 1, "s");
        Task submitted = h.submit(io.skep.api.task.TaskSpec.of("x").skills("s"));
        Task task = h.claimOne("a");

        Agent removed = h.get(h.agents().remove("a", "too slow"));

        assertThat(removed.state()).isEqualTo(AgentState.REMOVED);
        assertThat(h.agents().find("a")).isEmpty();
        assertThat(h.task(task).attempts().get(0).end()).isEqualTo(AttemptEnd.INTERRUPTED);
        assertThat(h.claimOne("b").id()).isEqualTo(submitted.id());
        h.restart();
        assertThat(h.agents().list()).extracting(Agent::id).containsExactly("b");
    }

    @Test
    void removedAgentsClaim_getsNothing() {
        h.register("a", 1);
        CompletableFuture<?> claim =
                h.attempts().claim("a", 1, Duration.ofSeconds(10)).toCompletableFuture();
        h.run();
        h.get(h.agents().remove("a", null));
        Task task = h.submit("x");
        h.advance(10);

        assertThat(claim.join()).isEqualTo(List.of());
        assertThat(h.task(task).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void reasonsOutOfTheirLimits_areRefused() {
        h.register("a", 1);

        assertThat(h.refusal(h.agents().drain("a", "")).field()).contains("reason");
        assertThat(h.refusal(h.agents().remove("a", "x".repeat(4097))).field()).contains("reason");
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
    }
}
