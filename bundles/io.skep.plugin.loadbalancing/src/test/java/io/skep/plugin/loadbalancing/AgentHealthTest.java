// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Notice;
import io.skep.plugin.loadbalancing.balance.Ejection;
import io.skep.plugin.loadbalancing.balance.Fleet;
import io.skep.testkit.ManualClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentHealthTest {
    private static final AgentSpec ANN = AgentSpec.of("ann", 4);

    private final Fleet fleet = new Fleet(Ejection.DEFAULT);
    private final AgentHealth health = new AgentHealth(fleet, Settings.DEFAULT);
    private final List<String> told = new ArrayList<>();
    private long now = 1_000_000;
    private long heard;

    private static Agent agent(AgentSpec spec, long heardAt) {
        Instant then = Instant.EPOCH;
        Instant lease = Instant.ofEpochMilli(heardAt).plus(spec.lease());
        return new Agent(spec, false, AgentState.ACTIVE, "", then, then, 0, 0, lease, List.of());
    }

    /** Looks each second, at an agent that beats or is silent. */
    private void seconds(int count, boolean beats) {
        for (int i = 0; i < count; i++) {
            now += 1_000;
            heard = beats ? now : heard;
            health.look(List.of(agent(ANN, heard)), now).stream()
                    .map(Notice::type)
                    .forEach(told::add);
        }
    }

    private List<Advice> advice(boolean weighs) {
        Room room = new Room(fleet, new ManualClock());
        return new Advising(fleet, health, room).about(List.of(agent(ANN, heard)), weighs, now);
    }

    @Test
    void agentThatWasNeverSilentForSoLong_isSuspected_givenLess_andWellAgainWhenItBeats() {
        seconds(20, true);
        assertThat(told).isEmpty();
        assertThat(advice(true)).isEmpty();

        seconds(6, false);

        assertThat(told).containsExactly("balancing.agent.suspected");
        assertThat(health.isSuspected("ann")).isTrue();
        assertThat(advice(true)).singleElement().satisfies(one -> {
            assertThat(one.weight()).isEqualTo(0.25);
            assertThat(one.ejected()).isFalse();
            assertThat(one.cause()).contains("suspected to be gone");
        });

        seconds(6, true);
        assertThat(told).containsExactly("balancing.agent.suspected", "balancing.agent.healthy");
        assertThat(health.isSuspected("nobody")).isFalse();
    }

    @Test
    void agentOfWhichSomeAttemptsFail_isFailing_beforeItIsEjected() {
        for (int i = 0; i < 12; i++) {
            fleet.begun("ann", "t" + i, now);
            fleet.ended("ann", "t" + i, now + 10, i % 2 == 0);
            fleet.begun("bob", "t" + i, now);
            fleet.ended("bob", "t" + i, now + 10, i % 3 != 0);
        }
        fleet.refresh(now);

        seconds(3, true);

        assertThat(told).containsExactly("balancing.agent.failing");
        AgentHealth.Overview overview =
                health.overview(new AgentHealth.HealthRequest(null), List.of(agent(ANN, heard)), now);
        assertThat(overview.conditions()).containsExactly(new AgentHealth.Count("failing", 1));
        assertThat(overview.agents().get(0).cause()).contains("of its attempts fail");
        assertThat(overview.agents().get(0).phi()).isZero();
    }

    @Test
    void agentThatIsEjected_getsNothing_andALittleWhenItReturns_withoutWeightsToo() {
        for (int i = 0; i < 6; i++) {
            fleet.begun("ann", "t" + i, now);
            fleet.ended("ann", "t" + i, now + 10, false);
            fleet.begun("bob", "t" + i, now);
            fleet.ended("bob", "t" + i, now + 10, true);
        }
        assertThat(fleet.refresh(now)).containsExactly("ann");

        seconds(1, true);
        assertThat(told).containsExactly("balancing.agent.ejected");
        assertThat(advice(false)).singleElement().matches(Advice::ejected);

        now += 6_000;
        assertThat(advice(false)).singleElement().satisfies(one -> {
            assertThat(one.ejected()).isFalse();
            assertThat(one.weight()).isEqualTo(0.2);
            assertThat(one.cause()).contains("coming back");
        });
    }
}
