// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Computes the features of a task for the agents that come into question. Not thread-safe. */
final class Features {
    /** So many agents of a large fleet are looked at exactly; the recall of the best one is in docs/benchmarks.md. */
    private static final int RERANK = 96;

    private static final int RERANK_PAST = 512;
    private static final int LEXICAL = 256;
    private static final int NEIGHBOURS = 256;
    /** How fast a neighbour's weight falls with its distance, in cosine. */
    private static final double REACH = 0.12;
    /** What everybody's success rate weighs against the neighbours of one agent. */
    private static final double NEIGHBOURS_PRIOR = 0.3;

    private static final double RECORD_PRIOR = 4;
    /** A task closer than this to a past one says something. */
    private static final float NEAR = 0.3f;

    private static final double POSTERIOR_SCALE = 0.1;
    private static final double POSTERIOR_LEAST = -8;

    private final Fleet fleet;
    private final Experience experience;

    Features(Fleet fleet, Experience experience) {
        this.fleet = fleet;
        this.experience = experience;
    }

    /** Computes them, unless they were computed for the same. */
    Rows rows(Query query, @Nullable BitSet eligible) {
        Rows before = query.rows;
        boolean all = fleet.size() <= Vectors.EXACT;
        if (before != null
                && before.fleet() == fleet.version()
                && before.experience() == experience.version()
                && (all || Objects.equals(before.eligible(), eligible))) {
            return before;
        }
        float[] vector = vector(query);
        boolean scan = all || vector == null;
        float[] words = new float[scan ? fleet.capacity() : 0];
        if (scan) {
            fleet.lexicon().score(query.words(), words);
        }
        Vectors.Nearest past = vector == null ? null : experience.memory().nearest(vector, NEIGHBOURS, RERANK_PAST);
        int[] slots = all ? fleet.all() : candidates(vector, eligible, words, past);
        float[][] features = new float[slots.length][Feature.COUNT];
        double closeness = texts(query, vector, slots, features, words);
        own(slots, features);
        double relative = 0;
        if (vector != null && past != null) {
            relative = shapes(vector, slots, features);
            neighbours(past, slots, features);
        }
        Rows rows = new Rows(
                fleet.version(), experience.version(), all ? null : eligible, slots, features, closeness, relative);
        query.rows = rows;
        return rows;
    }

    /** The vector of a task, unless it is of another model: agents may get the vectors of another one meanwhile. */
    private float @Nullable [] vector(Query query) {
        float[] vector = query.vector();
        return vector != null
                        && vector.length > 0
                        && vector.length == fleet.full().dimensions()
                ? vector
                : null;
    }

    /** The probability that somebody fits. */
    double somebody(Query query, Rows rows) {
        if (vector(query) == null) {
            return Fit.byWords(rows.closeness());
        }
        return experience.geometry().isKnown()
                ? experience.fit().probability(rows.closeness(), rows.relative())
                : Fit.byTexts(rows.closeness());
    }

    /** Of many agents those whose texts, words or past tasks are closest. */
    private int[] candidates(
            float @Nullable [] vector, @Nullable BitSet eligible, float[] words, Vectors.@Nullable Nearest past) {
        if (eligible != null && eligible.cardinality() <= RERANK) {
            return eligible.stream().toArray();
        }
        Set<Integer> slots = new LinkedHashSet<>();
        if (vector != null) {
            for (int slot :
                    fleet.full().nearest(vector, RERANK, RERANK, eligible).slots()) {
                slots.add(slot);
            }
            for (int near : past == null ? new int[0] : past.slots()) {
                int slot = fleet.slot(experience.memory().get(near).agent());
                if (slot >= 0 && (eligible == null || eligible.get(slot))) {
                    slots.add(slot);
                }
            }
        }
        if (vector == null) {
            int[] open = eligible == null ? fleet.all() : eligible.stream().toArray();
            float[] scores = new float[open.length];
            for (int i = 0; i < open.length; i++) {
                scores[i] = words[open[i]];
            }
            for (int slot : Top.of(open, scores, LEXICAL)) {
                slots.add(slot);
            }
        }
        return slots.stream().mapToInt(Integer::intValue).toArray();
    }

    private double texts(Query query, float @Nullable [] vector, int[] slots, float[][] features, float[] words) {
        float[] full = vector == null ? new float[slots.length] : fleet.full().products(vector, slots);
        float[] parts = vector == null ? new float[slots.length] : fleet.closestParts(vector, slots);
        double best = 0;
        for (int i = 0; i < slots.length; i++) {
            features[i][Feature.BIAS.place()] = 1;
            features[i][Feature.DESCRIPTION.place()] = full[i];
            features[i][Feature.SKILL.place()] = parts[i];
            float covered = words.length > 0 ? words[slots[i]] : fleet.lexicon().score(query.words(), slots[i]);
            features[i][Feature.WORDS.place()] = covered;
            best = Math.max(best, vector == null ? covered : Math.max(full[i], parts[i]));
        }
        return best;
    }

    private void own(int[] slots, float[][] features) {
        double base = experience.base();
        double typical = odds(base);
        for (int i = 0; i < slots.length; i++) {
            Account account = experience.crews().of(slots[i]);
            double tasks = account == null ? 0 : account.tasks;
            double successes = account == null ? 0 : account.successes;
            double rate = (successes + RECORD_PRIOR * base) / (tasks + RECORD_PRIOR);
            features[i][Feature.RECORD.place()] = (float) (odds(rate) - typical);
            features[i][Feature.NOVELTY.place()] = (float) (1 / Math.sqrt(tasks + 1));
        }
    }

    /** Where the task lies among the agents' middles; returns how much closer to the best of them than to all tasks. */
    private double shapes(float[] vector, int[] slots, float[][] features) {
        Geometry.Inverses inverses = experience.geometry().inverses();
        float[] shaped = inverses.shaped(vector);
        float[] products = experience.middles().products(shaped, slots);
        float[] cosines = experience.middles().products(vector, slots);
        double best = Double.NEGATIVE_INFINITY;
        double[] scores = new double[slots.length];
        for (int i = 0; i < slots.length; i++) {
            scores[i] = experience.middles().has(slots[i])
                    ? products[i] - experience.offset(slots[i])
                    : Double.NEGATIVE_INFINITY;
            best = Math.max(best, scores[i]);
            features[i][Feature.EXPERIENCE.place()] = cosines[i];
        }
        if (best == Double.NEGATIVE_INFINITY) {
            return best;
        }
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(POSTERIOR_SCALE * (score - best));
        }
        for (int i = 0; i < slots.length; i++) {
            double log = POSTERIOR_SCALE * (scores[i] - best) - Math.log(sum);
            features[i][Feature.POSTERIOR.place()] = (float) (Math.max(log, POSTERIOR_LEAST) / 2 + 2);
        }
        return best - 0.5 * Matrix.dot(shaped, vector) + 0.5 * inverses.background(vector);
    }

    /** What became of the nearest past tasks, agent by agent. */
    private void neighbours(Vectors.Nearest nearest, int[] slots, float[][] features) {
        Memory memory = experience.memory();
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; nearest.slots().length > 0 && i < slots.length; i++) {
            places.put(slots[i], i);
        }
        double[][] masses = new double[slots.length][];
        double fading = Math.log(experience.forgetting());
        for (int i = 0; i < nearest.slots().length; i++) {
            int past = nearest.slots()[i];
            Past what = memory.get(past);
            int at = places.getOrDefault(fleet.slot(what.agent()), -1);
            if (at < 0) {
                continue;
            }
            float closeness = nearest.products()[i];
            double fresh = memory.strength(past) * Math.exp(fading * (memory.seen() - what.number()));
            double weight = fresh * Math.exp((closeness - 1) / REACH);
            masses[at] = masses[at] == null ? new double[2] : masses[at];
            masses[at][0] += weight * what.outcome();
            masses[at][1] += weight;
            float near = (float) (Math.max(0, closeness - NEAR) * fresh);
            float[] row = features[at];
            int good = Feature.NEAR_SUCCESS.place();
            int bad = Feature.NEAR_FAILURE.place();
            row[good] = Math.max(row[good], near * (float) what.outcome());
            row[bad] = Math.max(row[bad], near * (float) (1 - what.outcome()));
        }
        double base = experience.base();
        for (int i = 0; i < slots.length; i++) {
            if (masses[i] != null) {
                double rate = (masses[i][0] + NEIGHBOURS_PRIOR * base) / (masses[i][1] + NEIGHBOURS_PRIOR);
                features[i][Feature.NEIGHBOURS.place()] = (float) (odds(rate) - odds(base));
            }
        }
    }

    private static double odds(double rate) {
        double inside = Math.max(1e-3, Math.min(1 - 1e-3, rate));
        return Math.log(inside / (1 - inside));
    }
}
