// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import io.skep.plugin.security.identity.Provider;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.Signer;
import io.skep.testkit.ManualClock;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.interfaces.EdECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EdDSA, for issuers that say so. */
class Ed25519Test {
    /** RFC 8037, appendix A.2 to A.5. */
    private static final String KEY =
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

    private static final String SIGNED = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    private static final String SIGNATURE =
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    private static final JWSHeader EDDSA = new JWSHeader(JWSAlgorithm.EdDSA);

    private static Ed25519 verifier() throws ParseException {
        List<Key> keys = Ed25519.keys(List.of(JWK.parse(KEY)));
        assertThat(keys).hasSize(1);
        return new Ed25519((EdECPublicKey) keys.get(0));
    }

    private static boolean verifies(String signed, String signature) throws ParseException, JOSEException {
        return verifier().verify(EDDSA, signed.getBytes(StandardCharsets.US_ASCII), new Base64URL(signature));
    }

    @Test
    void exampleOfTheStandard_isVerified_andNothingElse() throws ParseException, JOSEException {
        assertThat(JWK.parse(KEY).computeThumbprint().toString())
                .isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assertThat(verifies(SIGNED, SIGNATURE)).isTrue();
        assertThat(verifies(SIGNED.replace('R', 'S'), SIGNATURE)).isFalse();
        assertThat(verifies(SIGNED, SIGNATURE.replace('h', 'i'))).isFalse();
        assertThat(verifies(SIGNED, SIGNATURE.substring(0, 40))).isFalse();
        assertThat(verifies(SIGNED, "")).isFalse();
    }

    /** RFC 8032 §5.1.7: the second half is less than the order of the group, or one signature could be written as another. */
    @Test
    void signatureWithTheOrderAdded_isRefused() throws ParseException, JOSEException {
        byte[] signature = new Base64URL(SIGNATURE).decode();
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] big = new byte[32];
        for (int i = 0; i < 32; i++) {
            big[i] = signature[63 - i];
        }
        byte[] more = new BigInteger(1, big).add(order).toByteArray();
        for (int i = 0; i < 32; i++) {
            signature[32 + i] = i < more.length ? more[more.length - 1 - i] : 0;
        }
        assertThat(verifies(SIGNED, Base64URL.encode(signature).toString())).isFalse();
    }

    @Test
    void anotherAlgorithm_isNotVerified() throws ParseException {
        Ed25519 verifier = verifier();
        assertThatThrownBy(() -> verifier.verify(new JWSHeader(JWSAlgorithm.RS256), new byte[0], new Base64URL("")))
                .isInstanceOf(JOSEException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"X9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq_oJWGA\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ\"}",
                "{\"kty\":\"oct\",\"k\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
            })
    void keyOfAnotherKind_isNone(String key) throws ParseException {
        assertThat(Ed25519.keys(List.of(JWK.parse(key)))).isEmpty();
    }

    private static String claims(Provider provider) {
        return String.format(
                "{\"sub\":\"ann\",\"aud\":\"skep\",\"client_id\":\"c\",\"exp\":%d,\"iss\":\"%s\"}",
                Instant.parse("2026-01-01T00:05:00Z").getEpochSecond(), provider.issuer());
    }

    @Test
    void issuerThatListsIt_isBelieved_andOneThatDoesNot_isNot() throws Exception {
        Signer ed = Signer.ed("ed");
        Signer stranger = Signer.ed("ed");
        Signer rsa = Signer.rsa("rsa");
        try (Provider provider = new Provider().keys(ed, rsa);
                Fetch fetch = new Fetch(Duration.ofSeconds(30), 64 << 10);
                JwtVerifiers with = verifiers(provider, fetch, Set.of("EdDSA", "RS256"));
                JwtVerifiers without = verifiers(provider, fetch, TrustedIssuer.USUAL)) {
            String claims = claims(provider);
            String token = ed.sign(JWSAlgorithm.EdDSA, claims);
            assertThat(with.verify(token).principal().subject()).isEqualTo("ann");
            assertThat(with.verify(rsa.sign(claims)).principal().subject()).isEqualTo("ann");
            assertThat(refusal(without, token)).isEqualTo(Refusal.ALGORITHM);
            assertThat(refusal(with, stranger.sign(JWSAlgorithm.EdDSA, claims))).isEqualTo(Refusal.SIGNATURE);
            // The key of one algorithm under the name of another.
            String asRsa = ed.sign(JWSAlgorithm.EdDSA, "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"ed\"}", claims);
            assertThat(refusal(with, asRsa)).isEqualTo(Refusal.UNKNOWN_KEY);
            String asEd =
                    rsa.sign(JWSAlgorithm.RS256, "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}", claims);
            assertThat(refusal(with, asEd)).isEqualTo(Refusal.UNKNOWN_KEY);
            for (String cut : Stream.of(1, 20, 86)
                    .map(n -> token.substring(0, token.length() - n))
                    .toList()) {
                assertThat(refusal(with, cut)).isIn(Refusal.SIGNATURE, Refusal.MALFORMED);
            }
        }
    }

    private static Refusal refusal(JwtVerifiers verifiers, String token) {
        return catchThrowableOfType(RefusedException.class, () -> verifiers.verify(token))
                .reason();
    }

    private static JwtVerifiers verifiers(Provider provider, Fetch fetch, Set<String> algorithms) {
        KeySettings keys = new KeySettings(
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                Duration.ofMillis(10),
                Duration.ofHours(4),
                Duration.ofSeconds(30),
                64 << 10);
        TrustedIssuer issuer = TrustedIssuer.of(provider.issuer(), "skep")
                .with(ClaimMapping.DEFAULT.with(ClaimMapping.ClaimRules.DEFAULT), Set.of("client_id"))
                .with(algorithms);
        return new JwtVerifiers(
                List.of(new JwtVerifier(issuer, new RemoteKeys(issuer, keys, fetch), new ManualClock())),
                Duration.ofSeconds(60));
    }
}
