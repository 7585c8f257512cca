// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client that gets tokens for its secret. Immutable; times are milliseconds since 1970.
 *
 * @param id of it
 * @param grant whom its tokens are for, and what they can give
 * @param secrets at most two: the newest, and the one before until it ends
 * @param createdMillis when it was made
 * @param endsMillis from when on it gets none; null for never
 * @param revokedMillis when it was taken back; null if it was not
 */
public record Client(
        String id,
        Grant grant,
        List<Secret> secrets,
        long createdMillis,
        @Nullable Long endsMillis,
        @Nullable Long revokedMillis) {
    /**
     * A secret, hashed.
     *
     * @param slot which of the secrets of the client it is; part of the secret's text, so that one hash decides
     * @param hash Argon2id
     * @param createdMillis when it was made
     * @param endsMillis from when on it is worth nothing; null for never
     */
    public record Secret(
            String slot,
            String hash,
            long createdMillis,
            @Nullable Long endsMillis) {
        boolean isLive(Instant now) {
            return endsMillis == null || now.toEpochMilli() < endsMillis;
        }
    }

    /** Copies the list. */
    public Client {
        secrets = List.copyOf(secrets);
    }

    /** Whether it can have tokens, and those that it has are worth something. */
    public boolean isLive(Instant now) {
        return revokedMillis == null && (endsMillis == null || now.toEpochMilli() < endsMillis);
    }

    Optional<Secret> secret(String slot, Instant now) {
        return secrets.stream()
                .filter(one -> one.slot().equals(slot) && one.isLive(now))
                .findFirst();
    }

    /** With a new secret; the newest of the others stays until {@code overlapEnds}. */
    Client rotated(Secret fresh, long overlapEnds) {
        List<Secret> both = new ArrayList<>();
        both.add(fresh);
        Secret last = secrets.get(0);
        long end = last.endsMillis() == null ? overlapEnds : Math.min(overlapEnds, last.endsMillis());
        both.add(new Secret(last.slot(), last.hash(), last.createdMillis(), end));
        return new Client(id, grant, both, createdMillis, endsMillis, revokedMillis);
    }

    /** With another hash of the same secret. */
    Client rehashed(String slot, String hash) {
        List<Secret> same = secrets.stream()
                .map(one ->
                        one.slot().equals(slot) ? new Secret(slot, hash, one.createdMillis(), one.endsMillis()) : one)
                .toList();
        return new Client(id, grant, same, createdMillis, endsMillis, revokedMillis);
    }

    Client revoked(Instant now) {
        long when = revokedMillis == null ? now.toEpochMilli() : revokedMillis;
        return new Client(id, grant, secrets, createdMillis, endsMillis, when);
    }
}
