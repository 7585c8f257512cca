// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import io.skep.plugin.security.identity.Provider;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.Signer;
import io.skep.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that must not get in, each with the reason for which it must not. The clock stands at {@code NOW}, skew is 30 s. */
final class HostileTokensTest {
    private static final ManualClock CLOCK = new ManualClock();
    private static final long NOW = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
    private static final Signer RSA = Signer.rsa("rsa");
    private static final Signer EC = Signer.ec("ec");
    private static final Signer STRANGER = Signer.rsa("rsa");
    private static final Signer WEAK = Signer.rsa("weak", 1024);
    private static final Provider PROVIDER = new Provider().keys(RSA, EC, WEAK);
    private static final String ISSUER = PROVIDER.issuer();
    private static final TrustedIssuer TRUSTED = TrustedIssuer.of(ISSUER, "skep")
            .with(ClaimMapping.DEFAULT.with(ClaimMapping.ClaimRules.DEFAULT), Set.of("client_id"));
    private static final KeySettings KEYS = new KeySettings(
            Duration.ofHours(1),
            Duration.ofSeconds(30),
            Duration.ofMillis(10),
            Duration.ofHours(4),
            Duration.ofSeconds(30),
            64 << 10);
    private static final Fetch FETCH = new Fetch(Duration.ofSeconds(30), 64 << 10);
    private static final JwtVerifiers VERIFIERS = new JwtVerifiers(
            List.of(new JwtVerifier(TRUSTED, new RemoteKeys(TRUSTED, KEYS, FETCH), CLOCK)), Duration.ofSeconds(60));

    private static final String GOOD = claims("");

    @BeforeAll
    static void theGoodTokenIsGood() throws Exception {
        assertThat(VERIFIERS.verify(RSA.sign(GOOD)).principal().subject()).isEqualTo("ann");
        assertThat(VERIFIERS
                        .verify(RSA.sign(JWSAlgorithm.PS256, GOOD))
                        .principal()
                        .subject())
                .isEqualTo("ann");
        assertThat(VERIFIERS
                        .verify(EC.sign(JWSAlgorithm.ES256, GOOD))
                        .principal()
                        .subject())
                .isEqualTo("ann");
    }

    @AfterAll
    static void close() {
        VERIFIERS.close();
        FETCH.close();
        PROVIDER.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"shapes", "json", "algorithms", "headers", "times", "parties", "content"})
    void hostileToken_isRefused(String what, Refusal reason, String token) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> VERIFIERS.verify(token));

        assertThat(refused).as(what).isNotNull();
        assertThat(refused.reason()).isEqualTo(reason);
    }

    @Test
    void tokenCutAnywhere_isRefused() {
        String token = RSA.sign(GOOD);
        for (int end = 0; end < token.length(); end++) {
            String cut = token.substring(0, end);
            assertThat(catchThrowableOfType(RefusedException.class, () -> VERIFIERS.verify(cut)))
                    .as("cut to %d characters", end)
                    .isNotNull();
        }
    }

    @Test
    void anyCharacterChanged_isRefused() {
        String token = RSA.sign(GOOD);
        for (int i = 0; i < token.length(); i++) {
            String changed = token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
            assertThat(catchThrowableOfType(RefusedException.class, () -> VERIFIERS.verify(changed)))
                    .as("character %d changed", i)
                    .isNotNull();
        }
    }

    @Test
    void addressesInHeaders_areNeverAsked() {
        headers().forEach(row -> assertThatThrownBy(() -> VERIFIERS.verify((String) row.get()[2])));

        assertThat(PROVIDER.calls("/evil")).isZero();
    }

    static Stream<Arguments> shapes() {
        String good = RSA.sign(GOOD);
        String[] part = good.split("\\.");
        String otherLast = canonicalNeighbour(good);
        return Stream.of(
                row("nothing", Refusal.MALFORMED, ""),
                row("one part", Refusal.MALFORMED, part[0]),
                row("two parts", Refusal.MALFORMED, part[0] + "." + part[1]),
                row("four parts", Refusal.MALFORMED, good + ".x"),
                row("two signatures", Refusal.MALFORMED, good + "." + part[2]),
                row("six parts", Refusal.MALFORMED, good + ".a.b.c"),
                row("empty parts", Refusal.MALFORMED, ".."),
                row("empty header", Refusal.MALFORMED, "." + part[1] + "." + part[2]),
                row("empty claims", Refusal.MALFORMED, part[0] + ".." + part[2]),
                row("empty signature", Refusal.MALFORMED, part[0] + "." + part[1] + "."),
                row("space before", Refusal.MALFORMED, " " + good),
                row("space after", Refusal.MALFORMED, good + " "),
                row("line break within", Refusal.MALFORMED, part[0] + ".\n" + part[1] + "." + part[2]),
                row("padding", Refusal.MALFORMED, part[0] + "=." + part[1] + "." + part[2]),
                row("base64, not base64url", Refusal.MALFORMED, part[0] + "." + part[1] + ".+/" + part[2].substring(2)),
                row("non-ASCII signature", Refusal.MALFORMED, part[0] + "." + part[1] + ".é" + part[2].substring(1)),
                row("NUL", Refusal.MALFORMED, part[0] + "." + part[1] + "." + part[2] + "\0"),
                row("full-width dots", Refusal.MALFORMED, part[0] + "\uff0e" + part[1] + "\uff0e" + part[2]),
                row("the same signature written otherwise", Refusal.MALFORMED, otherLast),
                row("impossible length of base64url", Refusal.MALFORMED, part[0] + "." + part[1] + ".AAAAA"),
                row("signature cut", Refusal.SIGNATURE, part[0] + "." + part[1] + "." + part[2].substring(0, 340)),
                row("encrypted", Refusal.ENCRYPTED, encrypted()),
                row("nested in an encrypted one", Refusal.ENCRYPTED, "a." + good + ".b"),
                row("JSON serialisation", Refusal.MALFORMED, "{\"payload\":\"" + part[1] + "\",\"signatures\":[]}"));
    }

    static Stream<Arguments> json() {
        String head = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}";
        String deep = "[".repeat(100) + "]".repeat(100);
        return Stream.of(
                row("header is no JSON", Refusal.MALFORMED, RSA.sign(JWSAlgorithm.RS256, "alg", GOOD)),
                row("header is a list", Refusal.MALFORMED, RSA.sign(JWSAlgorithm.RS256, "[" + head + "]", GOOD)),
                row("header is null", Refusal.MALFORMED, RSA.sign(JWSAlgorithm.RS256, "null", GOOD)),
                row("two objects as header", Refusal.MALFORMED, RSA.sign(JWSAlgorithm.RS256, head + head, GOOD)),
                row("claims are a text", Refusal.MALFORMED, RSA.sign("\"" + ISSUER + "\"")),
                row("claims go on after their end", Refusal.MALFORMED, RSA.sign(GOOD + "x")),
                row("alg twice", Refusal.MALFORMED, withHeader("\"alg\":\"none\"")),
                row("kid twice", Refusal.MALFORMED, withHeader("\"kid\":\"ec\"")),
                row("sub twice", Refusal.MALFORMED, RSA.sign(claims(",\"sub\":\"admin\""))),
                row("aud twice", Refusal.MALFORMED, RSA.sign(claims(",\"aud\":\"other\""))),
                row("sub twice, once escaped", Refusal.MALFORMED, RSA.sign(claims(",\"\\u0073ub\":\"admin\""))),
                row("nested too deep", Refusal.MALFORMED, RSA.sign(claims(",\"x\":" + deep))),
                row("number of 100 digits", Refusal.MALFORMED, RSA.sign(claims(",\"x\":" + "9".repeat(100)))),
                row("comment", Refusal.MALFORMED, RSA.sign(claims("/* */"))),
                row("not a number", Refusal.MALFORMED, RSA.sign(claims(",\"x\":NaN"))),
                row("single quotes", Refusal.MALFORMED, RSA.sign(GOOD.replace('"', '\''))),
                row("byte order mark", Refusal.MALFORMED, RSA.sign("\ufeff" + GOOD)),
                row("UTF-16", Refusal.MALFORMED, bytes(GOOD.getBytes(StandardCharsets.UTF_16BE))),
                row("broken UTF-8", Refusal.MALFORMED, bytes(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'})),
                row("overlong UTF-8", Refusal.MALFORMED, bytes(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"'})));
    }

    static Stream<Arguments> algorithms() throws Exception {
        String[] part = RSA.sign(GOOD).split("\\.");
        byte[] publicKey = ((RSAPublicKey) RSA.key().toRSAKey().toPublicKey()).getEncoded();
        String publicJwk = RSA.key().toPublicJWK().toJSONString();
        List<Arguments> rows = new ArrayList<>(List.of(
                row("HS256 with the public key", Refusal.ALGORITHM, hs256(publicKey)),
                row("HS256 with the public JWK", Refusal.ALGORITHM, hs256(publicJwk.getBytes(StandardCharsets.UTF_8))),
                row("header changed to PS256", Refusal.SIGNATURE, head("PS256", "rsa") + "." + part[1] + "." + part[2]),
                row(
                        "ES256 with an RSA key's id",
                        Refusal.UNKNOWN_KEY,
                        head("ES256", "rsa") + "." + part[1] + "." + part[2]),
                row(
                        "RS256 with an EC key's id",
                        Refusal.UNKNOWN_KEY,
                        head("RS256", "ec") + "." + part[1] + "." + part[2]),
                row("ES256 of zeros", Refusal.SIGNATURE, head("ES256", "ec") + "." + part[1] + "." + "A".repeat(86)),
                row("ES256 in DER", Refusal.SIGNATURE, head("ES256", "ec") + "." + part[1] + "." + "MEUC".repeat(24)),
                row("RSA key of 1024 bits", Refusal.UNKNOWN_KEY, WEAK.sign(GOOD)),
                row("stranger with the id of a key", Refusal.SIGNATURE, STRANGER.sign(GOOD)),
                row(
                        "claims of another token",
                        Refusal.SIGNATURE,
                        part[0] + "." + Signer.encode(claims(",\"x\":1")) + "." + part[2]),
                row("signature of zeros", Refusal.SIGNATURE, part[0] + "." + part[1] + "." + "A".repeat(342))));
        for (String none : List.of("none", "None", "NONE", "nOnE", "", "RS256 ", "rs256")) {
            String header = Signer.encode("{\"alg\":\"" + none + "\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}");
            rows.add(row("alg \"" + none + "\" unsigned", Refusal.ALGORITHM, header + "." + part[1] + "."));
            rows.add(row("alg \"" + none + "\" signed", Refusal.ALGORITHM, header + "." + part[1] + "." + part[2]));
        }
        for (String other : List.of("RS384", "RS512", "ES512", "EdDSA", "HS512", "PS512", "ES256K", "RSA1_5")) {
            rows.add(row("alg " + other, Refusal.ALGORITHM, head(other, "rsa") + "." + part[1] + "." + part[2]));
        }
        for (String odd : List.of("1", "null", "[\"RS256\"]", "{}", "true")) {
            String header = Signer.encode("{\"alg\":" + odd + ",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}");
            rows.add(row("alg is " + odd, Refusal.ALGORITHM, header + "." + part[1] + "." + part[2]));
        }
        rows.add(row("no alg", Refusal.ALGORITHM, Signer.encode("{\"typ\":\"JWT\"}") + "." + part[1] + "." + part[2]));
        return rows.stream();
    }

    static Stream<Arguments> headers() {
        String evil = ISSUER + "/evil";
        String jwk = STRANGER.key().toPublicJWK().toJSONString();
        List<Arguments> rows = new ArrayList<>(List.of(
                row("jku", Refusal.EMBEDDED_KEY, withHeader("\"jku\":\"" + evil + "\"")),
                row("jku to a file", Refusal.EMBEDDED_KEY, withHeader("\"jku\":\"file:///etc/passwd\"")),
                row("x5u", Refusal.EMBEDDED_KEY, withHeader("\"x5u\":\"" + evil + "\"")),
                row("x5c", Refusal.EMBEDDED_KEY, withHeader("\"x5c\":[\"MIIB\"]")),
                row("jwk", Refusal.EMBEDDED_KEY, withHeader("\"jwk\":" + jwk)),
                row("jwk of the stranger who signed", Refusal.EMBEDDED_KEY, strangerWith("\"jwk\":" + jwk)),
                row("crit", Refusal.CRITICAL_HEADER, withHeader("\"crit\":[\"exp\"],\"exp\":1")),
                row("crit empty", Refusal.CRITICAL_HEADER, withHeader("\"crit\":[]")),
                row("crit null", Refusal.CRITICAL_HEADER, withHeader("\"crit\":null")),
                row("b64 false", Refusal.CRITICAL_HEADER, withHeader("\"b64\":false")),
                row("no typ", Refusal.TYPE, typed("")),
                row("typ of a DPoP proof", Refusal.TYPE, typed("\"typ\":\"dpop+jwt\",")),
                row("typ of a logout token", Refusal.TYPE, typed("\"typ\":\"logout+jwt\",")),
                row("typ with a space", Refusal.TYPE, typed("\"typ\":\"JWT \",")),
                row("typ is a list", Refusal.TYPE, typed("\"typ\":[\"JWT\"],"))));
        for (String kid : List.of(
                "../../../../dev/null",
                "' OR '1'='1",
                "rsa; cat /etc/passwd",
                "file:///dev/null",
                evil,
                "RSA",
                "rsa/",
                "unknown")) {
            rows.add(row("kid " + kid, Refusal.UNKNOWN_KEY, kid("\"" + kid + "\"")));
        }
        for (String odd :
                List.of("\"\"", "\"\\u0000\"", "\"rsa\\n\"", "1", "[\"rsa\"]", "{}", "\"" + "k".repeat(300) + "\"")) {
            rows.add(row("kid is " + odd.substring(0, Math.min(12, odd.length())), Refusal.MALFORMED, kid(odd)));
        }
        return rows.stream();
    }

    static Stream<Arguments> times() {
        List<Arguments> rows = new ArrayList<>(List.of(
                row("expired by the skew", Refusal.EXPIRED, RSA.sign(timed("exp", NOW - 30))),
                row("expired long ago", Refusal.EXPIRED, RSA.sign(timed("exp", 0))),
                row(
                        "valid a second beyond the skew",
                        Refusal.NOT_YET_VALID,
                        RSA.sign(claims(",\"nbf\":" + (NOW + 31)))),
                row("issued a second beyond the skew", Refusal.ISSUED_IN_FUTURE, RSA.sign(timed("iat", NOW + 31))),
                row("lives a second too long", Refusal.LIFETIME, RSA.sign(timed("exp", NOW + 86_431))),
                row("lives to the end of time", Refusal.LIFETIME, RSA.sign(timed("exp", 253_402_300_799L))),
                row("no exp", Refusal.MISSING_CLAIM, RSA.sign(without("exp"))),
                row("exp null", Refusal.MISSING_CLAIM, RSA.sign(timed("exp", "null")))));
        for (Object odd :
                List.of("\"" + (NOW + 60) + "\"", "-1", "1e300", "253402300800", "[" + (NOW + 60) + "]", "true")) {
            rows.add(row("exp " + odd, Refusal.BAD_CLAIM, RSA.sign(timed("exp", odd))));
        }
        rows.add(row("nbf is a text", Refusal.BAD_CLAIM, RSA.sign(claims(",\"nbf\":\"0\""))));
        rows.add(row("iat is a text", Refusal.BAD_CLAIM, RSA.sign(timed("iat", "\"0\""))));
        return rows.stream();
    }

    static Stream<Arguments> parties() {
        List<Arguments> rows = new ArrayList<>();
        for (String iss :
                List.of(ISSUER + "/", ISSUER.toUpperCase(Locale.ROOT), " " + ISSUER, "https://evil.example", "")) {
            rows.add(row("iss " + iss, Refusal.UNKNOWN_ISSUER, RSA.sign(timed("iss", "\"" + iss + "\""))));
        }
        rows.add(row("no iss", Refusal.MISSING_CLAIM, RSA.sign(without("iss"))));
        rows.add(row("iss is a list", Refusal.BAD_CLAIM, RSA.sign(timed("iss", "[\"" + ISSUER + "\"]"))));
        for (String aud :
                List.of("\"other\"", "[\"other\",\"another\"]", "\"SKEP\"", "\"skep \"", "\"skep/\"", "[\"\"]")) {
            rows.add(row("aud " + aud, Refusal.AUDIENCE, RSA.sign(timed("aud", aud))));
        }
        rows.add(row("no aud", Refusal.MISSING_CLAIM, RSA.sign(without("aud"))));
        rows.add(row("aud empty", Refusal.MISSING_CLAIM, RSA.sign(timed("aud", "[]"))));
        rows.add(row("aud is an object", Refusal.BAD_CLAIM, RSA.sign(timed("aud", "{\"skep\":1}"))));
        rows.add(row("aud of numbers", Refusal.BAD_CLAIM, RSA.sign(timed("aud", "[1]"))));
        return rows.stream();
    }

    static Stream<Arguments> content() {
        List<Arguments> rows = new ArrayList<>(List.of(
                row("no sub", Refusal.MISSING_CLAIM, RSA.sign(without("sub"))),
                row("a required claim is missing", Refusal.MISSING_CLAIM, RSA.sign(without("client_id"))),
                row("bound to a key of the sender", Refusal.BOUND, RSA.sign(claims(",\"cnf\":{\"jkt\":\"x\"}"))),
                row("agent without owner", Refusal.NO_OWNER, RSA.sign(claims(",\"kind\":\"agent\""))),
                row("unknown kind", Refusal.BAD_CLAIM, RSA.sign(claims(",\"kind\":\"Agent\""))),
                row("tenant with a slash", Refusal.BAD_CLAIM, RSA.sign(claims(",\"tenant\":\"a/b\""))),
                row("tenant is a list", Refusal.BAD_CLAIM, RSA.sign(claims(",\"tenant\":[\"a\"]"))),
                row("roles are an object", Refusal.BAD_CLAIM, RSA.sign(claims(",\"roles\":{\"admin\":true}"))),
                row("roles of numbers", Refusal.BAD_CLAIM, RSA.sign(claims(",\"roles\":[1]"))),
                row("300 roles", Refusal.BAD_CLAIM, RSA.sign(claims(",\"roles\":[" + many(300) + "]"))),
                row("2,000 roles", Refusal.BAD_CLAIM, RSA.sign(claims(",\"roles\":[" + many(2000) + "]"))),
                row("token id with a line break", Refusal.BAD_CLAIM, RSA.sign(timed("jti", "\"a\\nb\"")))));
        for (String sub : List.of(
                "",
                " ann",
                "ann\\n",
                "ann\\u0000",
                "ann\\u200b",
                "\\u202eann",
                "ann\\u00a0b",
                "e\\u0301",
                "\\ud800",
                "x".repeat(257))) {
            rows.add(row(
                    "sub " + sub.substring(0, Math.min(12, sub.length())),
                    Refusal.BAD_CLAIM,
                    RSA.sign(timed("sub", "\"" + sub + "\""))));
        }
        rows.add(row("sub is a number", Refusal.BAD_CLAIM, RSA.sign(timed("sub", 1))));
        return rows.stream();
    }

    private static Arguments row(String what, Refusal reason, String token) {
        return arguments(what, reason, token);
    }

    private static String claims(String more) {
        return "{\"iss\":\"" + ISSUER + "\",\"sub\":\"ann\",\"aud\":\"skep\",\"exp\":" + (NOW + 60) + ",\"iat\":" + NOW
                + ",\"jti\":\"t1\",\"client_id\":\"c1\"" + more + "}";
    }

    private static String without(String claim) {
        return GOOD.replaceFirst("\"" + claim + "\":(\"[^\"]*\"|[0-9]+),?", "").replace(",}", "}");
    }

    private static String timed(String claim, Object value) {
        return without(claim).replace("}", ",\"" + claim + "\":" + value + "}");
    }

    private static String head(String alg, String kid) {
        return Signer.encode("{\"alg\":\"" + alg + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}");
    }

    private static String withHeader(String more) {
        return RSA.sign(
                JWSAlgorithm.RS256, "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"," + more + "}", GOOD);
    }

    private static String strangerWith(String more) {
        return STRANGER.sign(
                JWSAlgorithm.RS256, "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"," + more + "}", GOOD);
    }

    private static String typed(String type) {
        return RSA.sign(JWSAlgorithm.RS256, "{\"alg\":\"RS256\"," + type + "\"kid\":\"rsa\"}", GOOD);
    }

    private static String kid(String kid) {
        return RSA.sign(JWSAlgorithm.RS256, "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":" + kid + "}", GOOD);
    }

    private static String hs256(byte[] secret) {
        return Signer.hmac(secret, "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"rsa\"}", GOOD);
    }

    private static String encrypted() {
        return Signer.encode("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"cty\":\"JWT\"}") + ".a.b.c.d";
    }

    private static String bytes(byte[] claims) {
        return RSA.signParts(
                JWSAlgorithm.RS256,
                head("RS256", "rsa"),
                Base64.getUrlEncoder().withoutPadding().encodeToString(claims));
    }

    private static String many(int count) {
        return String.join(
                ",",
                Stream.iterate(1, i -> i + 1)
                        .limit(count)
                        .map(i -> "\"r" + i + "\"")
                        .toList());
    }

    /** 256 bytes leave four unused bits in the last character: set one. */
    private static String canonicalNeighbour(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = token.charAt(token.length() - 1);
        return token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1);
    }
}
