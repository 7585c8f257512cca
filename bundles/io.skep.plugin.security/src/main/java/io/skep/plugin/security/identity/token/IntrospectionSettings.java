// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import io.skep.plugin.security.identity.Checks;
import io.skep.plugin.security.identity.Names;
import java.net.URI;
import java.time.Duration;

/**
 * How opaque tokens are asked about. Immutable.
 *
 * @param endpoint the introspection endpoint of the provider
 * @param clientId who we are to it
 * @param clientSecret our secret
 * @param issuer whom the principals are of; an answer that names another is refused
 * @param audience that the answer must name; empty if the provider names none
 * @param mapping which member of the answer says what
 * @param limits bounds
 */
public record IntrospectionSettings(
        URI endpoint,
        String clientId,
        String clientSecret,
        String issuer,
        String audience,
        ClaimMapping mapping,
        Limits limits) {
    /**
     * Bounds.
     *
     * @param keep how long a token that is active is remembered, at most 30 s
     * @param keepInactive how long one that is not, at most 1 s
     * @param inactive how many of those, at most; beyond it the provider is asked again
     * @param parallel questions at a time; beyond it the answer is unavailable, at once
     * @param minCalls before the breaker judges the provider
     * @param failurePercent of the last 20 calls from which on the provider is not asked any more
     * @param pause after which it is tried again
     */
    public record Limits(
            Duration keep,
            Duration keepInactive,
            int inactive,
            int parallel,
            int minCalls,
            int failurePercent,
            Duration pause) {
        /** 30 s, 1 s for 10,000; 16 at a time; a pause of 5 s when half of 5 calls or more failed. */
        public static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(30), Duration.ofSeconds(1), 10_000, 16, 5, 50, Duration.ofSeconds(5));

        /**
         * Checks them.
         *
         * @throws IllegalArgumentException naming what is out of bounds
         */
        public Limits {
            Checks.within("keep", keep, Duration.ZERO, Duration.ofSeconds(30));
            Checks.within("keepInactive", keepInactive, Duration.ZERO, Duration.ofSeconds(1));
            Checks.within("inactive", inactive, 0, 1_000_000);
            Checks.within("parallel", parallel, 1, 1000);
            Checks.within("minCalls", minCalls, 1, 20);
            Checks.within("failurePercent", failurePercent, 1, 100);
            Checks.within("pause", pause, Duration.ofMillis(10), Duration.ofMinutes(5));
        }
    }

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public IntrospectionSettings {
        Checks.that(Fetch.isSafe(endpoint), "the introspection endpoint must be HTTPS, or on this machine");
        Checks.that(Names.isPlain(issuer), "the issuer is not a name");
        Checks.that(!clientId.isBlank() && !clientSecret.isBlank(), "introspection needs a client id and a secret");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "IntrospectionSettings[endpoint=" + endpoint + ", clientId=" + clientId + ", issuer=" + issuer + "]";
    }
}
