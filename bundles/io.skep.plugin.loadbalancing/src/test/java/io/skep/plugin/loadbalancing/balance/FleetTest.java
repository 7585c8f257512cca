// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetTest {
    private final Fleet fleet = new Fleet(Ejection.DEFAULT);
    private final Random random = new Random(11);
    private long now = 1_000_000;
    private int attempts;

    private void attempt(String agent, double millis, boolean isGood) {
        String name = "t" + attempts++;
        fleet.begun(agent, name, now);
        fleet.ended(agent, name, now + Math.round(millis), isGood);
    }

    private double weight(String agent) {
        return fleet.estimate(agent).weight();
    }

    private void work(double spread, String... agents) {
        for (int i = 0; i < 60; i++) {
            for (String agent : agents) {
                attempt(agent, 1000 * Math.exp(spread * random.nextGaussian()), true);
            }
        }
    }

    @Test
    void chance_makesNoDifference_howeverWideTimesSpread() {
        String[] agents = {"a", "b", "c", "d", "e", "f", "g", "h"};
        work(1.5, agents);

        fleet.refresh(now);

        for (String agent : agents) {
            assertThat(weight(agent)).as(agent).isCloseTo(1, within(0.35));
        }
    }

    @Test
    void slowAgent_isToBeGivenLess_byAsMuchAsItIsSlower() {
        work(0.3, "a", "b", "c", "d");
        for (int i = 0; i < 60; i++) {
            attempt("slow", 5000, true);
        }

        fleet.refresh(now);

        assertThat(weight("slow") / weight("a")).isCloseTo(0.2, within(0.06));
        assertThat(fleet.millis()).isBetween(1000.0, 2000.0);
    }

    @Test
    void agentThatHangs_isSeenBeforeItEndsAnything() {
        work(0.3, "a", "b", "c", "hangs");
        for (int i = 0; i < 8; i++) {
            fleet.begun("hangs", "h" + i, now);
        }
        now += 60_000;

        fleet.refresh(now);

        assertThat(weight("hangs")).isLessThan(weight("a") / 2);
        assertThat(fleet.held("hangs")).isEqualTo(8);
    }

    @Test
    void agentThatFails_isEjected_comesBackSlowly_andIsAwayLongerTheNextTime() {
        work(0.3, "a", "b", "bad");
        for (int i = 0; i < 5; i++) {
            attempt("bad", 10, false);
        }

        assertThat(fleet.refresh(now)).containsExactly("bad");
        assertThat(fleet.isEjected("bad", now + 4_999)).isTrue();
        assertThat(fleet.isEjected("bad", now + 5_000)).isFalse();
        assertThat(fleet.standing("bad", now + 5_001).share()).isEqualTo(0.1);
        assertThat(fleet.standing("bad", now + 10_000).share()).isEqualTo(0.5);
        assertThat(fleet.standing("bad", now + 15_000).share()).isEqualTo(1);

        now += 5_000;
        for (int i = 0; i < 5; i++) {
            attempt("bad", 10, false);
        }
        assertThat(fleet.refresh(now)).containsExactly("bad");
        assertThat(fleet.standing("bad", now).ejectedUntil()).isEqualTo(now + 10_000);

        now += 200_000;
        for (int i = 0; i < 5; i++) {
            attempt("bad", 10, false);
        }
        fleet.refresh(now);
        assertThat(fleet.standing("bad", now).ejectedUntil())
                .as("it had made good")
                .isEqualTo(now + 5_000);
    }

    @Test
    void whereAllFail_itIsTheTasks_andNobodyIsEjected() {
        for (int i = 0; i < 30; i++) {
            for (String agent : List.of("a", "b", "c", "d")) {
                attempt(agent, 10, false);
            }
        }

        assertThat(fleet.refresh(now)).isEmpty();
    }

    @Test
    void notMoreThanAShareOfAll_isEjectedAtOnce() {
        work(0.3, "a", "b", "c", "d", "e", "f", "g");
        for (String bad : List.of("x", "y")) {
            for (int i = 0; i < 10; i++) {
                attempt(bad, 10, false);
            }
        }
        Fleet few = new Fleet(new Ejection(5, 0.5, 5_000, 300_000, 10_000, 0.15));
        few.learn(fleet.kept(100));
        for (String bad : List.of("x", "y")) {
            for (int i = 0; i < 10; i++) {
                few.begun(bad, "n" + i, now);
                few.ended(bad, "n" + i, now + 10, false);
            }
        }

        assertThat(few.refresh(now)).hasSize(1);
    }

    @Test
    void whatIsKept_isKnownToTheNext_andDoesNotReplaceWhatThatKnows() {
        work(0.3, "a", "b", "c");
        for (int i = 0; i < 40; i++) {
            attempt("slow", 5000, true);
        }
        for (int i = 0; i < 5; i++) {
            attempt("bad", 10, false);
        }
        fleet.refresh(now);
        Map<String, Fleet.Kept> kept = fleet.kept(100);

        Fleet next = new Fleet(Ejection.DEFAULT);
        next.learn(kept);
        next.refresh(now);

        assertThat(next.estimate("slow").weight()).isCloseTo(weight("slow"), within(0.01));
        assertThat(next.isEjected("bad", now)).isTrue();
        assertThat(next.kept(1)).hasSize(1);
        next.learn(Map.of("slow", new Fleet.Kept(20, 0, 0, 0, 0, 0)));
        next.refresh(now);
        assertThat(next.estimate("slow").weight()).isCloseTo(weight("slow"), within(0.01));
    }

    @Test
    void agentsThatAreGone_areForgotten_andSoIsWhatIsHeld() {
        work(0.3, "a", "b");
        fleet.begun("a", "x", now);
        fleet.holdNothing();
        assertThat(fleet.held("a")).isZero();
        assertThat(fleet.lastBegun("b")).isPositive();
        fleet.begun("a", "y", now);
        fleet.dropped("a", "y");
        assertThat(fleet.held("a")).isZero();

        fleet.retain(Set.of("b", "c"));

        assertThat(fleet.estimate("a")).isEqualTo(Estimate.UNKNOWN);
        assertThat(fleet.held("a")).isZero();
        assertThat(fleet.lastBegun("a")).isZero();
        assertThat(fleet.isEjected("a", now)).isFalse();
    }

    @Test
    void nothingKnown_isNoReasonToPreferAnybody() {
        fleet.retain(Set.of("a", "b"));

        assertThat(fleet.refresh(now)).isEmpty();

        assertThat(weight("a")).isEqualTo(1);
        assertThat(fleet.millis()).isCloseTo(1000, within(0.1));
    }
}
