// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API key, without its secret. Immutable; times are milliseconds since 1970.
 *
 * @param id of it
 * @param grant whom it is for
 * @param hash SHA-256 of the secret in base64url
 * @param createdMillis when it was made
 * @param endsMillis from when on it is worth nothing; null for never
 * @param revokedMillis when it was taken back; null if it was not
 */
public record ApiKey(
        String id,
        Grant grant,
        String hash,
        long createdMillis,
        @Nullable Long endsMillis,
        @Nullable Long revokedMillis) {
    /** Whether it is worth something at this time. */
    public boolean isLive(Instant now) {
        return revokedMillis == null && (endsMillis == null || now.toEpochMilli() < endsMillis);
    }

    ApiKey revoked(Instant now) {
        return new ApiKey(
                id, grant, hash, createdMillis, endsMillis, revokedMillis == null ? now.toEpochMilli() : revokedMillis);
    }

    ApiKey ending(long millis) {
        long end = endsMillis == null ? millis : Math.min(millis, endsMillis);
        return new ApiKey(id, grant, hash, createdMillis, end, revokedMillis);
    }
}
