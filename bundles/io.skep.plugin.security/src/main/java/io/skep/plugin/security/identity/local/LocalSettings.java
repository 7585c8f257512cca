// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.Checks;
import io.skep.plugin.security.identity.Names;
import java.time.Duration;

/**
 * Of our own identities. Immutable.
 *
 * @param issuer what our tokens say of who made them
 * @param audience whom they are for
 * @param tokenLife how long they live, 1 min to 1 h
 * @param keyLife after which the signing key is replaced, 1 h to 366 days
 * @param publish how long a new signing key is published before it signs, so that who keeps a copy of our keys has it; 0 to
 *     1 h
 * @param maxClients at most
 * @param maxApiKeys at most, the revoked ones included that are kept for the record
 * @param maxRevocations at most
 * @param hash of client secrets
 */
public record LocalSettings(
        String issuer,
        String audience,
        Duration tokenLife,
        Duration keyLife,
        Duration publish,
        int maxClients,
        int maxApiKeys,
        int maxRevocations,
        HashSettings hash) {
    /** {@code skep-local}; tokens of 10 min; keys of 30 days, published 10 min ahead; 10,000 of everything. */
    public static final LocalSettings DEFAULT = new LocalSettings(
            "skep-local",
            "skep",
            Duration.ofMinutes(10),
            Duration.ofDays(30),
            Duration.ofMinutes(10),
            10_000,
            10_000,
            10_000,
            HashSettings.DEFAULT);

    private static final int MOST = 20_000;

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException naming what is out of bounds
     */
    public LocalSettings {
        Checks.that(Names.isPlain(issuer), "the issuer is not a name");
        Checks.that(Names.isPlain(audience), "the audience is not a name");
        Checks.within("tokenLife", tokenLife, Duration.ofMinutes(1), Duration.ofHours(1));
        Checks.within("keyLife", keyLife, Duration.ofHours(1), Duration.ofDays(366));
        Checks.within("publish", publish, Duration.ZERO, Duration.ofHours(1));
        Checks.within("maxClients", maxClients, 1, MOST);
        Checks.within("maxApiKeys", maxApiKeys, 1, MOST);
        Checks.within("maxRevocations", maxRevocations, 1, MOST);
    }

    /** The same with other hashing. */
    public LocalSettings with(HashSettings other) {
        return new LocalSettings(
                issuer, audience, tokenLife, keyLife, publish, maxClients, maxApiKeys, maxRevocations, other);
    }
}
