// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Makes bearer tokens and hashes them. A token has 256 random bits, so that a plain SHA-256 of it gives nothing away.
 * Thread-safe.
 */
public final class Secrets {
    private static final int BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    /** A new token, 43 characters fit for a header. */
    public String make() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What is kept of a token: hexadecimal SHA-256. */
    public static String hash(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
