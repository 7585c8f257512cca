// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StrategiesTest {
    private final Random random = new Random(7);

    private static Candidate agent(String id, int slots, int held, long lastBegun, double weight) {
        return new Candidate(id, slots, held, 1, lastBegun, new Estimate(weight, 1000 / weight, 0));
    }

    private String chosen(Strategy strategy, List<Candidate> able) {
        return able.get(strategy.choose(able, random)).id();
    }

    private Map<String, Integer> shares(Strategy strategy, List<Candidate> able) {
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            shares.merge(chosen(strategy, able), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void roundRobin_takesWhoGotNothingForLongest_howeverMuchItHas() {
        assertThat(chosen(new RoundRobin(), List.of(agent("a", 4, 0, 9, 1), agent("b", 4, 4, 3, 1))))
                .isEqualTo("b");
    }

    @Test
    void leastLoaded_countsShareOfSlots_thenWhoGotNothingForLongest() {
        assertThat(chosen(new LeastLoaded(), List.of(agent("a", 2, 1, 1, 9), agent("b", 10, 2, 2, 1))))
                .isEqualTo("b");
        assertThat(chosen(new LeastLoaded(), List.of(agent("a", 2, 1, 5, 1), agent("b", 2, 1, 4, 1))))
                .isEqualTo("b");
    }

    @Test
    void weighted_takesAnIdleSlowOneLast() {
        List<Candidate> able = List.of(agent("slow", 4, 0, 1, 0.25), agent("fast", 4, 2, 2, 1));

        assertThat(chosen(new Weighted(), able)).isEqualTo("fast");
        assertThat(chosen(new Weighted(), List.of(able.get(0), agent("full", 4, 4, 2, 1))))
                .isEqualTo("slow");
    }

    @Test
    void twoChoices_neverTakesTheFullestOfThree_unlessDrawnTwice() {
        Map<String, Integer> shares = shares(
                new TwoChoices(), List.of(agent("a", 9, 0, 1, 1), agent("b", 9, 4, 1, 1), agent("c", 9, 8, 1, 1)));

        assertThat(shares.get("a")).isGreaterThan(shares.get("b"));
        assertThat(shares.get("c")).as("one in nine").isBetween(60, 170);
    }

    @Test
    void prequal_takesTheFasterOfTheCold_andTheLessLoadedOfTheHot() {
        List<Candidate> able = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            able.add(agent("cold" + i, 10, 1, 1, 1));
        }
        able.add(agent("fast", 10, 1, 1, 4));
        able.add(agent("hot", 10, 9, 1, 8));

        Map<String, Integer> shares = shares(new Prequal(), able);

        assertThat(shares.get("fast")).as("whenever it is drawn").isGreaterThan(170);
        assertThat(shares.getOrDefault("hot", 0))
                .as("only if drawn three times")
                .isLessThan(10);
    }

    @Test
    void prequal_countsErrorsAsTime() {
        Candidate failing = new Candidate("failing", 4, 0, 1, 1, new Estimate(1, 10, 0.95));

        assertThat(shares(new Prequal(), List.of(failing, agent("good", 4, 0, 2, 1)))
                        .get("good"))
                .isGreaterThan(800);
    }

    @Test
    void capabilityAware_keepsThoseFreeWhoCanDoMore() {
        Candidate generalist = new Candidate("all", 4, 0, 5, 1, Estimate.UNKNOWN);
        Candidate specialist = new Candidate("one", 4, 3, 1, 2, Estimate.UNKNOWN);

        assertThat(chosen(new CapabilityAware(), List.of(generalist, specialist)))
                .isEqualTo("one");
    }

    @Test
    void names_areThoseThatCallersSay() {
        assertThat(List.of(
                        new RoundRobin(),
                        new LeastLoaded(),
                        new Weighted(),
                        new TwoChoices(),
                        new Prequal(),
                        new CapabilityAware(),
                        Adaptive.ofAll()))
                .extracting(Strategy::name)
                .containsExactly("roundrobin", "leastloaded", "weighted", "p2c", "prequal", "capability", "adaptive");
    }
}
