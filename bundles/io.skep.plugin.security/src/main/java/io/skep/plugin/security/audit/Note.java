// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A signed note as C2SP specifies it (signed-note), with Ed25519: the text, an empty line, and a line {@code — NAME
 * BASE64} whose bytes are the four of the key's id and the signature. The id is the beginning of SHA-256 over the name, a
 * line feed, a one byte and the public key.
 */
final class Note {
    private static final String SEPARATOR = "\n\n\u2014 ";
    private static final byte ED25519 = 1;
    private static final int ID_BYTES = 4;
    /** What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private Note() {}

    /** The note in a file. What is not UTF-8 is replaced: the signature shows that it was no such note. */
    static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Signs a text, which ends with a line feed. */
    static String sign(String text, String name, PrivateKey key, PublicKey publicKey) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            byte[] signed = signature.sign();
            byte[] bytes = Arrays.copyOf(id(name, raw(publicKey)), ID_BYTES + signed.length);
            System.arraycopy(signed, 0, bytes, ID_BYTES, signed.length);
            return text + "\n\u2014 " + name + ' ' + Base64.getEncoder().encodeToString(bytes) + '\n';
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the signing key does not sign", impossible);
        }
    }

    /** The text of a note that the key has signed; null if it has not, or if it is no note. */
    static @Nullable String open(String note, VerifyingKey key) {
        int end = note.indexOf(SEPARATOR);
        if (end < 0 || !note.endsWith("\n")) {
            return null;
        }
        String text = note.substring(0, end + 1);
        for (String line : note.substring(end + 2).split("\n")) {
            String[] parts = line.split(" ");
            if (parts.length == 3
                    && parts[0].equals("\u2014")
                    && parts[1].equals(key.name())
                    && isBy(key, text, parts[2])) {
                return text;
            }
        }
        return null;
    }

    private static boolean isBy(VerifyingKey key, String text, String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length <= ID_BYTES
                    || !MessageDigest.isEqual(Arrays.copyOf(bytes, ID_BYTES), id(key.name(), raw(key.key())))) {
                return false;
            }
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key.key());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.verify(bytes, ID_BYTES, bytes.length - ID_BYTES);
        } catch (IllegalArgumentException | GeneralSecurityException unreadable) {
            // What is no signature is none of this key.
            return false;
        }
    }

    static byte[] id(String name, byte[] raw) {
        MessageDigest digest = Hashes.sha256();
        digest.update((name + '\n').getBytes(StandardCharsets.UTF_8));
        digest.update(ED25519);
        digest.update(raw);
        return Arrays.copyOf(digest.digest(), ID_BYTES);
    }

    static byte[] raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, X509.length, encoded.length);
    }

    static PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(X509, X509.length + raw.length);
        System.arraycopy(raw, 0, encoded, X509.length, raw.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** The verifier key of the specification: {@code NAME+ID+BASE64}, the id in hex, a one byte before the key. */
    static String encode(String name, PublicKey key) {
        byte[] raw = raw(key);
        byte[] typed = new byte[raw.length + 1];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name
                + '+'
                + HexFormat.of().formatHex(id(name, raw))
                + '+'
                + Base64.getEncoder().encodeToString(typed);
    }

    static VerifyingKey decode(String encoded) {
        String[] parts = encoded.strip().split("\\+", 3);
        if (parts.length == 3) {
            try {
                byte[] typed = Base64.getDecoder().decode(parts[2]);
                byte[] raw = Arrays.copyOfRange(typed, Math.min(1, typed.length), typed.length);
                if (typed.length == 1 + Hashes.BYTES
                        && typed[0] == ED25519
                        && parts[1].equals(HexFormat.of().formatHex(id(parts[0], raw)))) {
                    return new VerifyingKey(parts[0], publicKey(raw));
                }
            } catch (IllegalArgumentException | GeneralSecurityException unreadable) {
                throw new IllegalArgumentException("not a verifier key: " + encoded, unreadable);
            }
        }
        throw new IllegalArgumentException("not a verifier key, NAME+ID+KEY: " + encoded);
    }
}
