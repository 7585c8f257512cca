// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.words;

import java.util.ArrayList;
import java.util.List;

/** Splits texts into sentences. */
public final class Sentences {
    /** What follows is one more sentence, however long. */
    static final int MOST = 1_000;

    private Sentences() {}

    /**
     * The sentences, each with the white space that follows it, so that all of them together are the text again. A sentence
     * ends with {@code .}, {@code !} or {@code ?} before white space, with their likes of other scripts, or with its line.
     */
    public static List<String> of(String text) {
        List<String> sentences = new ArrayList<>();
        int from = 0;
        int at = 0;
        while (at < text.length() && sentences.size() < MOST - 1) {
            char c = text.charAt(at);
            at++;
            boolean wide = c == '\u3002' || c == '\uff01' || c == '\uff1f' || c == '\n';
            boolean ends = wide || (isEnd(c) && at < text.length() && Character.isWhitespace(text.charAt(at)));
            if (ends) {
                while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                    at++;
                }
                sentences.add(text.substring(from, at));
                from = at;
            }
        }
        if (from < text.length()) {
            sentences.add(text.substring(from));
        }
        return sentences;
    }

    /** Whether it asks something. */
    public static boolean isQuestion(String sentence) {
        int last = sentence.length() - 1;
        while (last >= 0 && !Character.isLetterOrDigit(sentence.charAt(last))) {
            if (sentence.charAt(last) == '?' || sentence.charAt(last) == '\uff1f') {
                return true;
            }
            last--;
        }
        return false;
    }

    private static boolean isEnd(char c) {
        return c == '.' || c == '!' || c == '?';
    }
}
