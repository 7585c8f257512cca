// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a group under load that changes, in virtual time. */
class SimulationTest {
    private static final Targets TARGETS = ScalingSettings.DEFAULT.targets();
    private static final int MINUTE = 60;

    private static SimulatedFleet fleet() {
        return new SimulatedFleet(TARGETS, 1, 50, 2, 1000, 0, 0);
    }

    @Test
    void burst_makesAgentsAppear_andGoAgain() throws Exception {
        SimulatedFleet fleet = fleet();
        fleet.run(10, second -> second == 0 ? 500 : 0);
        assertThat(fleet.wanted()).isGreaterThan(4);
        fleet.run(50, second -> 0);
        assertThat(fleet.done).isEqualTo(500);
        assertThat(fleet.worstAge).as("the oldest waited").isLessThan(40_000);
        fleet.run(20 * MINUTE, second -> 0);
        assertThat(fleet.wanted()).isEqualTo(1);
        assertThat(fleet.turns()).isEqualTo(1);
    }

    @Test
    void squareWave_thatIsFasterThanTheStableWindow_makesNothingFlap() throws Exception {
        SimulatedFleet fleet = fleet();
        fleet.run(20 * MINUTE, second -> second / MINUTE % 2 == 0 ? 20 : 1);
        assertThat(fleet.turns())
                .as("what was too much at first went again: %s", fleet.orders)
                .isLessThanOrEqualTo(1);
        int before = fleet.orders.size();
        fleet.worstAge = 0;
        fleet.run(60 * MINUTE, second -> second / MINUTE % 2 == 0 ? 20 : 1);
        assertThat(fleet.orders.subList(before, fleet.orders.size()))
                .as("within an hour")
                .isEmpty();
        assertThat(fleet.worstAge).isLessThan(TARGETS.ageMillis());
    }

    @Test
    void squareWave_thatIsSlow_isFollowedOnceEachWay() throws Exception {
        SimulatedFleet fleet = fleet();
        int periods = 4;
        fleet.run(periods * 40 * MINUTE, second -> second / (20 * MINUTE) % 2 == 0 ? 20 : 1);
        assertThat(fleet.turns()).as("%s", fleet.orders).isEqualTo(2 * periods - 1);
        assertThat(fleet.wanted()).isLessThanOrEqualTo(2);
    }

    @Test
    void steadyLoad_isLeftAlone_atTheUtilisationThatIsAimedAt() throws Exception {
        SimulatedFleet fleet = fleet();
        fleet.run(10 * MINUTE, second -> 20);
        int before = fleet.orders.size();
        fleet.run(30 * MINUTE, second -> 20);
        assertThat(fleet.orders.size() - before).as("%s", fleet.orders).isLessThanOrEqualTo(4);
        // 20 tasks of a second are 20 slots in use; at 75 % these are 27 slots, so 14 agents of 2.
        assertThat(fleet.wanted()).isBetween(14, 20);
    }

    @Test
    void risingLoad_isForeseen() throws Exception {
        SimulatedFleet fleet = fleet();
        fleet.run(10 * MINUTE, second -> second / 30.0);
        assertThat(fleet.worstAge).isLessThan(TARGETS.ageMillis());
        assertThat(fleet.tracker.book().decisions()).extracting(Decision::rule).contains("forecast");
    }

    @Test
    void costCeiling_holds_howeverMuchWaits() throws Exception {
        SimulatedFleet fleet = new SimulatedFleet(TARGETS, 1, 50, 1, 1000, 300, 2000);
        fleet.run(5 * MINUTE, second -> 50);
        assertThat(fleet.worstCost).isLessThanOrEqualTo(2000);
        assertThat(fleet.wanted()).isEqualTo(6);
        assertThat(fleet.tracker.seen().verdict().hindrances()).contains("the cost ceiling has room for 6");
    }

    @Test
    void coolDownsAndStarts_keepTheirLimits() throws Exception {
        Targets targets = new Targets(1000, 0.75, 60_000, 30_000, 7_000, 20_000, 50, 2, 25, 10);
        SimulatedFleet fleet = new SimulatedFleet(targets, 1, 100, 1, 1000, 0, 0);
        fleet.run(5 * MINUTE, second -> 40);
        fleet.run(20 * MINUTE, second -> 0);
        assertThat(fleet.wanted()).isEqualTo(1);
        for (int i = 1; i < fleet.orders.size(); i++) {
            boolean grows = fleet.orders.get(i).to() > fleet.orders.get(i).from();
            assertThat(fleet.orderedAt.get(i) - fleet.orderedAt.get(i - 1))
                    .as("pause before %s", fleet.orders.get(i))
                    .isGreaterThanOrEqualTo(grows ? 7_000 : 20_000);
            int from = fleet.orders.get(i).from();
            assertThat(fleet.orders.get(i).to()).isBetween(from - Math.max(1, from / 4), from + Math.max(2, from / 2));
            assertThat(startsBefore(fleet, i)).isLessThanOrEqualTo(10);
        }
    }

    private static int startsBefore(SimulatedFleet fleet, int index) {
        int starts = 0;
        for (int i = 0; i <= index; i++) {
            if (fleet.orderedAt.get(i) > fleet.orderedAt.get(index) - 60_000) {
                starts += Math.max(
                        0, fleet.orders.get(i).to() - fleet.orders.get(i).from());
            }
        }
        return starts;
    }

    @Test
    void decision_isExplained_andItsEffectMeasured() throws Exception {
        SimulatedFleet fleet = fleet();
        fleet.run(40, second -> second == 0 ? 500 : 0);
        List<Decision> decisions = fleet.tracker.book().decisions();
        assertThat(decisions).anyMatch(decision -> !decision.hindrances().isEmpty());
        Decision first = decisions.get(decisions.size() - 1);
        assertThat(first.state()).isEqualTo(Decision.State.DONE);
        assertThat(first.because()).isNotEmpty();
        assertThat(first.before().depth()).isGreaterThan(400);
        assertThat(first.after()).isNotNull();
        assertThat(first.outcome()).matches("1[0-2] s later: .*").contains("before, the oldest waited for");
    }
}
