// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a log signs with: an Ed25519 key in a file that only its owner may read. The file's first line is the verifier
 * key, its second the private key in PKCS #8 and Base64. Immutable and thread-safe.
 */
public final class SigningKey {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/:-]{1,128}");

    private final PrivateKey privateKey;
    private final VerifyingKey verifyingKey;

    private SigningKey(PrivateKey privateKey, VerifyingKey verifyingKey) {
        this.privateKey = privateKey;
        this.verifyingKey = verifyingKey;
    }

    /** Makes a key for a log of that name: 1 to 128 of {@code A-Z a-z 0-9 . _ / : -}. */
    public static SigningKey generate(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name for a log: " + name);
        }
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), new VerifyingKey(name, pair.getPublic()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the Java platform has no Ed25519", missing);
        }
    }

    /**
     * Reads the key of a file, or makes one and writes it there.
     *
     * @throws IOException if it can be neither read nor written, or is not a key for that name
     */
    public static SigningKey at(Path file, String name) throws IOException {
        if (Files.exists(file)) {
            SigningKey key = read(file);
            if (!key.verifyingKey.name().equals(name)) {
                throw new IOException(file + " is the key of " + key.verifyingKey.name() + ", not of " + name);
            }
            return key;
        }
        SigningKey key = generate(name);
        Disk.replacePrivate(
                file,
                key.verifyingKey.encoded()
                        + '\n'
                        + Base64.getEncoder().encodeToString(key.privateKey.getEncoded())
                        + '\n');
        return key;
    }

    private static SigningKey read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2) {
            throw new IOException(file + " is no signing key");
        }
        try {
            byte[] encoded = Base64.getDecoder().decode(lines.get(1));
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(key, VerifyingKey.parse(lines.get(0)));
        } catch (IllegalArgumentException | GeneralSecurityException unreadable) {
            throw new IOException(file + " is no signing key", unreadable);
        }
    }

    /** What its signatures are checked with. */
    public VerifyingKey verifyingKey() {
        return verifyingKey;
    }

    String sign(String text) {
        return Note.sign(text, verifyingKey.name(), privateKey, verifyingKey.key());
    }
}
