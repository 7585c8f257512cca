// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import java.nio.charset.StandardCharsets;

/** Finds the names of payloads in bytes. */
final class Needle {
    private static final byte[] PREFIX = "sha256:".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 64;

    private Needle() {}

    /** Where the next name's digits begin, at {@code from} or later; -1 if there is none. */
    static int next(byte[] bytes, int from) {
        for (int at = from; at + PREFIX.length + DIGITS <= bytes.length; at++) {
            int same = 0;
            while (same < PREFIX.length && bytes[at + same] == PREFIX[same]) {
                same++;
            }
            if (same == PREFIX.length) {
                return at + same;
            }
        }
        return -1;
    }

    /** The digits at a place that {@link #next} gave. */
    static String hash(byte[] bytes, int at) {
        return new String(bytes, at, DIGITS, StandardCharsets.US_ASCII);
    }
}
