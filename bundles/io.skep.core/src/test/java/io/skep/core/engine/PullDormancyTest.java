// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Heartbeat;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.task.Assignment;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PullDormancyTest {
    private final EngineHarness h = new EngineHarness();

    private Agent agentNow(String id) {
        return h.agents().find(id).orElseThrow();
    }

    private AgentState state(String id) {
        return agentNow(id).state();
    }

    private Agent sleep(String id) {
        return h.get(h.agents().sleep(id, "idle"));
    }

    private Heartbeat beat(String id, AgentState says) {
        return h.get(h.agents().heartbeat(id, null, says));
    }

    private static List<AgentCommand.Kind> kinds(Heartbeat heartbeat) {
        return heartbeat.commands().stream().map(AgentCommand::kind).toList();
    }

    private void lull(String id) {
        sleep(id);
        beat(id, AgentState.ASLEEP);
        assertThat(state(id)).isEqualTo(AgentState.ASLEEP);
    }

    @Test
    void pullAgent_isTold_confirms_andIsToldToWake() {
        h.register("a", 1);
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim("a", 1, Duration.ofSeconds(60)).toCompletableFuture();
        sleep("a");
        h.run();
        assertThat(kinds(beat("a", null))).containsExactly(AgentCommand.Kind.SLEEP);
        assertThat(state("a")).isEqualTo(AgentState.PREPARING);

        Heartbeat confirmed = beat("a", AgentState.ASLEEP);
        assertThat(confirmed.agent().state()).isEqualTo(AgentState.ASLEEP);
        assertThat(confirmed.commands()).isEmpty();
        assertThat(claim).isCompletedWithValue(List.of());
        h.advance(Duration.ofDays(30));
        assertThat(state("a")).as("a sleeper has no lease").isEqualTo(AgentState.ASLEEP);
        assertThat(agentNow("a").leaseUntil()).isNull();
        assertThat(beat("a", null).agent().state()).isEqualTo(AgentState.ASLEEP);

        h.submit("x");
        assertThat(state("a")).isEqualTo(AgentState.WAKING);
        assertThat(kinds(beat("a", AgentState.ASLEEP))).containsExactly(AgentCommand.Kind.WAKE);
        assertThat(kinds(beat("a", AgentState.ACTIVE))).isEmpty();
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        assertThat(h.claim("a", 1)).hasSize(1);
    }

    @Test
    void pullAgentThatNeverConfirms_staysAwake() {
        h.register("a", 1);
        sleep("a");
        EventCursor from = h.engine().events().end();
        for (int i = 0; i < 3; i++) {
            h.advance(20);
            beat("a", null);
        }

        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        assertThat(h.events(from))
                .extracting(Event::type, Event::cause)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        "agent.active", "it stays awake: it was told to sleep and did not confirm within PT1M"));
    }

    @Test
    void pullAgentThatNeverComesBack_isLost_andItsTaskGoesElsewhere() {
        h.register("a", 1);
        lull("a");
        Task task = h.submit("x");
        h.advance(60);

        assertThat(state("a")).isEqualTo(AgentState.LOST);
        assertThat(agentNow("a").cause()).isEqualTo("it did not wake within PT1M");
        h.register("b", 1);
        assertThat(h.claimOne("b").id()).isEqualTo(task.id());
    }

    @Test
    void sleepingPullAgentThatClaims_isAwake() {
        h.register("a", 1);
        lull("a");
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim("a", 1, Duration.ofSeconds(30)).toCompletableFuture();
        h.run();

        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        h.submit("x");
        assertThat(claim.join()).hasSize(1);
        h.advance(29);
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        h.advance(2);
        assertThat(state("a")).as("it has a lease again").isEqualTo(AgentState.UNKNOWN);
    }

    @Test
    void pullAgentThatSleepsByItself_isTakenAtItsWord_butNotWithTasks() {
        h.register("a", 1);
        assertThat(beat("a", AgentState.ASLEEP).agent().state()).isIn(AgentState.PREPARING, AgentState.ASLEEP);
        h.run();
        assertThat(state("a")).isEqualTo(AgentState.ASLEEP);
        h.submit("x");
        Task task = h.claimOne("a");

        Refusal refusal = h.refusal(h.agents().heartbeat("a", null, AgentState.ASLEEP));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.task(task).state()).isEqualTo(TaskState.WORKING);
        assertThat(h.refusal(h.agents().heartbeat("a", null, AgentState.LOST)).field())
                .contains("state");
    }

    @Test
    void wakeOfOneThatWasToldToSleep_waitsForItsWord() {
        h.register("a", 1);
        sleep("a");
        h.run();
        h.get(h.agents().wake("a", "needed"));
        h.run();
        assertThat(state("a")).isEqualTo(AgentState.WAKING);

        assertThat(kinds(beat("a", AgentState.ASLEEP))).containsExactly(AgentCommand.Kind.WAKE);
        h.submit("x");
        assertThat(h.claim("a", 1)).hasSize(1);
    }

    @Test
    void othersThanActiveOnes_areRefused() {
        h.register("a", 1);
        h.get(h.agents().drain("a", "maintenance"));
        assertThat(h.refusal(h.agents().sleep("a", null)).getMessage()).contains("draining", "maintenance");
        assertThat(h.refusal(h.agents().wake("a", null)).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.refusal(h.agents().sleep("nobody", null)).reason()).isEqualTo(Refusal.Reason.NOT_FOUND);

        h.register("b", 1);
        h.advance(30);
        h.advance(30);
        assertThat(state("b")).isEqualTo(AgentState.LOST);
        assertThat(h.refusal(h.agents().sleep("b", null)).getMessage()).contains("lost");
        assertThat(h.refusal(h.agents().wake("b", null)).getMessage()).contains("lost");
        assertThat(h.refusal(h.agents().sleep("b", "")).field()).contains("reason");
    }

    @Test
    void silentAgentThatFallsAsleep_isLostAsAnyOther() {
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);
        h.register("a", 1);
        sleep("a");
        h.advance(30);
        assertThat(state("a")).isEqualTo(AgentState.UNKNOWN);
        h.advance(30);
        assertThat(state("a")).isEqualTo(AgentState.LOST);
    }

    @Test
    void registeringAnew_endsTheSleep() {
        h.register("a", 1);
        lull("a");
        h.get(h.agents().register(agent("a", 1), true));
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
        h.advance(30);
        assertThat(state("a")).isEqualTo(AgentState.UNKNOWN);
    }

    @Test
    void agentThatIgnoresWhatItIsTold_andWaitsForWork_getsIt() {
        h.register("a", 1);
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim("a", 1, Duration.ofSeconds(60)).toCompletableFuture();
        sleep("a");
        h.run();
        assertThat(kinds(beat("a", null))).containsExactly(AgentCommand.Kind.SLEEP);

        h.submit("x");
        h.run();

        assertThat(claim.join()).hasSize(1);
        assertThat(state("a")).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void agentThatSleepsByItself_whileATaskCame_isToldToWake() {
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);
        h.register("a", 1);
        beat("a", AgentState.ASLEEP);
        h.submit("x");
        h.run();
        assertThat(state("a")).isEqualTo(AgentState.WAKING);
        slow.asked.forEach(asked -> asked.complete(Sleeper.Verdict.READY));
        h.run();

        assertThat(kinds(beat("a", AgentState.ASLEEP))).containsExactly(AgentCommand.Kind.WAKE);
        assertThat(h.claim("a", 1)).hasSize(1);
    }
}
