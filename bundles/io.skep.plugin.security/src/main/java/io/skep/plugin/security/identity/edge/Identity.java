// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.edge;

import io.skep.plugin.security.identity.guard.Limits;
import io.skep.plugin.security.identity.guard.Lockout;
import io.skep.plugin.security.identity.local.KeyStore;
import io.skep.plugin.security.identity.local.LocalIdentities;
import io.skep.plugin.security.identity.token.Fetch;
import io.skep.plugin.security.identity.token.Introspector;
import io.skep.plugin.security.identity.token.JwtVerifier;
import io.skep.plugin.security.identity.token.JwtVerifiers;
import io.skep.plugin.security.identity.token.RemoteKeys;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * All parts of identity by their settings. Make one, {@link #maintain} it at the start and every minute or so, and close it;
 * when settings change, make another from the same store. Thread-safe.
 */
public final class Identity implements AutoCloseable {
    private final Fetch fetch;
    private final JwtVerifiers jwts;
    private final LocalIdentities local;
    private final Limits limits;
    private final Authenticator authenticator;

    /**
     * Reads what is kept; asks no provider before a token of it comes.
     *
     * @throws IllegalArgumentException if an issuer is there twice, or is our own
     * @throws IllegalStateException if what is kept cannot be read
     */
    public Identity(IdentitySettings settings, KeyStore store, Clock clock) {
        Lockout lockout = new Lockout(settings.lockout(), clock);
        limits = new Limits(settings.limits(), clock);
        local = new LocalIdentities(store, settings.local(), longest(settings), lockout, limits, clock);
        fetch = new Fetch(settings.keys().timeout(), settings.keys().maxBytes());
        List<JwtVerifier> verifiers = new ArrayList<>();
        verifiers.add(new JwtVerifier(local.issuer().trusted(), local.signingKeys(), clock));
        for (TrustedIssuer issuer : settings.issuers()) {
            verifiers.add(new JwtVerifier(issuer, new RemoteKeys(issuer, settings.keys(), fetch), clock));
        }
        jwts = new JwtVerifiers(verifiers, settings.cache().keep());
        Introspector introspector =
                settings.introspection() == null ? null : new Introspector(settings.introspection(), fetch, clock);
        authenticator = new Authenticator(jwts, introspector, local, lockout, limits, settings.cache(), clock);
    }

    private static Duration longest(IdentitySettings settings) {
        return settings.issuers().stream()
                .map(issuer -> issuer.maxLifetime().plus(issuer.skew().multipliedBy(2)))
                .reduce(TrustedIssuer.MAX_LIFETIME, (a, b) -> a.compareTo(b) < 0 ? b : a);
    }

    /** Says who presents a credential. */
    public Authenticator authenticator() {
        return authenticator;
    }

    /** How much one caller may take. */
    public Limits limits() {
        return limits;
    }

    /** Our own clients, keys and revocations. */
    public LocalIdentities local() {
        return local;
    }

    /** Does what time asks for: see {@link LocalIdentities#maintain}; and forgets what was revoked. */
    public CompletionStage<Void> maintain() {
        authenticator.dropRevoked();
        return local.maintain();
    }

    /** Asks no provider any more, and ends its threads. Idempotent. */
    @Override
    public void close() {
        jwts.close();
        fetch.close();
    }
}
