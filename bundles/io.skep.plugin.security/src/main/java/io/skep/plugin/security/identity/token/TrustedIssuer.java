// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import io.skep.plugin.security.identity.Checks;
import io.skep.plugin.security.identity.Names;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An issuer whose tokens are taken, and what they must be. Immutable.
 *
 * @param issuer the claim {@code iss}, compared exactly
 * @param audiences of which the claim {@code aud} must name one; not empty
 * @param algorithms of {@link #ALGORITHMS}; whatever a token says, no other is used
 * @param jwks where its keys are; null to find out by OpenID Connect Discovery
 * @param mapping which claim says what
 * @param required claims that must be there besides {@code exp} and the subject
 * @param skew by which clocks may differ, 0 to 5 min
 * @param maxLifetime from now to {@code exp} at most, so that a revocation need not be remembered for longer
 */
public record TrustedIssuer(
        String issuer,
        Set<String> audiences,
        Set<String> algorithms,
        @Nullable URI jwks,
        ClaimMapping mapping,
        Set<String> required,
        Duration skew,
        Duration maxLifetime) {
    /** The algorithms that are taken if nothing is said. */
    public static final Set<String> USUAL = Set.of("RS256", "PS256", "ES256");

    /** Every algorithm that can be listed; EdDSA is that with Ed25519. */
    public static final Set<String> ALGORITHMS = Set.of("RS256", "PS256", "ES256", "EdDSA");

    /** The longest life of a token, if nothing else is said. */
    public static final Duration MAX_LIFETIME = Duration.ofHours(24);

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public TrustedIssuer {
        Checks.that(Names.isPlain(issuer), "the issuer is not a name");
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        required = Set.copyOf(required);
        Checks.that(!audiences.isEmpty(), "an issuer without an audience would let tokens for others in");
        Checks.that(!algorithms.isEmpty(), "an issuer needs an algorithm");
        Checks.that(ALGORITHMS.containsAll(algorithms), "algorithms are of RS256, PS256, ES256 and EdDSA");
        Checks.within("skew", skew, Duration.ZERO, Duration.ofMinutes(5));
        Checks.within("maxLifetime", maxLifetime, Duration.ofMinutes(1), Duration.ofDays(366));
    }

    /** With the usual algorithms, discovery, the default mapping, 30 s of skew and a life of {@link #MAX_LIFETIME} at most. */
    public static TrustedIssuer of(String issuer, String audience) {
        return new TrustedIssuer(
                issuer,
                Set.of(audience),
                USUAL,
                null,
                ClaimMapping.DEFAULT,
                Set.of(),
                Duration.ofSeconds(30),
                MAX_LIFETIME);
    }

    /** The same with other claims. */
    public TrustedIssuer with(ClaimMapping other, Set<String> alsoRequired) {
        return new TrustedIssuer(issuer, audiences, algorithms, jwks, other, alsoRequired, skew, maxLifetime);
    }

    /** The same with other algorithms. */
    public TrustedIssuer with(Set<String> others) {
        return new TrustedIssuer(issuer, audiences, others, jwks, mapping, required, skew, maxLifetime);
    }
}
