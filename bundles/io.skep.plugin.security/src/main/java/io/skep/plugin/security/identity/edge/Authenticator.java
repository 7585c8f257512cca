// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.edge;

import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.UnavailableException;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.guard.Limits;
import io.skep.plugin.security.identity.guard.Lockout;
import io.skep.plugin.security.identity.local.ApiKeys;
import io.skep.plugin.security.identity.local.LocalIdentities;
import io.skep.plugin.security.identity.token.Introspector;
import io.skep.plugin.security.identity.token.JwtVerifiers;
import io.skep.plugin.security.identity.token.TokenKey;
import io.skep.plugin.security.identity.token.Verified;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says who presents a credential. What is known is answered in a microsecond or two ({@link #known}); what is not may have to
 * be asked of a provider, so {@link #authenticate} can take as long as that may.
 *
 * <p>The order is what keeps attackers from shutting others out: a token in the cache and a good API key are let in before
 * any lock or limit is looked at, and a token that was good before is verified again without being counted. Only what
 * nobody has seen yet is held back when its address guesses or comes too often.
 */
public final class Authenticator {
    private final TokenCache cache;
    private final JwtVerifiers jwts;
    private final @Nullable Introspector introspector;
    private final LocalIdentities local;
    private final Lockout lockout;
    private final Limits limits;
    private final int maxChars;
    private final Clock clock;

    /**
     * Of these parts, which stay the caller's.
     *
     * @param introspector for opaque tokens; null if there are none
     * @param settings of the cache
     */
    Authenticator(
            JwtVerifiers jwts,
            @Nullable Introspector introspector,
            LocalIdentities local,
            Lockout lockout,
            Limits limits,
            CacheSettings settings,
            Clock clock) {
        this.cache = new TokenCache(settings.tokens(), clock);
        this.jwts = jwts;
        this.introspector = introspector;
        this.local = local;
        this.lockout = lockout;
        this.limits = limits;
        this.maxChars = settings.maxTokenChars();
        this.clock = clock;
    }

    /** Whose credential it is, if that needs neither a signature nor a provider; else empty. Never waits. */
    public Optional<Verdict.Authenticated> known(String credential) {
        if (credential.length() > maxChars) {
            return Optional.empty();
        }
        if (ApiKeys.isFor(credential)) {
            return apiKey(credential).map(Verdict.Authenticated::new);
        }
        TokenKey key = TokenKey.of(credential);
        TokenCache.Entry entry = cache.get(key);
        return entry != null && entry.isFresh(clock.instant()) && isLive(key, entry.principal())
                ? Optional.of(new Verdict.Authenticated(entry.principal()))
                : Optional.empty();
    }

    /** Whether {@link #authenticate} would not wait for a provider. Never waits itself. */
    public boolean isAtOnce(String credential) {
        return credential.length() > maxChars
                || ApiKeys.isFor(credential)
                || (JwtVerifiers.isFor(credential) && jwts.isAtOnce(credential));
    }

    /**
     * Whose credential it is. May wait for a provider.
     *
     * @param credential an access token or an API key, without the word before it
     * @param address of who presents it
     */
    public Verdict authenticate(String credential, String address) {
        if (credential.length() > maxChars) {
            return new Verdict.Refused(Refusal.TOO_LONG);
        }
        Optional<Verdict.Authenticated> known = known(credential);
        return known.isPresent() ? known.get() : unknown(credential, address);
    }

    private Verdict unknown(String credential, String address) {
        TokenKey key = TokenKey.of(credential);
        if (cache.get(key) == null) {
            Optional<Duration> lock = lockout.address(address).or(() -> limits.address(address));
            if (lock.isPresent()) {
                return new Verdict.Throttled(lock.get(), "too many attempts");
            }
        }
        try {
            Verified verified = verify(credential);
            // Into the cache first: who revokes it from here on finds it there, and who did so before is seen below.
            cache.put(key, verified);
            return isLive(key, verified.principal())
                    ? new Verdict.Authenticated(verified.principal())
                    : new Verdict.Refused(Refusal.REVOKED);
        } catch (RefusedException refused) {
            cache.drop(key);
            if (refused.reason().isGuess()) {
                lockout.failed(address);
            }
            return new Verdict.Refused(refused.reason());
        } catch (UnavailableException cannotKnow) {
            return new Verdict.Unavailable(cannotKnow.retryAfter(), cannotKnow.words());
        }
    }

    private Verified verify(String credential) throws RefusedException, UnavailableException {
        if (ApiKeys.isFor(credential)) {
            // One that is good was known.
            throw new RefusedException(Refusal.CREDENTIAL);
        }
        if (JwtVerifiers.isFor(credential)) {
            return jwts.verify(credential);
        }
        if (introspector == null) {
            throw new RefusedException(Refusal.MALFORMED);
        }
        return introspector.verify(credential);
    }

    private Optional<Principal> apiKey(String credential) {
        try {
            return Optional.of(local.apiKeys().verify(credential)).filter(local::isLive);
        } catch (RefusedException unknown) {
            return Optional.empty();
        }
    }

    /** Asked on every hit: what was revoked while its token was being verified is out too. */
    private boolean isLive(TokenKey key, Principal principal) {
        boolean live = local.isLive(principal);
        if (!live) {
            cache.drop(key);
        }
        return live;
    }

    /** Forgets the tokens that were revoked. They are refused without that; it frees the memory. */
    public void dropRevoked() {
        cache.dropIf(principal -> !local.isLive(principal));
    }

    /** How many tokens are remembered. */
    public long cached() {
        return cache.size();
    }
}
