// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How an agent's attempts get longer the more of them it works on at once, and from where on more at once is no more done:
 * the knee of the throughput curve, as N. Gunther's Universal Scalability Law has it ("Guerrilla Capacity Planning", 2007),
 * read from what was measured and not fitted. Not thread-safe.
 */
public final class Curve {
    private static final double DECAY = 0.99;
    private static final int LEAST_COUNT = 20;
    /** Levels are compared with such that are larger by this at least. */
    private static final double APART = 1.5;
    /** Where more at once brings less than this part of what it would if nothing got slower, it is not worth it. */
    private static final double WORTH = 0.1;

    private static final double SURE = 2;
    private static final double STEP = 1.3;

    private final long remembers;
    private final TreeMap<Integer, Level> levels = new TreeMap<>();

    /** Forgets a level that was not seen for so many milliseconds: the agent may have become another. */
    Curve(long remembers) {
        this.remembers = remembers;
    }

    /**
     * What is known of some levels together, to be kept.
     *
     * @param number of the levels
     * @param held how many at once, on average
     * @param times logarithms of the attempts' milliseconds
     * @param last when it was seen last, in milliseconds
     */
    public record Kept(int number, double held, Moments times, long last) {
        public Kept {
            Objects.requireNonNull(times);
        }
    }

    private static final class Level {
        final Mean held = new Mean(DECAY);
        final Mean log = new Mean(DECAY);
        long last;
    }

    /** An attempt took that long that began as one of {@code held} at once. */
    void observe(int held, double millis, long now) {
        Level level = levels.computeIfAbsent(number(held), n -> new Level());
        level.held.add(held);
        level.log.add(Math.log(Math.max(1, millis)));
        level.last = now;
    }

    /** Some levels together, so that each is seen often enough: 1, 2, 3, 4, 5-6, 7-8 and so on. */
    private static int number(int held) {
        return held <= 3 ? held : 3 + (int) Math.ceil(Math.log(held / 3.0) / Math.log(STEP));
    }

    /** How many at once it takes to do about as much as it can, if that is known to be less than it was given. */
    OptionalInt knee(long now) {
        levels.values().removeIf(level -> now - level.last > remembers);
        for (Level low : levels.values()) {
            List<Level> larger = levels.values().stream()
                    .filter(high -> isComparable(low, high))
                    .toList();
            boolean isKnown = larger.stream().anyMatch(high -> brings(low, high, SURE) <= WORTH);
            if (isKnown && larger.stream().allMatch(high -> brings(low, high, -SURE) <= WORTH)) {
                return OptionalInt.of((int) Math.max(1, Math.ceil(low.held.mean() - 1e-9)));
            }
        }
        return OptionalInt.empty();
    }

    /** What is known, to be kept: of the levels that were seen last, at most so many. */
    List<Kept> kept(int most) {
        return levels.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().last))
                .limit(most)
                .map(entry -> new Kept(
                        entry.getKey(),
                        entry.getValue().held.mean(),
                        entry.getValue().log.moments(),
                        entry.getValue().last))
                .toList();
    }

    /** Takes over what {@link #kept} gave, if nothing is known here. */
    void learn(List<Kept> known) {
        if (levels.isEmpty()) {
            for (Kept its : known) {
                Level level = new Level();
                level.held.learn(new Moments(its.times().count(), its.held(), 0));
                level.log.learn(its.times());
                level.last = its.last();
                levels.put(its.number(), level);
            }
        }
    }

    private static boolean isComparable(Level low, Level high) {
        return low.log.count() >= LEAST_COUNT
                && high.log.count() >= LEAST_COUNT
                && high.held.mean() >= APART * low.held.mean();
    }

    /**
     * How much the larger level brings, as a part of what it would if nothing got slower, with so many standard deviations
     * on top.
     */
    private static double brings(Level low, Level high, double deviations) {
        double ratio = high.held.mean() / low.held.mean();
        double gained = Math.log(ratio) - (high.log.mean() - low.log.mean());
        double doubt = Math.hypot(low.log.doubt(), high.log.doubt());
        return (gained + deviations * doubt) / Math.log(ratio);
    }
}
