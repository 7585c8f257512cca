// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What outcomes say of an agent. Immutable.
 *
 * @param tasks how many in all
 * @param success share of them, weighed by age
 * @param low of the 95 % interval of that share (Wilson, 1927)
 * @param high of the same
 * @param p50Millis half of its attempts took at most this; 0 if unknown
 * @param p90Millis nine of ten of them
 * @param costMicros what it cost, averaged
 * @param drift recent success less that in the long run
 * @param clusters kinds of tasks among those that are remembered, the most frequent first
 */
public record Profile(
        long tasks,
        double success,
        double low,
        double high,
        double p50Millis,
        double p90Millis,
        double costMicros,
        double drift,
        List<Cluster> clusters) {
    private static final int MOST_TASKS = 256;
    private static final int MOST_CLUSTERS = 8;
    private static final int MOST_WORDS = 4;
    private static final double SAME = 0.45;
    private static final double Z = 1.96;

    public Profile {
        clusters = List.copyOf(clusters);
    }

    /**
     * A kind of task.
     *
     * @param words that name it
     * @param tasks how many
     * @param success share of them
     * @param low of its 95 % interval
     * @param high of the same
     */
    public record Cluster(List<String> words, int tasks, double success, double low, double high) {
        public Cluster {
            words = List.copyOf(words);
        }
    }

    /** Tasks gathered around a leader (Hartigan, 1975). */
    private static final class Gathering {
        private final float @Nullable [] leader;
        private final Map<String, Integer> words = new HashMap<>();
        private int tasks;
        private double outcomes;

        Gathering(float @Nullable [] leader) {
            this.leader = leader;
        }

        void add(Past past) {
            tasks++;
            outcomes += past.outcome();
            Words.of(past.snippet()).forEach(word -> words.merge(word, 1, Integer::sum));
        }
    }

    static Profile of(String agent, @Nullable Account account, Memory memory) {
        if (account == null) {
            return new Profile(0, 0, 0, 1, 0, 0, 0, 0, List.of());
        }
        double[] interval = interval(account.successes, account.tasks);
        return new Profile(
                account.total,
                account.tasks == 0 ? 0 : account.successes / account.tasks,
                interval[0],
                interval[1],
                account.percentile(50),
                account.percentile(90),
                account.costMicros,
                account.total < 2 ? 0 : account.recent - account.longRun,
                clusters(agent, memory));
    }

    private static List<Cluster> clusters(String agent, Memory memory) {
        List<Gathering> gatherings = new ArrayList<>();
        Map<String, Integer> everywhere = new HashMap<>();
        List<Integer> slots = memory.slots();
        int seen = 0;
        for (int i = slots.size() - 1; i >= 0 && seen < MOST_TASKS; i--) {
            Past past = memory.get(slots.get(i));
            if (past.agent().equals(agent)) {
                seen++;
                gathering(gatherings, slots.get(i), memory).add(past);
                Words.of(past.snippet()).forEach(word -> everywhere.merge(word, 1, Integer::sum));
            }
        }
        gatherings.sort(Comparator.comparingInt((Gathering one) -> one.tasks).reversed());
        return gatherings.stream().map(one -> cluster(one, everywhere)).toList();
    }

    private static Gathering gathering(List<Gathering> gatherings, int slot, Memory memory) {
        Vectors vectors = memory.vectors();
        Gathering closest = null;
        double best = gatherings.size() < MOST_CLUSTERS ? SAME : -2;
        for (Gathering one : gatherings) {
            float[] leader = one.leader;
            double closeness = leader == null || !vectors.has(slot) ? SAME : vectors.dot(slot, leader);
            if (closeness >= best) {
                best = closeness;
                closest = one;
            }
        }
        if (closest == null) {
            closest = new Gathering(vectors.has(slot) ? vectors.get(slot) : null);
            gatherings.add(closest);
        }
        return closest;
    }

    /** The words that are frequent in it and not as frequent in the others. */
    private static Cluster cluster(Gathering of, Map<String, Integer> everywhere) {
        List<String> words = of.words.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Integer> entry) ->
                                -weight(entry.getValue(), everywhere.getOrDefault(entry.getKey(), 1)))
                        .thenComparing(Map.Entry::getKey))
                .limit(MOST_WORDS)
                .map(Map.Entry::getKey)
                .toList();
        double[] interval = interval(of.outcomes, of.tasks);
        return new Cluster(words, of.tasks, of.outcomes / of.tasks, interval[0], interval[1]);
    }

    private static double weight(int here, int everywhere) {
        return (double) here * here / everywhere;
    }

    /** Wilson's score interval; from 0 to 1 when nothing is known. */
    static double[] interval(double successes, double tasks) {
        if (tasks <= 0) {
            return new double[] {0, 1};
        }
        double rate = Math.min(1, successes / tasks);
        double middle = (rate + Z * Z / (2 * tasks)) / (1 + Z * Z / tasks);
        double half = Z / (1 + Z * Z / tasks) * Math.sqrt(rate * (1 - rate) / tasks + Z * Z / (4 * tasks * tasks));
        return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
    }
}
