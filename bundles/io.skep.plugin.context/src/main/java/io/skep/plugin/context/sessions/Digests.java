// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests that every JVM has. */
final class Digests {
    private Digests() {}

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has it", impossible);
        }
    }
}
