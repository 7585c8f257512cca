// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.Signer;
import io.skep.plugin.security.identity.UnavailableException;
import io.skep.testkit.ManualClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Whatever a token or a provider says, it is taken, refused or unavailable, and nothing else happens. */
final class TokenFuzzTest {
    private static final String ISSUER = "https://idp";
    private static final Signer SIGNER = Signer.ec("one");
    private static final Set<String> SIGNED = Set.of("ES256");

    private final ManualClock clock = new ManualClock();

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    @FuzzTest
    void token_isTakenApartInOneWay(byte[] data) {
        String token = text(data);
        try {
            Compact compact = Compact.parse(token);
            assertThat(Compact.looksLike(token)).isTrue();
            assertThat(compact.signed() + "." + compact.signature()).isEqualTo(token);
            assertThat(StrictJson.object(compact.claims().toString().getBytes(StandardCharsets.UTF_8)))
                    .hasSameSizeAs(compact.claims());
        } catch (RefusedException refused) {
            assertThat(refused.reason().words()).isNotEmpty();
        }
    }

    /** The first line is the header, the rest the claims: both as somebody with the key of an issuer may sign them. */
    @FuzzTest
    void signedToken_isAPrincipal_orRefused(byte[] data) throws Exception {
        String all = text(data);
        int line = all.indexOf('\n');
        String token = SIGNER.sign(
                JWSAlgorithm.ES256, line < 0 ? all : all.substring(0, line), line < 0 ? "{}" : all.substring(line + 1));
        Key key = SIGNER.key().toECKey().toPublicKey();
        TrustedIssuer issuer = TrustedIssuer.of(ISSUER, "skep").with(SIGNED);
        JwtVerifiers verifiers = new JwtVerifiers(
                List.of(new JwtVerifier(issuer, header -> List.of(key), clock)), Duration.ofSeconds(60));
        try {
            Principal principal = verifiers.verify(token).principal();
            assertThat(principal.issuer()).isEqualTo(ISSUER);
            assertThat(principal.expiry())
                    .isAfter(clock.instant())
                    .isBeforeOrEqualTo(clock.instant()
                            .plus(issuer.maxLifetime())
                            .plus(issuer.skew().multipliedBy(2)));
            Compact read = Compact.parse(token);
            assertThat(read.header().has("crit") || read.header().has("jwk")).isFalse();
            assertThat(new Claims(read.claims()).texts("aud")).contains("skep");
        } catch (RefusedException refused) {
            assertThat(refused.reason().words()).isNotEmpty();
        }
    }

    /** The first byte chooses the status. */
    @FuzzTest
    void answerOfIntrospection_isAPrincipal_refused_orUnavailable(byte[] data) {
        List<Integer> statuses = List.of(200, 400, 401, 503);
        int status = data.length == 0 ? 200 : statuses.get((data[0] & 0xff) % statuses.size());
        String body = data.length == 0 ? "" : text(data).substring(1);
        Introspector introspector = new Introspector(
                new IntrospectionSettings(
                        URI.create("https://idp/introspect"),
                        "us",
                        "secret",
                        ISSUER,
                        "skep",
                        ClaimMapping.DEFAULT,
                        IntrospectionSettings.Limits.DEFAULT),
                request -> answer(status, body),
                clock);
        try {
            Principal principal = introspector.verify("2YotnFZFEjr1zCsicMWpAA").principal();
            assertThat(status).isEqualTo(200);
            assertThat(principal.issuer()).isEqualTo(ISSUER);
            assertThat(principal.expiry()).isAfter(clock.instant());
        } catch (RefusedException refused) {
            assertThat(status).isEqualTo(200);
        } catch (UnavailableException unavailable) {
            assertThat(unavailable.retryAfter()).isPositive();
        }
    }

    private static HTTPResponse answer(int status, String body) {
        try {
            HTTPResponse response = new HTTPResponse(status);
            response.setContentType("application/json");
            response.setBody(body);
            return response;
        } catch (ParseException cannot) {
            throw new AssertionError(cannot);
        }
    }

    @FuzzTest
    void publishedKeys_areKeys_orNotTaken(byte[] data) throws Exception {
        JWKSet keys;
        try {
            keys = PublishedKeys.parse(text(data));
        } catch (java.text.ParseException refused) {
            return;
        }
        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256)) {
            var selector = new JWSVerificationKeySelector<SecurityContext>(algorithm, new ImmutableJWKSet<>(keys));
            for (String kid : List.of("one", "two")) {
                List<Key> selected = select(selector, algorithm, kid);
                Class<?> type = algorithm.equals(JWSAlgorithm.ES256) ? ECPublicKey.class : RSAPublicKey.class;
                assertThat(selected).hasSizeLessThanOrEqualTo(keys.size()).allMatch(type::isInstance);
            }
        }
    }

    private static List<Key> select(
            JWSVerificationKeySelector<SecurityContext> selector, JWSAlgorithm algorithm, String kid)
            throws JOSEException {
        return selector.selectJWSKeys(
                new JWSHeader.Builder(algorithm).keyID(kid).build(), null);
    }
}
