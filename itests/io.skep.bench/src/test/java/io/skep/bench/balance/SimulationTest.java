// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.plugin.loadbalancing.balance.Adaptive;
import io.skep.plugin.loadbalancing.balance.LeastLoaded;
import io.skep.plugin.loadbalancing.balance.RoundRobin;
import io.skep.plugin.loadbalancing.balance.Strategy;
import io.skep.plugin.loadbalancing.balance.Weighted;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int TASKS = 8_000;

    private static Outcome run(Scenario scenario, Strategy strategy, long seed) {
        return new Simulation(scenario, strategy, 30, TASKS, 0.65, seed).run();
    }

    @Test
    void everyTask_ends_andTheSameSeedGivesTheSame() {
        Outcome one = run(Scenario.FLAPPING, new LeastLoaded(), 3);
        Outcome same = run(Scenario.FLAPPING, new LeastLoaded(), 3);

        assertThat(one.completed() + one.lost()).isBetween(TASKS * 9L / 10, TASKS * 11L / 10);
        assertThat(one.failed()).isPositive();
        assertThat(one.lostMillis()).isPositive().isLessThan(one.spentMillis());
        assertThat(same.millis(99)).isEqualTo(one.millis(99));
        assertThat(same.lost()).isEqualTo(one.lost());
    }

    @Test
    void agentThatSharesItsCapacity_worksAsMuchInAll() {
        SimAgent agent = new SimAgent(8, 2, 1);
        for (int i = 0; i < 4; i++) {
            agent.add(0, new SimAgent.Work(new SimTask(0, 100), "a" + i, 0, 100, false));
        }

        assertThat(agent.nextEnd()).as("four share the capacity of two").isEqualTo(200);
        agent.setSpeed(100, 0.5);
        assertThat(agent.nextEnd()).as("the second half at half the speed").isEqualTo(300);
        assertThat(agent.takeEnded(300)).hasSize(4);
        assertThat(agent.held()).isZero();
    }

    @Test
    void slowAgents_doLessHarm_byWhatIsLearned() {
        Outcome turns = run(Scenario.DEGRADING, new RoundRobin(), 1);
        Outcome learned = run(Scenario.DEGRADING, Adaptive.ofAll(), 1);

        assertThat(turns.millis(99)).isGreaterThan(2 * learned.millis(99));
    }

    @Test
    void agentsThatFailAtOnce_drawNoWork_byWhatIsLearned() {
        Outcome naive = run(Scenario.FLAPPING, new LeastLoaded(), 1);
        Outcome learned = run(Scenario.FLAPPING, Adaptive.ofAll(), 1);

        assertThat(naive.failed()).isGreaterThan(5 * learned.failed());
    }

    @Test
    void adaptive_leavesAStrategyThatDoesWorse() {
        Adaptive adaptive = new Adaptive(List.of(new RoundRobin(), new Weighted()));

        run(Scenario.HETEROGENEOUS, adaptive, 1);

        assertThat(adaptive.favourite()).isEqualTo("weighted");
    }
}
