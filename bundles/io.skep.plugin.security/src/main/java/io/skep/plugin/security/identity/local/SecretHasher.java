// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id hashes of secrets, in the PHC string format, which says its own parameters. Takes the memory and the time that
 * the settings say, in the caller's thread. Thread-safe.
 */
final class SecretHasher {
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int VERSION = Argon2Parameters.ARGON2_VERSION_13;
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d)\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    /** Longer secrets are none of ours. */
    private static final int MAX_SECRET = 128;

    private final HashSettings settings;
    private final SecureRandom random;
    private final Semaphore room;
    /** What a secret of nobody is compared with, so that it costs what one of somebody does. */
    private final String nobody;

    SecretHasher(HashSettings settings, SecureRandom random) {
        this.settings = settings;
        this.random = random;
        this.room = new Semaphore(settings.parallel());
        byte[] hash = new byte[HASH_BYTES];
        random.nextBytes(hash);
        this.nobody = write(salt(), hash);
    }

    /** The hash that no secret has. */
    String nobody() {
        return nobody;
    }

    /** Hashes a new secret. */
    String hash(String secret) throws UnavailableException {
        byte[] salt = salt();
        return write(salt, derive(secret, settings.memoryKib(), settings.passes(), settings.lanes(), salt));
    }

    /**
     * Whether a secret has this hash; the comparison takes the same time wherever they differ.
     *
     * @throws UnavailableException if too many are being hashed
     */
    boolean matches(String secret, String hash) throws UnavailableException {
        Matcher form = FORM.matcher(hash);
        if (!form.matches()) {
            throw new IllegalStateException("a kept hash is malformed");
        }
        byte[] found = derive(
                secret.length() > MAX_SECRET ? secret.substring(0, MAX_SECRET) : secret,
                Integer.parseInt(form.group(1)),
                Integer.parseInt(form.group(2)),
                Integer.parseInt(form.group(3)),
                Base64.getDecoder().decode(form.group(4)));
        return MessageDigest.isEqual(found, Base64.getDecoder().decode(form.group(5)));
    }

    /** Whether it was made with other parameters than are set now. */
    boolean isOutdated(String hash) {
        return !hash.startsWith(parameters());
    }

    private byte[] derive(String secret, int memoryKib, int passes, int lanes, byte[] salt)
            throws UnavailableException {
        enter();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(VERSION)
                    .withMemoryAsKB(memoryKib)
                    .withIterations(passes)
                    .withParallelism(lanes)
                    .withSalt(salt)
                    .build());
            byte[] hash = new byte[HASH_BYTES];
            generator.generateBytes(secret.getBytes(StandardCharsets.UTF_8), hash);
            return hash;
        } finally {
            room.release();
        }
    }

    private void enter() throws UnavailableException {
        try {
            if (room.tryAcquire(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new UnavailableException(Duration.ofSeconds(1), "too many secrets are being checked");
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private String write(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return parameters() + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    private String parameters() {
        return "$argon2id$v=19$m=" + settings.memoryKib() + ",t=" + settings.passes() + ",p=" + settings.lanes() + "$";
    }
}
