// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.skep.plugin.context.items.ContextItem;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Counts the tokens of texts by the vocabulary {@value #VOCABULARY}. Other models' vocabularies make some percent more or
 * less of a text; what counts here is one measure for all. Thread-safe. The vocabulary is read once, at the first text.
 */
public final class TokenCounter {
    /** The vocabulary, by the name that its makers gave it. */
    public static final String VOCABULARY = "cl100k_base";

    /**
     * What an item is beside its text: who, when and what kind have to be told, too. A chat format takes about so many
     * tokens for a message.
     */
    public static final int TOKENS_PER_ITEM = 4;

    /**
     * Longer texts are counted piece by piece, so that the time is linear in the length, whatever the text: a word of a
     * million letters would take hours. A piece ends at white space where there is some, and the sum is then exact but for
     * a token or so at each seam.
     */
    private static final int CHARS_PER_PIECE = 4_096;

    /** A piece without white space: its merging is quadratic. */
    private static final int CHARS_PER_SOLID_PIECE = 512;

    /** Read when it is first used. */
    private static final class Vocabulary {
        private static final Encoding READ = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
    }

    /** What looks like a control token of a model is text here. */
    public long count(String text) {
        long tokens = 0;
        int from = 0;
        while (from < text.length()) {
            int to = end(text, from);
            tokens += Vocabulary.READ.countTokensOrdinary(wellFormed(text.substring(from, to)));
            from = to;
        }
        return tokens;
    }

    /** An item with what it needs beside its text. */
    public long count(ContextItem item) {
        return TOKENS_PER_ITEM + count(item.text());
    }

    /** All of them. */
    public long count(List<ContextItem> items) {
        long tokens = 0;
        for (ContextItem item : items) {
            tokens += count(item);
        }
        return tokens;
    }

    /** Half a surrogate pair becomes a question mark: the library takes none. */
    private static String wellFormed(String piece) {
        return piece.chars().anyMatch(c -> Character.isSurrogate((char) c))
                ? new String(piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                : piece;
    }

    private static int end(String text, int from) {
        int most = Math.min(text.length(), from + CHARS_PER_PIECE);
        int solid = 0;
        int seam = -1;
        for (int i = from; i < most; i++) {
            if (Character.isWhitespace(text.charAt(i))) {
                // White space belongs to what follows it.
                seam = i > from ? i : seam;
                solid = 0;
            } else if (++solid >= CHARS_PER_SOLID_PIECE) {
                return whole(text, from, i + 1);
            }
        }
        return most == text.length() ? most : seam > from ? seam : whole(text, from, most);
    }

    /** Not between the halves of a surrogate pair. */
    private static int whole(String text, int from, int to) {
        boolean split = to < text.length() && to - 1 > from && Character.isHighSurrogate(text.charAt(to - 1));
        return split ? to - 1 : to;
    }
}
