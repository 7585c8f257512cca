// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import io.skep.plugin.security.identity.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the keys of an issuer from where it says that they are (OpenID Connect Discovery 1.0 §4), without keeping them.
 * Where they are is asked again after a failure. Thread-safe.
 */
final class PublishedKeys implements JWKSetSource<SecurityContext> {
    private final TrustedIssuer issuer;
    private final Fetch fetch;
    private volatile @Nullable URI found;
    private volatile boolean failing;

    PublishedKeys(TrustedIssuer issuer, Fetch fetch) {
        this.issuer = issuer;
        this.fetch = fetch;
    }

    /** Whether the last fetch failed, so that what is known may be old. */
    boolean isFailing() {
        return failing;
    }

    @Override
    public JWKSet getJWKSet(
            @Nullable JWKSetCacheRefreshEvaluator evaluator, long now, @Nullable SecurityContext context)
            throws JWKSetUnavailableException {
        try {
            JWKSet keys = JWKSet.parse(fetch.get(place()));
            failing = false;
            return keys;
        } catch (IOException unreachable) {
            throw failed(new JWKSetUnavailableException(String.valueOf(unreachable.getMessage()), unreachable));
        } catch (ParseException malformed) {
            throw failed(new JWKSetParseException("the keys of " + issuer.issuer() + " are malformed", malformed));
        }
    }

    private JWKSetUnavailableException failed(JWKSetUnavailableException failure) {
        failing = true;
        found = null;
        return failure;
    }

    private URI place() throws IOException {
        URI place = issuer.jwks() == null ? found : issuer.jwks();
        if (place == null) {
            place = discover();
            found = place;
        }
        return place;
    }

    private URI discover() throws IOException {
        String base = issuer.issuer().endsWith("/") ? issuer.issuer() : issuer.issuer() + "/";
        try {
            ObjectNode document = StrictJson.object(fetch.get(URI.create(base + ".well-known/openid-configuration"))
                    .getBytes(StandardCharsets.UTF_8));
            JsonNode place = document.path("jwks_uri");
            // Or the document of one issuer could speak for another.
            if (!issuer.issuer().equals(document.path("issuer").textValue()) || !place.isTextual()) {
                throw new IOException("what " + base + " says of itself is not about " + issuer.issuer());
            }
            return URI.create(place.textValue());
        } catch (RefusedException malformed) {
            throw new IOException("what " + base + " says of itself is malformed", malformed);
        } catch (IllegalArgumentException noUri) {
            throw new IOException("what " + base + " says of itself holds no address", noUri);
        }
    }

    @Override
    public void close() {}
}
