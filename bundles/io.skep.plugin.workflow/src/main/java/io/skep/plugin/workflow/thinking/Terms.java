// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a text, and what is left of them without endings. English endings and fill words; words of other languages
 * stay as they are. Of a text the first {@value #MAX_CHARS} characters are read.
 */
final class Terms {
    static final int MAX_CHARS = 16_384;
    private static final int SHORT = 3;
    private static final Set<String> COMMON = Set.of(
            ("a an the and or but if then so as at by for from in into of on to with that this these those it its is are"
                            + " was were be been has have had do does did will would can could may might must should we you"
                            + " they i he she our your their my me us them there here what which who how when where why than"
                            + " also all any some each both about over under up out please")
                    .split(" "));
    private static final List<String> ENDINGS = List.of(
            "ations", "ation", "itions", "ition", "ments", "ment", "ities", "ity", "ings", "ing", "ions", "ion", "ies",
            "ers", "ed", "es", "er", "ly", "s", "e", "y");

    /** Of all endings, so that most words need not be compared with any. */
    private static final String LAST_LETTERS = "sntgdrye";

    private Terms() {}

    /** Every word in lower case, in order; an apostrophe within a word is left out, so that {@code don't} is one word. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int end = Math.min(text.length(), MAX_CHARS);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                word.append(c);
            } else if (!isApostrophe(c) && !word.isEmpty()) {
                words.add(word.toString().toLowerCase(Locale.ROOT));
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString().toLowerCase(Locale.ROOT));
        }
        return words;
    }

    private static boolean isApostrophe(char c) {
        return c == '\'' || c == '\u2019';
    }

    /** The different stems of the words that mean something. */
    static Set<String> of(String text) {
        return of(words(text));
    }

    static Set<String> of(List<String> words) {
        Set<String> stems = new LinkedHashSet<>();
        for (String word : words) {
            if (!COMMON.contains(word)) {
                stems.add(stem(word));
            }
        }
        return stems;
    }

    /** The stems of a list of words. */
    static Set<String> stems(String words) {
        Set<String> stems = new LinkedHashSet<>();
        for (String word : words.split(" ")) {
            stems.add(stem(word));
        }
        return Set.copyOf(stems);
    }

    static String stem(String word) {
        if (word.isEmpty() || LAST_LETTERS.indexOf(word.charAt(word.length() - 1)) < 0) {
            return word;
        }
        for (String ending : ENDINGS) {
            int rest = word.length() - ending.length();
            if (rest >= SHORT && word.endsWith(ending) && !word.endsWith("ss")) {
                String stem = word.substring(0, rest);
                // "stopping" and "stop" are one; so are "cache" and "caching".
                return isDoubled(stem) ? stem.substring(0, rest - 1) : stem;
            }
        }
        return word;
    }

    private static boolean isDoubled(String stem) {
        int last = stem.length() - 1;
        return last > SHORT - 1 && stem.charAt(last) == stem.charAt(last - 1) && "lsz".indexOf(stem.charAt(last)) < 0;
    }
}
