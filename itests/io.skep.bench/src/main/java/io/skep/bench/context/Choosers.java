// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.words.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** The plain ways to choose what to keep. */
final class Choosers {
    private static final long SEED = 11;
    private static final double DAMPING = 0.85;
    private static final int ROUNDS = 50;

    private Choosers() {}

    static List<Integer> first(List<ContextItem> items) {
        return IntStream.range(0, items.size()).boxed().toList();
    }

    static List<Integer> random(List<ContextItem> items) {
        List<Integer> order = new ArrayList<>(first(items));
        Collections.shuffle(order, new Random(SEED + items.size()));
        return order;
    }

    static List<Integer> longest(List<ContextItem> items) {
        double[] scores =
                items.stream().mapToDouble(item -> item.text().length()).toArray();
        return byScore(scores);
    }

    /** By how well each fits all of them together, by BM25 with the usual parameters. */
    static List<Integer> bm25(List<ContextItem> items) {
        PlainBm25 index = new PlainBm25(items);
        Set<String> all = new HashSet<>();
        items.forEach(item -> all.addAll(PlainBm25.terms(item)));
        return byScore(index.scores(all));
    }

    /** TextRank (Mihalcea and Tarau 2004): shared words over the logarithms of the lengths. */
    static List<Integer> textRank(List<ContextItem> items) {
        Words words = new Words();
        List<Set<String>> terms = items.stream()
                .map(item -> (Set<String>) new HashSet<>(words.terms(item.text())))
                .toList();
        int n = items.size();
        double[][] like = new double[n][n];
        double[] sums = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double lengths = Math.log1p(terms.get(i).size())
                        + Math.log1p(terms.get(j).size());
                long shared =
                        terms.get(i).stream().filter(terms.get(j)::contains).count();
                like[i][j] = i == j || lengths == 0 ? 0 : shared / lengths;
                sums[i] += like[i][j];
            }
        }
        double[] ranks = new double[n];
        for (int round = 0; round < ROUNDS; round++) {
            double[] next = new double[n];
            for (int i = 0; i < n; i++) {
                next[i] = 1 - DAMPING;
                for (int j = 0; j < n; j++) {
                    next[i] += sums[j] == 0 ? 0 : DAMPING * ranks[j] * like[j][i] / sums[j];
                }
            }
            ranks = next;
        }
        return byScore(ranks);
    }

    /** Greedily what tells most new words by their rarity in the sitting, for its characters. */
    static List<Integer> rareWords(List<ContextItem> items) {
        Words words = new Words();
        List<Set<String>> terms = items.stream()
                .map(item -> (Set<String>) new HashSet<>(words.terms(item.text())))
                .toList();
        Map<String, Integer> with = new HashMap<>();
        terms.forEach(set -> set.forEach(term -> with.merge(term, 1, Integer::sum)));
        Set<String> told = new HashSet<>();
        List<Integer> left = new ArrayList<>(first(items));
        List<Integer> order = new ArrayList<>();
        while (!left.isEmpty()) {
            Integer best = Collections.max(
                    left,
                    Comparator.<Integer>comparingDouble(i -> terms.get(i).stream()
                                    .filter(term -> !told.contains(term))
                                    .mapToDouble(term -> Math.log1p((double) items.size() / with.getOrDefault(term, 1)))
                                    .sum()
                            / Math.pow(items.get(i).text().length(), 0.5)));
            left.remove(best);
            order.add(best);
            told.addAll(terms.get(best));
        }
        return order;
    }

    private static List<Integer> byScore(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .toList();
    }
}
