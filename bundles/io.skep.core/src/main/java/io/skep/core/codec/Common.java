// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values that many tasks have in common (causes, tenants, sets of skills), so that a million tasks that are read share a
 * few of them. Each has one place by its hash, which the last one that was read takes: bounded, and no more than a hint. The
 * values are immutable, so threads may race for a place.
 */
final class Common {
    private static final int PLACES = 1 << 10;
    /** Longer ones are hardly the same twice. */
    private static final int LONGEST = 128;

    private static final @Nullable String[] TEXTS = new String[PLACES];

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static final @Nullable Set<String>[] SETS = new Set[PLACES];

    private Common() {}

    /** The text that {@code in} stands at; made only if it is not at hand. */
    static String text(JsonParser in) throws IOException {
        int length = in.getTextLength();
        if (length > LONGEST) {
            return in.getText();
        }
        char[] chars = in.getTextCharacters();
        int from = in.getTextOffset();
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + chars[i];
        }
        int place = place(hash);
        String known = TEXTS[place];
        if (known == null || !isSame(known, chars, from, length)) {
            known = new String(chars, from, length);
            TEXTS[place] = known;
        }
        return known;
    }

    private static boolean isSame(String text, char[] chars, int from, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != chars[from + i]) {
                return false;
            }
        }
        return true;
    }

    /** The set of these. */
    static Set<String> set(Collection<String> elements) {
        int hash = 0;
        for (String element : elements) {
            hash += element.hashCode();
        }
        int place = place(hash);
        Set<String> known = SETS[place];
        if (known == null || known.size() != elements.size() || !known.containsAll(elements)) {
            known = Set.copyOf(elements);
            SETS[place] = known;
        }
        return known;
    }

    private static int place(int hash) {
        return (hash ^ hash >>> 16) & PLACES - 1;
    }
}
