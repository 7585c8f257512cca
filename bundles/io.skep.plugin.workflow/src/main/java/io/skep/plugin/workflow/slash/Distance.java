// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * How far words are apart: characters to put in, leave out, replace or swap with the next (F. J. Damerau, A technique for
 * computer detection and correction of spelling errors, 1964; each place touched once).
 */
final class Distance {
    private static final int MOST_SUGGESTIONS = 3;

    private Distance() {}

    static int of(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }

    /** The nearest of some names, nearest first: those of which at most a third differs, or that begin with the word. */
    static List<String> nearest(String word, Collection<String> names) {
        record Near(String name, int distance) {}
        return names.stream()
                .map(name -> new Near(name, name.startsWith(word) ? 1 : of(word, name)))
                .filter(near -> near.distance()
                        <= Math.max(1, Math.max(word.length(), near.name().length()) / 3))
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .limit(MOST_SUGGESTIONS)
                .map(Near::name)
                .toList();
    }
}
