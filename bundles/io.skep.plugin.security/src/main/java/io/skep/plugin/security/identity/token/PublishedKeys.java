// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWK;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the keys of an issuer from where it says that they are (OpenID Connect Discovery 1.0 §4), without keeping them.
 * Where they are is asked again after a failure. Thread-safe.
 */
final class PublishedKeys implements JWKSetSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);

    private final TrustedIssuer issuer;
    private final Fetch fetch;
    private volatile @Nullable URI found;
    private volatile boolean failing;
    /** When the last fetch began that succeeded, and when the last one failed; by {@link System#nanoTime}. */
    private volatile long begun;

    private volatile long failed;

    PublishedKeys(TrustedIssuer issuer, Fetch fetch) {
        this.issuer = issuer;
        this.fetch = fetch;
        this.begun = System.nanoTime();
        this.failed = begun;
    }

    /** Whether a fetch has failed since that time, or the last one before it did: so that what is known may be old. */
    boolean isFailingSince(long nanos) {
        return failing || failed - nanos >= 0;
    }

    /** Whether the last fetch that succeeded began after that time. */
    boolean isFetchedSince(long nanos) {
        return begun - nanos >= 0;
    }

    @Override
    public JWKSet getJWKSet(
            @Nullable JWKSetCacheRefreshEvaluator evaluator, long now, @Nullable SecurityContext context)
            throws JWKSetUnavailableException {
        long begin = System.nanoTime();
        try {
            JWKSet keys = parse(fetch.get(place()));
            begun = begin;
            failing = false;
            return keys;
        } catch (IOException unreachable) {
            throw failed(new JWKSetUnavailableException(String.valueOf(unreachable.getMessage()), unreachable));
        } catch (ParseException malformed) {
            throw failed(new JWKSetParseException("the keys of " + issuer.issuer() + " are malformed", malformed));
        }
    }

    /**
     * Reads the keys of a document. Those that cannot be read are left out (RFC 7517 §5): the others serve all the same.
     *
     * @throws ParseException if it is no document of keys
     */
    static JWKSet parse(String document) throws ParseException {
        JsonNode entries;
        try {
            entries =
                    StrictJson.object(document.getBytes(StandardCharsets.UTF_8)).path("keys");
        } catch (RefusedException malformed) {
            throw new ParseException("it is no JSON object", 0);
        }
        if (!entries.isArray()) {
            throw new ParseException("it has no list of keys", 0);
        }
        List<JWK> keys = new ArrayList<>();
        for (JsonNode entry : entries) {
            // One by one and only objects, as the library's reader of the whole list falls over a null.
            if (entry.isObject()) {
                try {
                    keys.add(JWK.parse(entry.toString()));
                } catch (ParseException | IllegalArgumentException | IllegalStateException unreadable) {
                    LOG.debug("a key of the issuer is left out", unreadable);
                }
            }
        }
        return new JWKSet(keys);
    }

    private JWKSetUnavailableException failed(JWKSetUnavailableException failure) {
        failed = System.nanoTime();
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
