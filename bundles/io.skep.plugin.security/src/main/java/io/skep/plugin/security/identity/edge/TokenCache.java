// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.skep.plugin.security.identity.Nanos;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.token.TokenKey;
import io.skep.plugin.security.identity.token.Verified;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were found good, by their hash. An entry is fresh for as long as it was put for, at most 60 s, and never
 * beyond the token's expiry. A stale one proves nothing, but it tells that the token is not a guess. Bounded: the entries
 * used least give way, and their tokens are verified again. Thread-safe.
 */
final class TokenCache {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Cache<TokenKey, Entry> entries;
    private final Clock clock;

    /**
     * A token that was found good.
     *
     * @param principal whose it is
     * @param freshUntil from when on it has to be verified again
     */
    record Entry(Principal principal, Instant freshUntil) {
        boolean isFresh(Instant now) {
            return now.isBefore(freshUntil);
        }
    }

    TokenCache(int most, Clock clock) {
        this.clock = clock;
        this.entries = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfter(Expiry.creating((TokenKey key, Entry entry) ->
                        Duration.between(clock.instant(), entry.principal().expiry())))
                .ticker(() -> Nanos.of(clock))
                .executor(Runnable::run)
                .build();
    }

    /** What is remembered, fresh or stale, of a token that has not expired. */
    @Nullable
    Entry get(TokenKey key) {
        return entries.getIfPresent(key);
    }

    void put(TokenKey key, Verified verified) {
        Duration keep = verified.keep().compareTo(LONGEST) < 0 ? verified.keep() : LONGEST;
        Instant fresh = clock.instant().plus(keep);
        Instant expiry = verified.principal().expiry();
        entries.put(key, new Entry(verified.principal(), fresh.isBefore(expiry) ? fresh : expiry));
    }

    /** Forgets one. */
    void drop(TokenKey key) {
        entries.invalidate(key);
    }

    /** Forgets those whose principal is such a one; looks at all. */
    void dropIf(Predicate<Principal> which) {
        entries.asMap().values().removeIf(entry -> which.test(entry.principal()));
    }

    long size() {
        entries.cleanUp();
        return entries.estimatedSize();
    }
}
