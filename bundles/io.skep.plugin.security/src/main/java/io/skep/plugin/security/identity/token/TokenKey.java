// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 of a token, by which it is remembered without being kept: who reads the memory of a cache finds no
 * credential in it. Compared in the time it takes, which tells nothing that helps to find a token of that hash.
 *
 * @param a its first eight bytes
 * @param b the next
 * @param c the next
 * @param d the last
 */
public record TokenKey(long a, long b, long c, long d) {
    private static final MessageDigest SHA256 = sha256();

    /** The key of a token. */
    public static TokenKey of(String token) {
        ByteBuffer hash = ByteBuffer.wrap(hash(token));
        return new TokenKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    /** The SHA-256 of the text in UTF-8. */
    public static byte[] hash(String text) {
        try {
            // Cloning costs a third of looking the algorithm up among the providers.
            return ((MessageDigest) SHA256.clone()).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException cannot) {
            return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** The bytes are spread already. */
    @Override
    public int hashCode() {
        return (int) a;
    }
}
