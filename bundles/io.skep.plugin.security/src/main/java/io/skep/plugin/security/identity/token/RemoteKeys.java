// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import io.skep.plugin.security.identity.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

/**
 * The keys that an issuer publishes: fetched when first needed, anew before they grow old and when a token names one that
 * is not among them, though not more often than the settings say. While the issuer cannot be reached the old ones serve,
 * and a key that is not among them is not known to be wrong. One thread of its own. Thread-safe.
 */
public final class RemoteKeys implements Keys {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final PublishedKeys published;
    private final KeySettings settings;
    private final JWKSource<SecurityContext> source;
    private final JWSVerificationKeySelector<SecurityContext> selector;
    private final boolean isEdwards;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "skep-identity-keys");
        made.setDaemon(true);
        return made;
    });

    /** Of an issuer; {@code fetch} stays the caller's. */
    public RemoteKeys(TrustedIssuer issuer, KeySettings settings, Fetch fetch) {
        this.settings = settings;
        this.published = new PublishedKeys(issuer, fetch);
        this.source = JWKSourceBuilder.create(published)
                .cache(settings.keep().toMillis(), settings.patience().toMillis())
                .refreshAheadCache(settings.ahead().toMillis(), null, thread, true, thread, true)
                .rateLimited(settings.between().toMillis())
                .retrying(true)
                .outageTolerant(settings.keep().plus(settings.outage()).toMillis())
                .build();
        this.isEdwards = issuer.algorithms().contains(JWSAlgorithm.EdDSA.getName());
        this.selector = new JWSVerificationKeySelector<>(
                issuer.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toUnmodifiableSet()), source);
    }

    @Override
    public List<Key> select(JWSHeader header) throws UnavailableException {
        long asked = System.nanoTime();
        List<Key> keys = find(header);
        if (keys.isEmpty() && !published.isFetchedSince(asked)) {
            // Who waits for the fetch of another gets what that one found, which may be older than the key.
            keys = find(header);
        }
        if (keys.isEmpty() && published.isFailingSince(asked)) {
            throw new UnavailableException(SOON, "the keys of the issuer cannot be fetched");
        }
        return keys;
    }

    private List<Key> find(JWSHeader header) throws UnavailableException {
        try {
            // The library makes no keys of the Java platform of those on Edwards curves.
            return isEdwards && JWSAlgorithm.EdDSA.equals(header.getAlgorithm())
                    ? Ed25519.keys(source.get(new JWKSelector(JWKMatcher.forJWSHeader(header)), null))
                    : selector.selectJWSKeys(header, null);
        } catch (RateLimitReachedException asked) {
            // The key may have been made since the keys were last fetched.
            throw new UnavailableException(
                    atLeast(settings.between()), "the keys of the issuer are being renewed", asked);
        } catch (KeySourceException unreachable) {
            throw new UnavailableException(SOON, "the keys of the issuer cannot be fetched", unreachable);
        }
    }

    private static Duration atLeast(Duration wait) {
        return wait.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : wait;
    }

    @Override
    public void close() {
        try {
            ((JWKSetBasedJWKSource<SecurityContext>) source).close();
        } catch (IOException cannotBe) {
            throw new UncheckedIOException(cannotBe);
        } finally {
            thread.shutdownNow();
        }
    }
}
