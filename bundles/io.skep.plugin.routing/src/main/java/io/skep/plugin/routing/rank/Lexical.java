// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Likeness of past tasks by their words, for when there is no encoder. */
final class Lexical {
    private static final int MOST = 20_000;

    private Lexical() {}

    /** The newest past tasks that share most words (Jaccard), best first; those that share none are left out. */
    static List<Ranker.Similar> similar(Memory memory, Set<String> words, int most) {
        int size = Math.min(memory.size(), MOST);
        int[] slots = new int[size];
        float[] scores = new float[size];
        for (int i = 0; i < size; i++) {
            slots[i] = i;
            Set<String> theirs = Words.of(memory.get(i).snippet());
            Set<String> both = new HashSet<>(theirs);
            both.retainAll(words);
            scores[i] = both.isEmpty() ? 0 : (float) both.size() / (words.size() + theirs.size() - both.size());
        }
        List<Ranker.Similar> similar = new ArrayList<>();
        for (int slot : Top.of(slots, scores, most)) {
            if (scores[slot] > 0) {
                similar.add(new Ranker.Similar(memory.get(slot), scores[slot]));
            }
        }
        return similar;
    }
}
