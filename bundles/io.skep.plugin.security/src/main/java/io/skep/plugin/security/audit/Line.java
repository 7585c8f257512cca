// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The form of an event in a segment: {@code {"chainhash":"H","chainprev":"P","chainseq":"N",…}} in UTF-8, without the line
 * feed. H and P are 64 hex digits, N is the event's number in 20. H is the SHA-256 of the line without its {@code
 * chainhash} member, and P is H of the event before. As canonical JSON (RFC 8785) sorts names, and no other begins with
 * {@code chain}, {@code a} or {@code b}, these come first, so the chain is checked by offsets and without a JSON parser.
 */
final class Line {
    /** What the first event of a log has as its {@code chainprev}. */
    static final String ZERO = "0".repeat(2 * Hashes.BYTES);

    private static final byte[] HASH = ascii("{\"chainhash\":\"");
    private static final byte[] PREV = ascii("\",\"chainprev\":\"");
    private static final byte[] SEQ = ascii("\",\"chainseq\":\"");
    private static final byte[] REST = ascii("\",");
    private static final int DIGITS = 20;
    private static final int HASH_AT = HASH.length;
    private static final int PREV_AT = HASH_AT + 2 * Hashes.BYTES + PREV.length;
    private static final int SEQ_AT = PREV_AT + 2 * Hashes.BYTES + SEQ.length;
    /** Where the members of the event itself begin. */
    static final int BODY_AT = SEQ_AT + DIGITS + REST.length;

    private Line() {}

    /** The line for a body, which is the members of an event and the closing brace. */
    static byte[] of(MessageDigest digest, String prev, long seq, byte[] body) {
        byte[] line = new byte[BODY_AT + body.length];
        put(line, 0, HASH);
        put(line, PREV_AT - PREV.length, PREV);
        put(line, PREV_AT, ascii(prev));
        put(line, SEQ_AT - SEQ.length, SEQ);
        put(line, SEQ_AT, ascii(number(seq)));
        put(line, BODY_AT - REST.length, REST);
        put(line, BODY_AT, body);
        put(line, HASH_AT, ascii(computed(digest, line, 0, line.length)));
        return line;
    }

    /** A number of an event, in its 20 digits. */
    static String number(long seq) {
        String digits = Long.toString(seq);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** What its {@code chainhash} must be, by the rest of it. */
    static String computed(MessageDigest digest, byte[] buffer, int offset, int length) {
        digest.update((byte) '{');
        int from = HASH_AT + 2 * Hashes.BYTES + 2;
        digest.update(buffer, offset + from, length - from);
        return Hashes.HEX.formatHex(digest.digest());
    }

    static String hash(byte[] buffer, int offset) {
        return text(buffer, offset + HASH_AT, 2 * Hashes.BYTES);
    }

    static String prev(byte[] buffer, int offset) {
        return text(buffer, offset + PREV_AT, 2 * Hashes.BYTES);
    }

    /** Its number; only of a line with nothing {@link #wrong}. */
    static long seq(byte[] buffer, int offset) {
        return Long.parseLong(text(buffer, offset + SEQ_AT, DIGITS));
    }

    /** What is wrong with a line that should be number {@code seq} after {@code prev}; null if nothing is. */
    static @Nullable String wrong(MessageDigest digest, byte[] buffer, int offset, int length, String prev, long seq) {
        if (length <= BODY_AT
                || !at(buffer, offset, HASH)
                || !at(buffer, offset + PREV_AT - PREV.length, PREV)
                || !at(buffer, offset + SEQ_AT - SEQ.length, SEQ)
                || !at(buffer, offset + BODY_AT - REST.length, REST)) {
            return "it has not the form of an event";
        }
        if (!hash(buffer, offset).equals(computed(digest, buffer, offset, length))) {
            return "its hash is not that of its content";
        }
        String number = text(buffer, offset + SEQ_AT, DIGITS);
        if (!number.equals(number(seq))) {
            return "its number is " + number + ", not " + number(seq);
        }
        return prev(buffer, offset).equals(prev) ? null : "it does not follow the event before it";
    }

    private static boolean at(byte[] buffer, int offset, byte[] expected) {
        return Arrays.equals(buffer, offset, offset + expected.length, expected, 0, expected.length);
    }

    private static void put(byte[] line, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, line, at, bytes.length);
    }

    // Every byte becomes one character, so that a damaged line can be compared too.
    private static String text(byte[] buffer, int offset, int length) {
        return new String(buffer, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
