// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import java.util.BitSet;
import java.util.List;

/** Some sentences of a text. */
final class Excerpt {
    /** At its end, and where something is left out; it takes two tokens at most. */
    private static final String GAP = " […]";

    static final long GAP_TOKENS = 3;

    private Excerpt() {}

    static boolean is(String text) {
        return text.endsWith(GAP);
    }

    /** The sentences that are kept, with marks where others were. */
    static String of(List<String> sentences, BitSet kept) {
        StringBuilder text = new StringBuilder();
        for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
            if (i > 0 && !kept.get(i - 1)) {
                text.append(text.length() == 0 ? "" : GAP + ' ');
            }
            String sentence = sentences.get(i);
            text.append(kept.get(i + 1) ? sentence : sentence.stripTrailing());
        }
        return text.append(GAP).toString();
    }
}
