// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What stands in a context for a text that is in the archive. */
final class Pointer {
    /** A text that is not longer than about twice its pointer stays. */
    static final int WORTH_CHARS = 200;

    private static final String BEGIN = "[in the archive: item ";
    private static final int HEX_BYTES = 8;

    private Pointer() {}

    static boolean is(String text) {
        return text.startsWith(BEGIN) && text.length() < WORTH_CHARS;
    }

    /** The item with a pointer for its text. */
    static ContextItem to(ContextItem item) {
        String text = BEGIN + item.number() + ", " + item.text().length() + " characters, sha-256 " + hash(item.text())
                + "; recall it by its number]";
        return with(item, text);
    }

    /** The item with another text. */
    static ContextItem with(ContextItem item, String text) {
        return new ContextItem(
                item.number(),
                item.kind(),
                item.at(),
                item.author(),
                text,
                item.about(),
                item.subject(),
                item.pinned());
    }

    /** The first 16 hexadecimal digits. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HEX_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
