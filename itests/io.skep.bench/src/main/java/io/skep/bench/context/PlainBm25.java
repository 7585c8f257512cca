// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.words.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** BM25 as it is in textbooks: words in lower case without the most common ones, with the speaker's name, k1 = 1.2, b = 0.75. */
final class PlainBm25 {
    private static final double K1 = 1.2;
    private static final double B = 0.75;

    private final List<Map<String, Integer>> documents = new ArrayList<>();
    private final Map<String, Integer> with = new HashMap<>();
    private double words;

    PlainBm25(List<ContextItem> items) {
        for (ContextItem item : items) {
            Map<String, Integer> often = new HashMap<>();
            terms(item).forEach(term -> often.merge(term, 1, Integer::sum));
            documents.add(often);
            often.keySet().forEach(term -> with.merge(term, 1, Integer::sum));
            words += terms(item).size();
        }
    }

    static List<String> terms(ContextItem item) {
        return terms(item.author() + " " + item.text());
    }

    static List<String> terms(String text) {
        return Words.split(text).stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> !Words.isCommon(word))
                .toList();
    }

    /** The score of each item. */
    double[] scores(Set<String> asked) {
        double mean = words / Math.max(1, documents.size());
        double[] scores = new double[documents.size()];
        for (int i = 0; i < scores.length; i++) {
            Map<String, Integer> often = documents.get(i);
            double length = often.values().stream().mapToInt(Integer::intValue).sum();
            for (String term : asked) {
                int times = often.getOrDefault(term, 0);
                if (times > 0) {
                    int n = with.getOrDefault(term, 0);
                    double rarity = Math.log1p((documents.size() - n + 0.5) / (n + 0.5));
                    scores[i] += rarity * times * (K1 + 1) / (times + K1 * (1 - B + B * length / mean));
                }
            }
        }
        return scores;
    }
}
