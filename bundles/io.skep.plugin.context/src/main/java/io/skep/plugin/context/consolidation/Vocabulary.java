// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The terms of a context, and how many of its items have each. For one thread. */
final class Vocabulary {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Background background;
    private int[] itemsWith = new int[1_024];
    private String[] terms = new String[1_024];
    private long items;

    Vocabulary(Background background) {
        this.background = background;
    }

    int size() {
        return numbers.size();
    }

    /** The number of a term, or -1 if no item has it. */
    int number(String term) {
        return numbers.getOrDefault(term, -1);
    }

    /** Counts an item by its terms, in their order; what it tells is not known before all are counted. */
    Counted count(Map<String, Double> factors) {
        items++;
        int[] found = new int[factors.size()];
        float[] by = new float[factors.size()];
        int at = 0;
        for (Map.Entry<String, Double> factor : factors.entrySet()) {
            int number = numbers.computeIfAbsent(factor.getKey(), none -> numbers.size());
            if (number == itemsWith.length) {
                itemsWith = Arrays.copyOf(itemsWith, 2 * number);
                terms = Arrays.copyOf(terms, 2 * number);
            }
            itemsWith[number]++;
            terms[number] = factor.getKey();
            found[at] = number;
            by[at] = factor.getValue().floatValue();
            at++;
        }
        return new Counted(found, by);
    }

    /** The terms of an item and their factors. */
    record Counted(int[] terms, float[] factors) {}

    /** What each term is worth: the rarer, the more. */
    float[] worths() {
        float[] worths = new float[numbers.size()];
        double all = Math.max(items, background.items());
        for (int term = 0; term < worths.length; term++) {
            double with = Math.max(itemsWith[term], background.itemsWith(terms[term]));
            worths[term] = (float) Math.log1p(all / with);
        }
        return worths;
    }
}
