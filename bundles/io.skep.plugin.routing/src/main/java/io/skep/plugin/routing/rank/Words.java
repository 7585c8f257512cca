// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a text that carry meaning, cut down to their stems by a few suffix rules of English. Other languages and
 * scripts keep their words as they are. Reads at most {@value #MAX_CHARS} characters and {@value #MAX_WORDS} words.
 */
public final class Words {
    static final int MAX_CHARS = 16_384;
    static final int MAX_WORDS = 512;
    private static final int MAX_LENGTH = 40;
    private static final Set<String> COMMON = Set.of(
            ("a an and are as at be by for from has have how i in is it its of on or that the this these those to was what"
                            + " when where which who why will with you your my me can could do does would should please need"
                            + " want help am any some if so we our us about into there")
                    .split(" "));
    private static final Set<String> POINTING = Set.of(
            "that it this these those them they again same also too previous last above continue undo".split(" "));
    private static final Set<String> FILLING = Set.of(
            "now then once more still ok okay yes no not try make go let keep right fix correct change".split(" "));
    private static final List<String> ENDINGS = List.of("ation", "ment", "ness", "ly", "er", "or", "al");

    private Words() {}

    /** The different stems, in the order of their first appearance. */
    public static Set<String> of(String text) {
        Set<String> stems = new LinkedHashSet<>();
        for (String word : split(text)) {
            if (!COMMON.contains(word)) {
                stems.add(stem(word));
            }
        }
        return stems;
    }

    /** Whether a text points to something outside of itself, and has little else to go by: 0 to 1. */
    public static double pointing(String text) {
        List<String> words = split(text);
        boolean points = words.stream().anyMatch(POINTING::contains);
        long own = words.stream()
                .filter(word -> !COMMON.contains(word) && !POINTING.contains(word) && !FILLING.contains(word))
                .count();
        return points ? 1.0 / Math.max(1, own) : own == 0 ? 1 : 0;
    }

    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int end = Math.min(text.length(), MAX_CHARS);
        int from = -1;
        for (int i = 0; i <= end && words.size() < MAX_WORDS; i++) {
            boolean inside = i < end && Character.isLetterOrDigit(text.charAt(i));
            boolean hump = inside
                    && from >= 0
                    && Character.isUpperCase(text.charAt(i))
                    && Character.isLowerCase(text.charAt(i - 1));
            if (from >= 0 && (!inside || hump)) {
                words.add(text.substring(from, Math.min(i, from + MAX_LENGTH)).toLowerCase(Locale.ROOT));
                from = -1;
            }
            if (inside && from < 0) {
                from = i;
            }
        }
        return words;
    }

    static String stem(String word) {
        String stem = word;
        if (stem.length() <= 3) {
            return stem;
        }
        if (stem.endsWith("ies") && stem.length() > 4) {
            stem = cut(stem, 3) + 'y';
        } else if (stem.endsWith("sses")) {
            stem = cut(stem, 2);
        } else if (stem.endsWith("s") && !stem.endsWith("ss") && !stem.endsWith("us") && !stem.endsWith("is")) {
            stem = cut(stem, 1);
        }
        stem = ending(participle(stem));
        if (stem.endsWith("e") && stem.length() > 4) {
            stem = cut(stem, 1);
        }
        return stem.endsWith("y") && stem.length() > 3 ? cut(stem, 1) + 'i' : stem;
    }

    private static String participle(String word) {
        for (String suffix : List.of("ing", "ed")) {
            String rest = word.endsWith(suffix) ? cut(word, suffix.length()) : "";
            if (rest.length() >= 3 && rest.chars().anyMatch(c -> "aeiouy".indexOf(c) >= 0)) {
                char last = rest.charAt(rest.length() - 1);
                boolean doubled = last == rest.charAt(rest.length() - 2) && "lsz".indexOf(last) < 0;
                return doubled ? cut(rest, 1) : rest;
            }
        }
        return word;
    }

    private static String ending(String word) {
        for (String suffix : ENDINGS) {
            if (word.endsWith(suffix) && word.length() - suffix.length() >= 4) {
                return cut(word, suffix.length());
            }
        }
        return word;
    }

    private static String cut(String word, int chars) {
        return word.substring(0, word.length() - chars);
    }
}
