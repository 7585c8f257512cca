// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.skep.plugin.security.identity.UnavailableException;
import io.skep.plugin.security.identity.token.Keys;
import java.security.Key;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The keys that sign our tokens: RSA with 2048 bits, as verifying with those costs a twentieth of what elliptic curves do
 * and each token is signed once but verified many times. One signs; the next is published ahead of its time; the last ones
 * verify until no token of theirs lives any more. Thread-safe.
 */
public final class SigningKeys implements Keys {
    private static final int BITS = 2048;
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final Shelf<SigningKey> kept;
    private final LocalSettings settings;
    private final Clock clock;
    private volatile List<Live> keys;

    /** A key, parsed. */
    private record Live(RSAKey key, RSASSASigner signer, Key verifier, Instant signs) {}

    SigningKeys(Shelf<SigningKey> kept, LocalSettings settings, Clock clock) {
        this.kept = kept;
        this.settings = settings;
        this.clock = clock;
        this.keys = live();
    }

    /** Reads again what is kept. */
    synchronized void reload() {
        keys = live();
    }

    private List<Live> live() {
        List<Live> live = new ArrayList<>();
        for (SigningKey key : kept.all()) {
            try {
                RSAKey rsa = RSAKey.parse(key.jwk());
                live.add(new Live(
                        rsa, new RSASSASigner(rsa), rsa.toRSAPublicKey(), Instant.ofEpochMilli(key.signsMillis())));
            } catch (ParseException | JOSEException damaged) {
                throw new IllegalStateException("the signing key " + key.kid() + " cannot be read", damaged);
            }
        }
        live.sort(Comparator.comparing(Live::signs).reversed());
        return List.copyOf(live);
    }

    /**
     * Makes the first key, a new one when the last is old, and drops those that no token needs; completes when that is kept.
     * Call it at the start and every minute or so; a new key costs some tenths of a second of the caller's thread.
     */
    public CompletionStage<Void> maintain() {
        Instant now = clock.instant();
        List<Live> before = keys;
        CompletionStage<Void> done = CompletableFuture.completedStage(null);
        if (before.isEmpty()) {
            done = add(now);
        } else if (!before.get(0).signs().plus(settings.keyLife()).isAfter(now.plus(settings.publish()))) {
            done = add(now.plus(settings.publish()));
        }
        for (Live key : before) {
            if (!isNeeded(key, before, now)) {
                done = done.thenCompose(made -> drop(key));
            }
        }
        return done;
    }

    /** Makes a new key that signs at once; the others verify until their tokens have ended. Completes when it is kept. */
    public CompletionStage<Void> rotate() {
        return add(clock.instant());
    }

    /**
     * Makes a new key and drops all others, as somebody may have them: every token that they signed is refused. Completes
     * when that is kept.
     */
    public CompletionStage<Void> replaceAll() {
        List<Live> before = keys;
        CompletionStage<Void> done = rotate();
        for (Live key : before) {
            done = done.thenCompose(made -> drop(key));
        }
        return done;
    }

    private CompletionStage<Void> add(Instant signs) {
        try {
            RSAKey key = new RSAKeyGenerator(BITS)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint(true)
                    .generate();
            SigningKey made = new SigningKey(key.getKeyID(), key.toJSONString(), signs.toEpochMilli());
            return kept.update(made.kid(), absent -> Optional.of(made)).thenAccept(there -> reload());
        } catch (JOSEException everyJavaHasRsa) {
            return CompletableFuture.failedStage(everyJavaHasRsa);
        }
    }

    private CompletionStage<Void> drop(Live key) {
        return kept.update(key.key().getKeyID(), before -> Optional.empty()).thenAccept(gone -> reload());
    }

    /** A key is needed until the tokens that it signed before its successor did have ended. */
    private boolean isNeeded(Live key, List<Live> all, Instant now) {
        return all.stream()
                .filter(other -> other.signs().isAfter(key.signs()))
                .map(Live::signs)
                .min(Comparator.naturalOrder())
                .map(successor ->
                        successor.plus(settings.tokenLife()).plus(SKEW).isAfter(now))
                .orElse(true);
    }

    /** The public keys as a JWK set in JSON, for those who verify our tokens. */
    public String published() {
        return new JWKSet(keys.stream().map(live -> (JWK) live.key()).toList()).toString(true);
    }

    @Override
    public boolean areAtHand() {
        return true;
    }

    @Override
    public List<Key> select(JWSHeader header) {
        Instant now = clock.instant();
        List<Live> all = keys;
        return all.stream()
                .filter(live -> live.key().getKeyID().equals(header.getKeyID())
                        && JWSAlgorithm.RS256.equals(header.getAlgorithm())
                        && isNeeded(live, all, now))
                .map(Live::verifier)
                .toList();
    }

    /**
     * Signs claims as an access token (RFC 9068).
     *
     * @throws UnavailableException if there is no key yet
     */
    String sign(JWTClaimsSet claims) throws UnavailableException {
        Instant now = clock.instant();
        Live signer = keys.stream()
                .filter(live -> !live.signs().isAfter(now))
                .findFirst()
                .orElseThrow(() -> new UnavailableException(Duration.ofSeconds(1), "the first key is being made"));
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(signer.key().getKeyID())
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(signer.signer());
        } catch (JOSEException everyJavaHasRsa) {
            throw new IllegalStateException(everyJavaHasRsa);
        }
        return token.serialize();
    }
}
