// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Cuts a text into the pieces that the model knows, as BERT does without regard to case: cleaned, in lower case, without
 * accents, Chinese characters and punctuation each by themselves, words cut into the longest known pieces. A text never
 * yields a control token: {@code [SEP]} in it is three pieces like any other. Reads no further than it must, so a long
 * text costs what its beginning costs. Immutable, thread-safe.
 */
final class WordPiece {
    private static final int MAX_WORD = 100;
    private static final int FIRST_COMPOSED = 0xC0;

    private final Vocabulary vocabulary;
    private final int maxTokens;

    /**
     * For a vocabulary.
     *
     * @param maxTokens how many there are at most, the one at the beginning and the one at the end included
     */
    WordPiece(Vocabulary vocabulary, int maxTokens) {
        this.vocabulary = vocabulary;
        this.maxTokens = maxTokens;
    }

    /** The numbers of a text's pieces, between that of the beginning and that of the end. */
    int[] tokens(String text) {
        Ids ids = new Ids(maxTokens - 1);
        ids.add(vocabulary.begin());
        StringBuilder word = new StringBuilder();
        for (int at = 0; at < text.length() && !ids.full(); ) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (Characters.isDropped(c)) {
                continue;
            }
            if (Characters.isSpace(c)) {
                take(word, ids);
            } else if (Characters.isAsciiPunctuation(c) || Characters.isChinese(c)) {
                take(word, ids);
                take(word.appendCodePoint(c), ids);
            } else {
                word.appendCodePoint(c);
            }
        }
        take(word, ids);
        return ids.closed(vocabulary.end());
    }

    /** Takes what was read since the last space, and empties it. */
    private void take(StringBuilder raw, Ids ids) {
        if (raw.isEmpty()) {
            return;
        }
        String plain = plain(raw);
        raw.setLength(0);
        int begin = 0;
        for (int at = 0; at < plain.length(); ) {
            int c = plain.codePointAt(at);
            int next = at + Character.charCount(c);
            if (Characters.isPunctuation(c)) {
                pieces(plain.substring(begin, at), ids);
                pieces(plain.substring(at, next), ids);
                begin = next;
            }
            at = next;
        }
        pieces(plain.substring(begin), ids);
    }

    /** Without accents, in lower case. */
    private static String plain(StringBuilder raw) {
        if (raw.chars().allMatch(c -> c < FIRST_COMPOSED)) {
            return raw.toString().toLowerCase(Locale.ROOT);
        }
        StringBuilder plain = new StringBuilder();
        Normalizer.normalize(raw, Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                // By itself, so that no letter depends on its neighbours, as that of a final sigma would.
                .forEach(c -> plain.appendCodePoint(Character.toLowerCase(c)));
        return plain.toString();
    }

    private void pieces(String word, Ids ids) {
        if (word.isEmpty() || ids.full()) {
            return;
        }
        if (word.codePointCount(0, word.length()) > MAX_WORD) {
            ids.add(vocabulary.unknown());
            return;
        }
        int mark = ids.size();
        for (int begin = 0; begin < word.length(); ) {
            int end = word.length();
            int id = vocabulary.find(word, begin, end);
            while (id < 0 && --end > begin) {
                id = vocabulary.find(word, begin, end);
            }
            if (id < 0) {
                ids.cut(mark);
                ids.add(vocabulary.unknown());
                return;
            }
            ids.add(id);
            begin = end;
        }
    }

    /** A list that counts what it has no room for, but does not take it. */
    private static final class Ids {
        private final int[] ids;
        private int size;

        Ids(int room) {
            ids = new int[room];
        }

        void add(int id) {
            if (!full()) {
                ids[size] = id;
            }
            size++;
        }

        int size() {
            return size;
        }

        void cut(int to) {
            size = to;
        }

        boolean full() {
            return size >= ids.length;
        }

        int[] closed(int end) {
            int taken = Math.min(size, ids.length);
            int[] all = Arrays.copyOf(ids, taken + 1);
            all[taken] = end;
            return all;
        }
    }
}
