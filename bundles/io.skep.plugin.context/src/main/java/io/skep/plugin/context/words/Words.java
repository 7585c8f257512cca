// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.words;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tartarus.snowball.ext.englishStemmer;

/**
 * Splits texts into words, and cuts words down to their stems by the Snowball stemmer of English. Words of other languages
 * go through the same rules, always in the same way; where a script sets no spaces, each character is a word. For one thread.
 */
public final class Words {
    /** Of a longer text only the beginning is read: what it is about shows there, and no text can hold up the others. */
    public static final int MOST_CHARS = 65_536;

    /** Of a longer word, such as a key or an encoded picture, only the beginning. */
    private static final int MOST_LETTERS = 40;

    private static final int MOST_STEMS = 50_000;
    private static final Set<String> COMMON = words("""
            a about all also am an and any are as at be been being but by can could did do does for from get got had has have
            he her hers him his how i i'd i'll i'm i've if in into is it it's its just me mine more most my no not of on or our
            ours out she should so some than that that's the their theirs them then there these they they're this those to too
            up us very was we we're we've were what what's when where which who who's whom why will with would yes you you'd
            you'll you're you've your yours""");
    private static final Set<String> SMALL_TALK = words("""
            amazing awesome cool definitely feel glad good great hello hey hi know let like looks lot love much nice oh ok okay
            please really see sounds sure thank thanks thing things think totally way welcome wow yay yeah yep""");

    private final englishStemmer stemmer = new englishStemmer();
    private final Map<String, String> stems = new HashMap<>();

    /** The words of a text as they are written, in their order. */
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int end = Math.min(text.length(), MOST_CHARS);
        int from = -1;
        for (int i = 0; i <= end; i++) {
            char c = i < end ? text.charAt(i) : ' ';
            boolean alone = c >= '\u0e00' && isSpaceless(c);
            boolean inside = !alone && isPart(text, i, end);
            if (from >= 0 && !inside) {
                words.add(text.substring(from, Math.min(i, from + MOST_LETTERS)));
                from = -1;
            }
            if (alone) {
                words.add(String.valueOf(c));
            } else if (inside && from < 0) {
                from = i;
            }
        }
        return words;
    }

    /** The stem, in lower case. */
    public String stem(String word) {
        String known = stems.get(word);
        if (known != null) {
            return known;
        }
        if (stems.size() >= MOST_STEMS) {
            stems.clear();
        }
        stemmer.setCurrent(lower(word));
        stemmer.stem();
        String stem = stemmer.getCurrent();
        stems.put(word, stem);
        return stem;
    }

    /** The stems of a text's words without those that every text has. */
    public List<String> terms(String text) {
        List<String> terms = new ArrayList<>();
        for (String word : split(text)) {
            if (!isCommon(lower(word))) {
                terms.add(stem(word));
            }
        }
        return terms;
    }

    /** Whether a word, in lower case, is one that every text has. */
    public static boolean isCommon(String word) {
        return COMMON.contains(word);
    }

    /** Whether a word, in lower case, is one that says no more than that somebody is kind. */
    public static boolean isSmallTalk(String word) {
        return SMALL_TALK.contains(word);
    }

    /** In lower case, with a straight apostrophe. */
    public static String lower(String word) {
        return word.toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    }

    /** A set of the words of a text, one or more spaces between them. */
    public static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    private static boolean isPart(String text, int at, int end) {
        if (at >= end) {
            return false;
        }
        char c = text.charAt(at);
        if (Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
            return true;
        }
        boolean apostrophe = c == '\'' || c == '\u2019';
        return apostrophe
                && at > 0
                && at + 1 < end
                && Character.isLetter(text.charAt(at - 1))
                && Character.isLetter(text.charAt(at + 1));
    }

    private static boolean isSpaceless(char c) {
        if (!Character.isLetter(c)) {
            return false;
        }
        Character.UnicodeScript script = Character.UnicodeScript.of(c);
        return switch (script) {
            case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
            default -> false;
        };
    }
}
