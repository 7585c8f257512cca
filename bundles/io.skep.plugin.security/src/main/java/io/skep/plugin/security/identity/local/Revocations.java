// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Credentials of any issuer that are refused before their time: one by its id, all of a subject, or all of an issuer, that
 * were issued up to now (by the second, as that is how tokens say it: one made in the same second is refused too). In force
 * at once, also if it cannot be kept; then the stage fails, and after a restart it would be forgotten. Remembered for as
 * long as such a credential can live. Thread-safe.
 */
public final class Revocations {
    private static final char BETWEEN = '\n';

    private final Shelf<Revocation> kept;
    private final Clock clock;
    private final Duration longest;
    private final int limit;
    private final Map<String, Revocation> inForce = new ConcurrentHashMap<>();

    /**
     * Reads what is kept.
     *
     * @param longest life of any token that is taken
     */
    Revocations(Shelf<Revocation> kept, Clock clock, Duration longest, int limit) {
        this.kept = kept;
        this.clock = clock;
        this.longest = longest;
        this.limit = limit;
        reload();
    }

    /** Adds what is kept to what is in force. */
    void reload() {
        for (Revocation revocation : kept.all()) {
            inForce.merge(revocation.id(), revocation, Revocation::and);
        }
    }

    /** Refuses one credential; completes when that is kept. */
    public CompletionStage<Void> token(String issuer, String tokenId, Instant expiry) {
        return add(tokenKey(issuer, tokenId), Long.MAX_VALUE, expiry);
    }

    /** Refuses all that an issuer has issued for a subject up to now; completes when that is kept. */
    public CompletionStage<Void> subject(String issuer, String subject) {
        Instant now = clock.instant();
        return add(subjectKey(issuer, subject), now.toEpochMilli(), now.plus(longest));
    }

    /** Refuses all that an issuer has issued up to now; completes when that is kept. */
    public CompletionStage<Void> issuer(String issuer) {
        Instant now = clock.instant();
        return add(issuerKey(issuer), now.toEpochMilli(), now.plus(longest));
    }

    private CompletionStage<Void> add(String id, long beforeMillis, Instant until) {
        if (inForce.size() >= limit) {
            forget();
        }
        if (inForce.size() >= limit && !inForce.containsKey(id)) {
            return CompletableFuture.failedStage(
                    new IllegalStateException("there are " + limit + " revocations, and no room for more"));
        }
        Revocation fresh = new Revocation(id, beforeMillis, until.toEpochMilli());
        inForce.merge(id, fresh, Revocation::and);
        return kept.update(id, before -> Optional.of(before.map(fresh::and).orElse(fresh)))
                .thenAccept(there -> {});
    }

    /** Whether a principal's credential was revoked. Takes well under a microsecond. */
    public boolean isRevoked(Principal principal) {
        if (inForce.isEmpty()) {
            return false;
        }
        String issuer = principal.issuer();
        long issued = principal.issued().toEpochMilli();
        return covers(tokenKey(issuer, principal.tokenId()), issued)
                || covers(subjectKey(issuer, principal.subject()), issued)
                || covers(issuerKey(issuer), issued);
    }

    private boolean covers(String id, long issuedMillis) {
        Revocation revocation = inForce.get(id);
        return revocation != null && issuedMillis <= revocation.beforeMillis();
    }

    /** Forgets those that no living credential needs. */
    void forget() {
        long now = clock.instant().toEpochMilli();
        for (Revocation revocation : List.copyOf(inForce.values())) {
            if (revocation.untilMillis() < now && inForce.remove(revocation.id(), revocation)) {
                kept.update(revocation.id(), before -> before.filter(one -> one.untilMillis() >= now));
            }
        }
    }

    private static String tokenKey(String issuer, String tokenId) {
        return "token" + BETWEEN + issuer + BETWEEN + tokenId;
    }

    private static String subjectKey(String issuer, String subject) {
        return "subject" + BETWEEN + issuer + BETWEEN + subject;
    }

    private static String issuerKey(String issuer) {
        return "issuer" + BETWEEN + issuer;
    }
}
