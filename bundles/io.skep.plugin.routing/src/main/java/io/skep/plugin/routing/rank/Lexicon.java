// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which agents' texts have which words, weighted by BM25 (Robertson and Zaragoza, 2009: k1 = 1.2, b = 0.75). The score is
 * the share of the task's weight that an agent's words cover, so that it means the same for short and long tasks. Not
 * thread-safe.
 */
final class Lexicon {
    private static final double K1 = 1.2;
    private static final double B = 0.75;
    /** A word that more agents have tells none apart; with few agents every word is looked at. */
    private static final int ALWAYS = 256;

    private static final int SHARE = 4;

    private final Map<String, Posting> postings = new HashMap<>();
    private final Map<Integer, Set<String>> texts = new HashMap<>();
    private long length;

    private static final class Posting {
        private int[] slots = new int[2];
        private int size;

        void add(int slot) {
            if (size == slots.length) {
                slots = Arrays.copyOf(slots, size * 2);
            }
            slots[size++] = slot;
        }

        void remove(int slot) {
            for (int i = 0; i < size; i++) {
                if (slots[i] == slot) {
                    slots[i] = slots[--size];
                    return;
                }
            }
        }
    }

    void put(int slot, Set<String> words) {
        remove(slot);
        texts.put(slot, words);
        length += words.size();
        words.forEach(
                word -> postings.computeIfAbsent(word, absent -> new Posting()).add(slot));
    }

    void remove(int slot) {
        Set<String> words = texts.remove(slot);
        if (words == null) {
            return;
        }
        length -= words.size();
        for (String word : words) {
            Posting posting = postings.get(word);
            if (posting != null) {
                posting.remove(slot);
                if (posting.size == 0) {
                    postings.remove(word);
                }
            }
        }
    }

    /** For each slot how much of the task its agent's words cover, 0 to about 2. */
    void score(Set<String> task, float[] scores) {
        int count = texts.size();
        double mean = count == 0 ? 1 : Math.max(1, (double) length / count);
        double all = 0;
        for (String word : task) {
            Posting posting = postings.get(word);
            all += idf(count, posting == null ? 0 : posting.size);
        }
        if (all == 0) {
            return;
        }
        for (String word : task) {
            Posting posting = postings.get(word);
            if (posting == null || posting.size > Math.max(ALWAYS, count / SHARE)) {
                continue;
            }
            double weight = idf(count, posting.size) / all;
            for (int i = 0; i < posting.size; i++) {
                int slot = posting.slots[i];
                double size = texts.getOrDefault(slot, Set.of()).size();
                scores[slot] += (float) (weight * (K1 + 1) / (1 + K1 * (1 - B + B * size / mean)));
            }
        }
    }

    /** The same for one slot. */
    float score(Set<String> task, int slot) {
        Set<String> own = texts.getOrDefault(slot, Set.of());
        int count = texts.size();
        double mean = count == 0 ? 1 : Math.max(1, (double) length / count);
        double all = 0;
        double covered = 0;
        for (String word : task) {
            Posting posting = postings.get(word);
            int with = posting == null ? 0 : posting.size;
            all += idf(count, with);
            if (with <= Math.max(ALWAYS, count / SHARE) && own.contains(word)) {
                covered += idf(count, with) * (K1 + 1) / (1 + K1 * (1 - B + B * own.size() / mean));
            }
        }
        return all == 0 ? 0 : (float) (covered / all);
    }

    private static double idf(int count, int with) {
        return Math.log(1 + (count - with + 0.5) / (with + 0.5));
    }
}
