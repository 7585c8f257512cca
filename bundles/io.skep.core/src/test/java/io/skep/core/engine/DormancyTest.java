// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Heartbeat;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DormancyTest {
    private final EngineHarness h = new EngineHarness();
    private final RecordingConnector connector = new RecordingConnector();

    private Agent agentNow(String id) {
        return h.agents().find(id).orElseThrow();
    }

    private AgentState state(String id) {
        return agentNow(id).state();
    }

    private void connect() {
        h.get(h.agents().connect(agent("c", 2, "s"), connector));
    }

    private Agent sleep(String id) {
        return h.get(h.agents().sleep(id, "idle"));
    }

    private Heartbeat beat(String id, AgentState says) {
        return h.get(h.agents().heartbeat(id, null, says));
    }

    private void lull(String id) {
        sleep(id);
        beat(id, AgentState.ASLEEP);
        assertThat(state(id)).isEqualTo(AgentState.ASLEEP);
    }

    @Test
    void connectedAgent_sleepsAndWakes_withAnEventEach() {
        connect();
        EventCursor from = h.engine().events().end();

        assertThat(sleep("c").state()).isEqualTo(AgentState.PREPARING);
        assertThat(state("c")).isEqualTo(AgentState.ASLEEP);
        assertThat(connector.slept).containsExactly("c");
        assertThat(sleep("c").state()).as("again changes nothing").isEqualTo(AgentState.ASLEEP);
        assertThat(h.get(h.agents().wake("c", null)).state()).isEqualTo(AgentState.WAKING);
        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
        assertThat(connector.woken).containsExactly("c");
        assertThat(h.get(h.agents().wake("c", null)).state()).isEqualTo(AgentState.ACTIVE);

        assertThat(h.events(from))
                .extracting(Event::type)
                .containsExactly("agent.preparing", "agent.asleep", "agent.waking", "agent.active");
    }

    @Test
    void agentThatHoldsAttempts_getsNoMore_andSleepsWhenTheyHaveEnded() {
        connect();
        Task task = h.submit(TaskSpec.of("x").skills("s"));
        sleep("c");
        h.advance(10);

        assertThat(state("c")).isEqualTo(AgentState.PREPARING);
        assertThat(h.task(task).state()).isEqualTo(TaskState.ASSIGNED);
        h.complete(connector.assigned.get(0).task(), "1");
        h.run();

        assertThat(state("c")).isEqualTo(AgentState.ASLEEP);
    }

    @Test
    void agentThatHoldsAttemptsForTooLong_staysAwake() {
        connect();
        h.submit(TaskSpec.of("x").skills("s"));
        sleep("c");

        h.advance(300);

        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
        assertThat(agentNow("c").cause()).isEqualTo("it stays awake: it still uses 1 slots after PT5M");
    }

    @Test
    void taskThatFitsOnlyASleepingAgent_wakesIt() {
        connect();
        sleep("c");
        h.run();
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);

        Task task = h.submit(TaskSpec.of("x").skills("s"));

        assertThat(state("c")).isEqualTo(AgentState.WAKING);
        assertThat(h.get(h.tasks().why(task.id())).reasons().get(0))
                .isEqualTo("agent c wakes (task " + task.id() + " waits for it)");
        assertThat(connector.assigned).isEmpty();
        slow.asked.get(0).complete(Sleeper.Verdict.READY);
        h.run();
        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
        assertThat(connector.assigned).hasSize(1);
    }

    @Test
    void onlyAsManySleepersWake_asThereAreTasksWithoutASlot() {
        connect();
        for (int i = 0; i < 5; i++) {
            h.get(h.agents().connect(agent("d" + i, 1, "s"), new RecordingConnector()));
            sleep("d" + i);
        }
        for (int i = 0; i < 4; i++) {
            h.submit(TaskSpec.of("x").skills("s"));
        }

        assertThat(connector.assigned).hasSize(2);
        assertThat(h.agents().list().stream()
                        .filter(agent -> agent.state() == AgentState.ASLEEP)
                        .count())
                .isEqualTo(3);
    }

    @Test
    void taskThatRoutingGaveToASleepingAgent_wakesThatOne() {
        connect();
        h.register("other", 1, "s");
        sleep("c");
        h.run();
        Task task = h.submit(TaskSpec.of("x").skills("s"));

        assertThat(state("c")).as("another has a free slot").isEqualTo(AgentState.ASLEEP);

        h.get(h.tasks().route(task.id(), "c"));
        h.run();

        assertThat(connector.assigned).hasSize(1);
        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void agentAboutToSleep_staysAwakeForATask() {
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);
        connect();
        sleep("c");
        h.run();

        h.submit(TaskSpec.of("x").skills("s"));

        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
        assertThat(connector.assigned).hasSize(1);
        slow.asked.get(0).complete(Sleeper.Verdict.READY);
        h.run();
        assertThat(state("c")).as("a late answer counts no more").isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void agentThatIsNotReady_staysAwake() {
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);
        connect();
        sleep("c");
        h.run();
        slow.asked.get(0).complete(new Sleeper.Verdict(false, "no room"));
        h.run();

        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
        assertThat(agentNow("c").cause()).isEqualTo("it stays awake: no room");
    }

    @Test
    void reservedSlot_keepsAnAgentFromSleeping() {
        connect();
        var slot = h.get(h.agents().reserve("c", Duration.ofMinutes(1)));
        sleep("c");
        h.run();
        assertThat(state("c")).isEqualTo(AgentState.PREPARING);
        h.submit(TaskSpec.of("x").skills("s").reservation(slot.id()));
        assertThat(connector.assigned).hasSize(1);

        h.complete(connector.assigned.get(0).task(), "1");
        h.run();

        assertThat(state("c")).isEqualTo(AgentState.ASLEEP);
    }

    @Test
    void sleeper_staysAsleepOverRestarts_andWhenItsConnectorComesBack() {
        connect();
        h.register("a", 1, "t");
        sleep("c");
        lull("a");
        h.restart();
        h.advance(Duration.ofDays(1));
        connect();

        assertThat(state("c")).isEqualTo(AgentState.ASLEEP);
        assertThat(state("a")).isEqualTo(AgentState.ASLEEP);
        h.submit(TaskSpec.of("x").skills("s"));
        assertThat(connector.assigned).hasSize(1);
    }

    @Test
    void sleeperWithoutConnector_wakesWhenThatIsThere_orIsUnknown() {
        connect();
        sleep("c");
        h.run();
        h.get(h.agents().disconnect("c", connector));
        assertThat(state("c")).isEqualTo(AgentState.ASLEEP);
        h.submit(TaskSpec.of("x").skills("s"));
        assertThat(state("c")).isEqualTo(AgentState.WAKING);
        connect();
        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);

        h.complete(connector.assigned.get(0).task(), "1");
        sleep("c");
        h.run();
        h.get(h.agents().disconnect("c", connector));
        h.get(h.agents().wake("c", null));
        h.advance(60);
        assertThat(state("c")).isEqualTo(AgentState.UNKNOWN);
        connect();
        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void restartWhileItFallsAsleep_leavesItAwake() {
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);
        connect();
        sleep("c");
        h.run();

        h.restart();

        assertThat(state("c")).isEqualTo(AgentState.UNKNOWN);
        connect();
        assertThat(state("c")).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void restartWhileItWakes_wakesItOn() {
        connect();
        sleep("c");
        h.run();
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);
        h.get(h.agents().wake("c", "needed"));

        h.restart();
        connect();

        assertThat(state("c")).isEqualTo(AgentState.WAKING);
        assertThat(slow.asked).hasSize(2);
        slow.asked.get(1).complete(new Sleeper.Verdict(false, "broken"));
        h.run();
        assertThat(state("c")).as("nothing keeps it asleep").isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void manyThatFallAsleepAtOnce_areAskedAboutAFewAtATime() {
        SlowSleeper slow = new SlowSleeper();
        h.sleepBy(slow);
        for (int i = 0; i < 100; i++) {
            h.get(h.agents().connect(agent("m" + i, 1), connector));
            h.agents().sleep("m" + i, "idle");
        }
        h.run();
        assertThat(slow.asked).hasSize(64);

        slow.asked.forEach(answer -> answer.complete(Sleeper.Verdict.READY));
        h.run();

        assertThat(slow.asked).hasSize(100);
    }

    @Test
    void attemptAfterAWake_countsAsAnyOther() {
        connect();
        sleep("c");
        Task task = h.submit(TaskSpec.of("x").skills("s"));
        Selection none = h.task(task).selection();
        assertThat(none).isNull();

        Task done = h.complete(connector.assigned.get(0).task(), "1");

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(ref(connector.assigned.get(0).task()).agent()).isEqualTo("c");
    }
}
