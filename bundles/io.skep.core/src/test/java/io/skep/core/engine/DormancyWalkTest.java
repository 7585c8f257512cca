// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens in whatever order, kills included: nobody is stuck and every task is done. */
class DormancyWalkTest {
    private static final int STEPS = 400;
    private static final String CONNECTED = "c";
    private static final String PULL = "p";

    private final EngineHarness h = new EngineHarness();
    private final List<Task> tasks = new ArrayList<>();
    private RecordingConnector connector = new RecordingConnector();
    private SlowSleeper sleeper = new SlowSleeper();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void randomWalk_endsWithEverybodyAwakeOrAsleep_andNothingLost(long seed) {
        Random random = new Random(seed);
        h.sleepBy(sleeper);
        connect();
        h.register(PULL, 2, "s");
        for (int i = 0; i < STEPS; i++) {
            step(random);
            for (Agent agent : h.agents().list()) {
                assertThat(agent.busy() == 0
                                || (agent.state() != AgentState.ASLEEP && agent.state() != AgentState.WAKING))
                        .as("who sleeps holds nothing: %s", agent)
                        .isTrue();
            }
        }
        settle();
        assertThat(tasks).allMatch(task -> h.task(task).state() == TaskState.COMPLETED);
        assertThat(h.agents().list())
                .allMatch(agent -> agent.state() == AgentState.ACTIVE || agent.state() == AgentState.ASLEEP);
    }

    private void step(Random random) {
        String agent = random.nextBoolean() ? CONNECTED : PULL;
        switch (random.nextInt(12)) {
            case 0, 1 -> attempt(h.agents().sleep(agent, "walk"));
            case 2 -> attempt(h.agents().wake(agent, "walk"));
            case 3 -> tasks.add(h.submit(TaskSpec.of("x").skills("s")));
            case 4 -> attempt(h.agents().heartbeat(PULL, null, AgentState.ASLEEP));
            case 5 -> attempt(h.agents().heartbeat(PULL, null, random.nextBoolean() ? AgentState.ACTIVE : null));
            case 6 -> claim();
            case 7 -> finish();
            case 8 -> answer(random.nextInt(4) > 0);
            case 9 -> h.advance(Duration.ofSeconds(random.nextInt(40)));
            case 10 -> {
                if (random.nextInt(10) == 0) {
                    restart();
                }
            }
            default -> h.run();
        }
        h.run();
    }

    private void connect() {
        h.get(h.agents().connect(agent(CONNECTED, 2, "s"), connector));
    }

    private void attempt(CompletionStage<?> change) {
        try {
            h.get(change);
        } catch (Refusal refused) {
            assertThat(refused.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        }
    }

    private void claim() {
        attempt(h.attempts().claim(PULL, 2, Duration.ZERO));
    }

    private void restart() {
        connector = new RecordingConnector();
        sleeper = new SlowSleeper();
        h.sleepBy(sleeper);
        h.restart();
        connect();
    }

    private void answer(boolean ready) {
        List.copyOf(sleeper.asked).forEach(asked -> asked.complete(new Sleeper.Verdict(ready, "so")));
        h.run();
    }

    /** Whatever is held is done. */
    private void finish() {
        for (String agent : List.of(CONNECTED, PULL)) {
            for (Task held : h.agents().held(agent)) {
                attempt(h.attempts().start(ref(held), null));
                attempt(h.attempts()
                        .complete(List.of(new Completion(ref(held), "1")))
                        .get(0));
            }
        }
    }

    private void settle() {
        for (int i = 0; i < 100; i++) {
            answer(true);
            attempt(h.agents().heartbeat(PULL, null, null));
            claim();
            finish();
            h.advance(Duration.ofSeconds(20));
        }
    }
}
