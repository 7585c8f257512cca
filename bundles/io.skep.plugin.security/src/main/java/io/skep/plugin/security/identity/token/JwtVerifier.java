// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.util.Base64URL;
import io.skep.plugin.security.identity.Names;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Verifies the tokens of one issuer. First the signature, with the keys and algorithms of the issuer alone; only then the
 * claims are believed. Thread-safe.
 */
public final class JwtVerifier implements AutoCloseable {
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");
    private static final int MIN_RSA_BITS = 2048;

    private final TrustedIssuer issuer;
    private final Keys keys;
    private final Clock clock;
    private final PrincipalReader reader;
    private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();

    /** Of an issuer with these keys, which it owns. */
    public JwtVerifier(TrustedIssuer issuer, Keys keys, Clock clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.clock = clock;
        this.reader = new PrincipalReader(issuer.mapping());
    }

    String issuer() {
        return issuer.issuer();
    }

    boolean isAtOnce() {
        return keys.areAtHand();
    }

    Principal verify(Compact token) throws RefusedException, UnavailableException {
        checkHeader(token.header());
        if (token.signature().isEmpty()) {
            throw new RefusedException(Refusal.MALFORMED);
        }
        checkSignature(token);
        Claims claims = new Claims(token.claims());
        Instant expiry = checkTimes(claims);
        if (claims.has("cnf")) {
            throw new RefusedException(Refusal.BOUND);
        }
        List<String> audiences = claims.texts("aud");
        if (audiences.isEmpty()) {
            throw new RefusedException(Refusal.MISSING_CLAIM);
        }
        if (audiences.stream().noneMatch(issuer.audiences()::contains)) {
            throw new RefusedException(Refusal.AUDIENCE);
        }
        for (String name : issuer.required()) {
            if (!claims.has(name)) {
                throw new RefusedException(Refusal.MISSING_CLAIM);
            }
        }
        return reader.read(claims, issuer.issuer(), expiry, hash(token));
    }

    private void checkHeader(ObjectNode header) throws RefusedException {
        if (!issuer.algorithms().contains(header.path("alg").asText())) {
            throw new RefusedException(Refusal.ALGORITHM);
        }
        if (header.has("crit") || header.has("b64")) {
            throw new RefusedException(Refusal.CRITICAL_HEADER);
        }
        if (header.has("jku") || header.has("jwk") || header.has("x5u") || header.has("x5c")) {
            throw new RefusedException(Refusal.EMBEDDED_KEY);
        }
        JsonNode kid = header.path("kid");
        if (!kid.isMissingNode() && !(kid.isTextual() && Names.isPlain(kid.textValue()))) {
            throw new RefusedException(Refusal.MALFORMED);
        }
        // Media types are compared without case (RFC 7515 §4.1.9); that of an ID token is the same, so the audience
        // tells.
        String type = header.path("typ").isTextual() ? header.path("typ").textValue() : "";
        if (TYPES.stream().noneMatch(type::equalsIgnoreCase)) {
            throw new RefusedException(Refusal.TYPE);
        }
    }

    private void checkSignature(Compact token) throws RefusedException, UnavailableException {
        JWSHeader header = parse(token.headerPart());
        byte[] signed = token.signed().getBytes(StandardCharsets.US_ASCII);
        Base64URL signature = new Base64URL(token.signature());
        boolean tried = false;
        for (Key key : keys.select(header)) {
            if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
                continue;
            }
            tried = true;
            if (isSignedBy(key, header, signed, signature)) {
                return;
            }
        }
        throw new RefusedException(tried ? Refusal.SIGNATURE : Refusal.UNKNOWN_KEY);
    }

    private boolean isSignedBy(Key key, JWSHeader header, byte[] signed, Base64URL signature) {
        try {
            JWSVerifier verifier = key instanceof EdECPublicKey edwards
                    ? new Ed25519(edwards)
                    : verifiers.createJWSVerifier(header, key);
            return verifier.verify(header, signed, signature);
        } catch (JOSEException notWithThisKey) {
            return false;
        }
    }

    private static JWSHeader parse(String part) throws RefusedException {
        try {
            return JWSHeader.parse(new Base64URL(part));
        } catch (ParseException malformed) {
            throw new RefusedException(Refusal.MALFORMED);
        }
    }

    private Instant checkTimes(Claims claims) throws RefusedException {
        Instant now = clock.instant();
        Instant expiry = claims.time("exp");
        if (expiry == null) {
            throw new RefusedException(Refusal.MISSING_CLAIM);
        }
        Instant until = expiry.plus(issuer.skew());
        if (!now.isBefore(until)) {
            throw new RefusedException(Refusal.EXPIRED);
        }
        Instant begin = claims.time("nbf");
        if (begin != null && begin.isAfter(now.plus(issuer.skew()))) {
            throw new RefusedException(Refusal.NOT_YET_VALID);
        }
        Instant issued = claims.time("iat");
        if (issued != null && issued.isAfter(now.plus(issuer.skew()))) {
            throw new RefusedException(Refusal.ISSUED_IN_FUTURE);
        }
        if (expiry.isAfter(now.plus(issuer.maxLifetime()).plus(issuer.skew()))) {
            throw new RefusedException(Refusal.LIFETIME);
        }
        return until;
    }

    /** Of what is signed: a signature can be written in more than one way, and the token would be the same. */
    private static String hash(Compact token) {
        return "sha256:" + Base64.getUrlEncoder().withoutPadding().encodeToString(TokenKey.hash(token.signed()));
    }

    @Override
    public void close() {
        keys.close();
    }
}
