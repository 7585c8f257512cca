// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key of one person. Values are encrypted with AES-256-GCM, with a random nonce of 96 bits before the ciphertext and a
 * tag of 128 bits after it, in Base64. What the value belongs to is authenticated with it, so it cannot be moved.
 */
final class SubjectKey {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String person;
    private final String pseudonym;
    private final byte[] key;

    SubjectKey(String person, String pseudonym, byte[] key) {
        this.person = person;
        this.pseudonym = pseudonym;
        this.key = key;
    }

    String person() {
        return person;
    }

    /** What stands for the person in events. */
    String pseudonym() {
        return pseudonym;
    }

    String line() {
        Base64.Encoder base64 = Base64.getEncoder();
        return base64.encodeToString(person.getBytes(StandardCharsets.UTF_8))
                + ' '
                + pseudonym
                + ' '
                + base64.encodeToString(key)
                + '\n';
    }

    String encrypt(String value, String place) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(value.getBytes(StandardCharsets.UTF_8));
            byte[] bytes = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, bytes, NONCE_BYTES, sealed.length);
            return Base64.getEncoder().encodeToString(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the Java platform has no AES-GCM", impossible);
        }
    }

    /** The value; null if it was not encrypted with this key for that place. */
    @Nullable
    String decrypt(String encrypted, String place) {
        try {
            byte[] bytes = Base64.getDecoder().decode(encrypted);
            if (bytes.length < NONCE_BYTES + TAG_BITS / 8) {
                return null;
            }
            byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
            byte[] value =
                    cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
            return new String(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | GeneralSecurityException foreign) {
            return null;
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
