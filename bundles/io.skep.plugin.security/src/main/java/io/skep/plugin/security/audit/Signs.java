// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of some groups of words a text may have, in one pass and without copies: most texts have none, and nothing else
 * need look at them. Capitals count as small letters. Immutable and thread-safe.
 */
final class Signs {
    private static final int ASCII = 128;

    /** The words that begin with two characters, by these two; null where there are none. */
    private final List<List<Word>> byBeginning = new ArrayList<>();

    private record Word(String text, long group) {}

    /**
     * Prepares the search.
     *
     * @param groups words of ASCII in small letters, of two characters at least; at most 64 groups
     */
    Signs(List<List<String>> groups) {
        Map<Integer, List<Word>> words = new HashMap<>();
        for (int group = 0; group < groups.size(); group++) {
            for (String word : groups.get(group)) {
                words.computeIfAbsent(word.charAt(0) * ASCII + word.charAt(1), none -> new ArrayList<>())
                        .add(new Word(word, 1L << group));
            }
        }
        for (int beginning = 0; beginning < ASCII * ASCII; beginning++) {
            byBeginning.add(words.getOrDefault(beginning, List.of()));
        }
    }

    /** A bit for each group of which a word is in the text. */
    long in(String text) {
        long found = 0;
        int before = small(text.charAt(0));
        for (int i = 1; i < text.length(); i++) {
            int c = small(text.charAt(i));
            List<Word> words = byBeginning.get(before * ASCII + c);
            for (int w = 0; w < words.size(); w++) {
                Word word = words.get(w);
                if ((found & word.group()) == 0
                        && text.regionMatches(
                                true, i - 1, word.text(), 0, word.text().length())) {
                    found |= word.group();
                }
            }
            before = c;
        }
        return found;
    }

    /** Its small letter, or zero, which begins no word, for what is not ASCII. */
    private static int small(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c + ('a' - 'A');
        }
        return c < ASCII ? c : 0;
    }
}
