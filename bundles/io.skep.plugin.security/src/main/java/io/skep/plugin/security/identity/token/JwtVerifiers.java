// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import io.skep.plugin.security.identity.Checks;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.UnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Verifies the tokens of several issuers: the claim {@code iss} only chooses whose keys and rules hold. Thread-safe. */
public final class JwtVerifiers implements AutoCloseable {
    private final Map<String, JwtVerifier> verifiers;
    private final Duration keep;

    /**
     * Of these issuers, which it owns.
     *
     * @param keep how long a verified token may be remembered, at most 60 s
     * @throws IllegalArgumentException if an issuer is there twice
     */
    public JwtVerifiers(List<JwtVerifier> issuers, Duration keep) {
        Checks.within("keep", keep, Duration.ZERO, Duration.ofSeconds(60));
        Map<String, JwtVerifier> byIssuer = new HashMap<>();
        for (JwtVerifier verifier : issuers) {
            Checks.that(
                    byIssuer.put(verifier.issuer(), verifier) == null,
                    verifier.issuer() + " is there twice as an issuer");
        }
        this.verifiers = Map.copyOf(byIssuer);
        this.keep = keep;
    }

    /** Whether a credential means to be a JWT, well formed or not; an opaque token does not. */
    public static boolean isFor(String credential) {
        return Compact.looksLike(credential);
    }

    /** Whether verifying a token takes computing alone: its issuer's keys are at hand, or there is nothing to verify. */
    public boolean isAtOnce(String token) {
        try {
            JwtVerifier verifier = verifiers.get(new Claims(Compact.parse(token).claims()).needText("iss"));
            return verifier == null || verifier.isAtOnce();
        } catch (RefusedException refused) {
            return true;
        }
    }

    /**
     * Verifies a token.
     *
     * @throws RefusedException if it is not good
     * @throws UnavailableException if the keys of its issuer cannot be had now
     */
    public Verified verify(String token) throws RefusedException, UnavailableException {
        Compact compact = Compact.parse(token);
        if (!TrustedIssuer.ALGORITHMS.contains(compact.header().path("alg").asText())) {
            throw new RefusedException(Refusal.ALGORITHM);
        }
        JwtVerifier verifier = verifiers.get(new Claims(compact.claims()).needText("iss"));
        if (verifier == null) {
            throw new RefusedException(Refusal.UNKNOWN_ISSUER);
        }
        return new Verified(verifier.verify(compact), keep);
    }

    @Override
    public void close() {
        verifiers.values().forEach(JwtVerifier::close);
    }
}
