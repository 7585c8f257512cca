// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.api.embedding.Embedder;
import io.skep.plugin.routing.rank.AgentText;
import io.skep.plugin.routing.rank.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What every result stands beside; written apart from the plugin but for the stems of words. */
final class Baselines {
    private static final double K1 = 1.2;
    private static final double B = 0.75;

    private final List<Set<String>> words = new ArrayList<>();
    private final Map<String, Integer> frequency = new HashMap<>();
    private final List<float[]> vectors = new ArrayList<>();
    private final Embedder embedder;
    private final double length;

    Baselines(List<AgentText> agents, Embedder embedder) {
        this.embedder = embedder;
        for (AgentText agent : agents) {
            Set<String> own = Words.of(agent.name() + ' ' + agent.description());
            words.add(own);
            own.forEach(word -> frequency.merge(word, 1, Integer::sum));
            vectors.add(embedder.embed(agent.full()));
        }
        this.length = words.stream().mapToInt(Set::size).average().orElse(1);
    }

    /** How many of the task's words the agent's texts have, stemmed. */
    double[] keywords(String task) {
        Set<String> asked = Words.of(task);
        return words.stream()
                .mapToDouble(own -> asked.stream().filter(own::contains).count())
                .toArray();
    }

    /** Okapi BM25. */
    double[] bm25(String task) {
        Set<String> asked = Words.of(task);
        return words.stream()
                .mapToDouble(own -> asked.stream()
                        .filter(own::contains)
                        .mapToDouble(word -> Math.log(1
                                        + (words.size() - frequency.getOrDefault(word, 0) + 0.5)
                                                / (frequency.getOrDefault(word, 0) + 0.5))
                                * (K1 + 1)
                                / (1 + K1 * (1 - B + B * own.size() / length)))
                        .sum())
                .toArray();
    }

    /** Cosine to name and description. */
    double[] embedding(String task) {
        float[] vector = embedder.embed(task);
        double[] scores = new double[vectors.size()];
        for (int agent = 0; agent < scores.length; agent++) {
            float[] own = vectors.get(agent);
            for (int i = 0; i < own.length; i++) {
                scores[agent] += own[i] * vector[i];
            }
        }
        return scores;
    }

    /** The best, by lot among equals. */
    static int best(double[] scores, Random lot) {
        int best = 0;
        int equals = 0;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
                equals = 1;
            } else if (scores[i] == scores[best] && lot.nextInt(++equals) == 0) {
                best = i;
            }
        }
        return best;
    }

    /** The expected share of tries that a place among the first {@code most} gets, equals by lot. */
    static double recall(double[] scores, int label, int most) {
        int better = 0;
        int equal = 0;
        for (double score : scores) {
            better += score > scores[label] ? 1 : 0;
            equal += score == scores[label] ? 1 : 0;
        }
        return better >= most ? 0 : Math.min(1, (most - better) / (double) equal);
    }

    /** A learner without meaning: keeps counts of what it picked, with words or without. */
    static final class Counts {
        private final double[] tried;
        private final double[] won;
        private int all;

        Counts(int agents) {
            tried = new double[agents];
            won = new double[agents];
        }

        void learn(int agent, double outcome) {
            tried[agent]++;
            won[agent] += outcome;
            all++;
        }

        /** Overlap plus success rate. */
        double[] withRate(double[] scores) {
            double[] sums = scores.clone();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += (won[i] + 1) / (tried[i] + 2);
            }
            return sums;
        }

        /** UCB1 (Auer et al., 2002). */
        double[] ucb1() {
            double[] bounds = new double[tried.length];
            for (int i = 0; i < bounds.length; i++) {
                bounds[i] =
                        tried[i] == 0 ? Double.MAX_VALUE : won[i] / tried[i] + Math.sqrt(2 * Math.log(all) / tried[i]);
            }
            return bounds;
        }
    }
}
