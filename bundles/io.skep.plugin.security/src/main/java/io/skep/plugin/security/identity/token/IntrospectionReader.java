// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** Makes a principal of what the provider says of an opaque token (RFC 7662 §2.2). Immutable. */
final class IntrospectionReader {
    private final IntrospectionSettings settings;
    private final PrincipalReader reader;

    IntrospectionReader(IntrospectionSettings settings) {
        this.settings = settings;
        this.reader = new PrincipalReader(settings.mapping());
    }

    /** The principal of an answer; {@code exp} and {@code iss} may be missing in it. */
    Principal read(String answer, String token, Instant now) throws RefusedException {
        ObjectNode node = StrictJson.object(answer.getBytes(StandardCharsets.UTF_8));
        if (!node.path("active").asBoolean(false)) {
            throw new RefusedException(Refusal.INACTIVE);
        }
        Claims claims = new Claims(node);
        String issuer = claims.text("iss");
        if (issuer != null && !issuer.equals(settings.issuer())) {
            throw new RefusedException(Refusal.UNKNOWN_ISSUER);
        }
        if (claims.has("cnf")) {
            throw new RefusedException(Refusal.BOUND);
        }
        if (!settings.audience().isEmpty() && !claims.texts("aud").contains(settings.audience())) {
            throw new RefusedException(Refusal.AUDIENCE);
        }
        Instant begin = claims.time("nbf");
        if (begin != null && begin.isAfter(now)) {
            throw new RefusedException(Refusal.NOT_YET_VALID);
        }
        Instant expiry = claims.time("exp");
        if (expiry != null && !now.isBefore(expiry)) {
            throw new RefusedException(Refusal.EXPIRED);
        }
        String hash = "sha256:" + Base64.getUrlEncoder().withoutPadding().encodeToString(TokenKey.hash(token));
        return reader.read(
                claims,
                settings.issuer(),
                // Without an end of its own it is asked about again when what is remembered has become old.
                expiry == null ? now.plus(settings.limits().keep()) : expiry,
                hash);
    }
}
