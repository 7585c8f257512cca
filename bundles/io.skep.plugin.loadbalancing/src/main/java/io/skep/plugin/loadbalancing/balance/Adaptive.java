// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Chooses by whichever strategy does best, as measured. A few tasks, drawn by lot, go by another one than the favourite;
 * what such an attempt took is compared with what the favourite's take at the same time, both as logarithms, since times
 * spread over powers of ten. The favourite gives way to one that is better by more than chance. It begins with the first,
 * and a fleet that changes does not confuse it: only what was measured at the same time is compared. Not thread-safe.
 */
public final class Adaptive implements Strategy {
    private static final int TRY_ONE_IN = 100;
    /** What a measurement counts for when the next one comes. */
    private static final double FAVOURITE_DECAY = 0.98;

    private static final double DECAY = 0.995;
    private static final int LEAST_COUNT = 30;
    /** So many times the standard deviation is no chance. */
    private static final double SURE = 3;

    private static final int MOST_OPEN = 100_000;

    private final List<Arm> arms = new ArrayList<>();
    /** By which strategy each attempt came about, oldest first. */
    private final Map<String, Arm> open = new LinkedHashMap<>();

    private final Mean usual = new Mean(FAVOURITE_DECAY);
    private Arm favourite;
    private Arm last;

    /** One strategy, and the logarithm of what it takes compared with the favourite. */
    private static final class Arm {
        final Strategy strategy;
        Mean difference = new Mean(DECAY);

        Arm(Strategy strategy) {
            this.strategy = strategy;
        }
    }

    /**
     * How a strategy does.
     *
     * @param measured how many tasks it counts over, newer ones counting more
     * @param regret how much longer tasks take than with the favourite, as a share of that: 0 for the favourite itself
     * @param doubt one standard deviation of that, 0 where nothing was measured
     */
    public record Score(double measured, double regret, double doubt) {}

    /**
     * What was learned, to be kept.
     *
     * @param favourite the strategy in use
     * @param usual the logarithm of what its tasks take
     * @param differences by strategy, of the others' from that
     */
    public record Kept(String favourite, Moments usual, Map<String, Moments> differences) {
        public Kept {
            Objects.requireNonNull(favourite);
            Objects.requireNonNull(usual);
            differences = Map.copyOf(differences);
        }
    }

    /** Begins with the first of these. */
    public Adaptive(List<Strategy> strategies) {
        strategies.forEach(strategy -> arms.add(new Arm(strategy)));
        favourite = arms.get(0);
        last = favourite;
    }

    /** Of all that are built in and suit any task. */
    public static Adaptive ofAll() {
        return new Adaptive(
                List.of(new Weighted(), new LeastLoaded(), new Prequal(), new TwoChoices(), new RoundRobin()));
    }

    @Override
    public String name() {
        return "adaptive";
    }

    /** The name of the strategy that does best. */
    public String favourite() {
        return favourite.strategy.name();
    }

    @Override
    public int choose(List<Candidate> able, RandomGenerator random) {
        last = random.nextInt(TRY_ONE_IN) == 0 ? arms.get(random.nextInt(arms.size())) : favourite;
        return last.strategy.choose(able, random);
    }

    /** What was chosen last became the attempt of that name. */
    public void begun(String attempt) {
        open.put(attempt, last);
        if (open.size() > MOST_OPEN) {
            open.remove(open.keySet().iterator().next());
        }
    }

    /** The attempt ended, with a result or as a failure of its agent. */
    public void ended(String attempt, double millis, boolean isGood) {
        Arm arm = open.remove(attempt);
        if (arm == null) {
            return;
        }
        // After a failure the task begins anew elsewhere.
        double cost = isGood ? millis : millis + 2 * Math.exp(usual.mean());
        double log = Math.log(Math.max(1, cost));
        if (arm == favourite) {
            usual.add(log);
        } else if (usual.count() >= LEAST_COUNT) {
            arm.difference.add(log - usual.mean());
            consider(arm);
        }
    }

    /** The attempt ended in a way that says nothing. */
    public void dropped(String attempt) {
        open.remove(attempt);
    }

    /** What was learned, to be kept; attempts under way are not. */
    public Kept kept() {
        Map<String, Moments> differences = new LinkedHashMap<>();
        arms.forEach(arm -> differences.put(arm.strategy.name(), arm.difference.moments()));
        return new Kept(favourite.strategy.name(), usual.moments(), differences);
    }

    /** Takes over what {@link #kept} gave, if nothing was learned here; strategies that are not here are left out. */
    public void learn(Kept known) {
        if (usual.count() > 0) {
            return;
        }
        arms.stream()
                .filter(arm -> arm.strategy.name().equals(known.favourite()))
                .findFirst()
                .ifPresent(arm -> {
                    favourite = arm;
                    usual.learn(known.usual());
                    arms.forEach(each -> each.difference.learn(
                            known.differences().getOrDefault(each.strategy.name(), Moments.NONE)));
                });
    }

    private void consider(Arm arm) {
        Mean difference = arm.difference;
        if (difference.count() >= LEAST_COUNT && difference.mean() + SURE * difference.doubt() < 0) {
            favourite = arm;
            arms.forEach(each -> each.difference = new Mean(DECAY));
        }
    }

    /** How each does, by name. */
    public Map<String, Score> scores() {
        Map<String, Score> scores = new LinkedHashMap<>();
        for (Arm arm : arms) {
            Mean difference = arm.difference;
            boolean isKnown = difference.count() >= 2;
            scores.put(
                    arm.strategy.name(),
                    new Score(
                            arm == favourite ? usual.count() : difference.count(),
                            Math.exp(difference.mean()) - 1,
                            isKnown ? difference.doubt() : 0));
        }
        return scores;
    }
}
