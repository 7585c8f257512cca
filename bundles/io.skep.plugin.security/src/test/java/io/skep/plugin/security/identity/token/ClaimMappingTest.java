// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.Signer;
import io.skep.plugin.security.identity.token.ClaimMapping.ClaimRules;
import io.skep.testkit.ManualClock;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClaimMappingTest {
    private static final Signer SIGNER = Signer.rsa("one");

    private final ManualClock clock = new ManualClock();
    private final Instant now = clock.instant();

    private JwtVerifiers verifiers(ClaimMapping mapping) throws Exception {
        Key key = ((AsymmetricJWK) SIGNER.key()).toPublicKey();
        Keys keys = new Keys() {
            @Override
            public List<Key> select(JWSHeader header) {
                return List.of(key);
            }
        };
        TrustedIssuer issuer = TrustedIssuer.of("https://idp", "skep").with(mapping, Set.of());
        return new JwtVerifiers(List.of(new JwtVerifier(issuer, keys, clock)), Duration.ofSeconds(60));
    }

    private String token(String more) {
        return SIGNER.sign("{\"iss\":\"https://idp\",\"sub\":\"ann\",\"aud\":[\"a\",\"skep\"],\"exp\":"
                + (now.getEpochSecond() + 60) + more + "}");
    }

    private Principal read(ClaimMapping mapping, String more) throws Exception {
        return verifiers(mapping).verify(token(more)).principal();
    }

    @Test
    void defaults_areThoseOfOurOwnTokens() throws Exception {
        Principal ann = read(
                ClaimMapping.DEFAULT,
                ",\"roles\":[\"developer\",\"auditor\"],\"scope\":\"a b  c\",\"iat\":" + now.getEpochSecond()
                        + ".5,\"jti\":\"t1\"");

        assertThat(ann.kind()).isEqualTo(Kind.SERVICE);
        assertThat(ann.tenant()).isEqualTo("default");
        assertThat(ann.roles()).containsExactlyInAnyOrder("developer", "auditor");
        assertThat(ann.scopes()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(ann.issued()).isEqualTo(now.plusMillis(500));
        assertThat(ann.tokenId()).isEqualTo("t1");
        assertThat(ann.expiry()).as("with the skew").isEqualTo(now.plusSeconds(90));
    }

    @Test
    void tokenWithoutIdAndTime_hasAHash_andCountsAsOld() throws Exception {
        Principal ann = read(ClaimMapping.DEFAULT, ",\"roles\":null");
        assertThat(ann.tokenId()).matches("sha256:[A-Za-z0-9_-]{43}");
        assertThat(ann.issued()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void claims_areFoundWhereAProviderPutsThem() throws Exception {
        ClaimMapping keycloak = new ClaimMapping(
                "preferred_username",
                List.of("/realm_access/roles", "/resource_access/skep/roles", "https://x.example/roles"),
                List.of("scope", "scp"),
                "/ext/tenant",
                "/ext/kind",
                "/ext/owner",
                ClaimRules.DEFAULT);
        Principal bot = read(
                keycloak,
                ",\"preferred_username\":\"bot\",\"realm_access\":{\"roles\":[\"agent\",\"offline_access\",\"Über\"]},"
                        + "\"resource_access\":{\"skep\":{\"roles\":[\"viewer\"]}},\"https://x.example/roles\":\"x\","
                        + "\"scp\":[\"r\"],\"scope\":\"openid\","
                        + "\"ext\":{\"tenant\":\"acme\",\"kind\":\"agent\",\"owner\":\"ann@example.org\"}");

        assertThat(bot.subject()).isEqualTo("bot");
        assertThat(bot.kind()).isEqualTo(Kind.AGENT);
        assertThat(bot.owner()).isEqualTo("ann@example.org");
        assertThat(bot.tenant()).isEqualTo("acme");
        assertThat(bot.roles()).containsExactlyInAnyOrder("agent", "offline_access", "viewer", "x");
        assertThat(bot.scopes()).containsExactlyInAnyOrder("openid", "r");
    }

    @Test
    void roles_areRenamed_andOthersDropped() throws Exception {
        ClaimRules rules = new ClaimRules(Kind.HUMAN, null, Set.of("acme"), Map.of("SKEP Admins", "admin"), true);
        Principal ann = read(
                ClaimMapping.DEFAULT.with(rules), ",\"tenant\":\"acme\",\"roles\":[\"SKEP\",\"admin\",\"developer\"]");
        assertThat(ann.roles()).isEmpty();
        assertThat(ann.kind()).isEqualTo(Kind.HUMAN);
        ClaimRules plain = new ClaimRules(Kind.HUMAN, "acme", Set.of(), Map.of("admins", "admin"), false);
        assertThat(read(ClaimMapping.DEFAULT.with(plain), ",\"roles\":\"admins developer\"")
                        .roles())
                .containsExactlyInAnyOrder("admin", "developer");
        assertThat(read(ClaimMapping.DEFAULT.with(rules), ",\"tenant\":\"acme\",\"roles\":[\"admins\"]")
                        .roles())
                .isEmpty();
    }

    @Test
    void roleInAList_isOne_whateverSpacesItsNameHas() throws Exception {
        String claims = ",\"roles\":[\"not admin\",\"viewer\"],\"scope\":[\"no a\",\"b\"]";
        Principal ann = read(ClaimMapping.DEFAULT, claims);
        assertThat(ann.roles()).containsExactly("viewer");
        assertThat(ann.scopes()).containsExactly("b");
        ClaimRules rules = new ClaimRules(Kind.HUMAN, "acme", Set.of(), Map.of("not admin", "auditor"), true);
        assertThat(read(ClaimMapping.DEFAULT.with(rules), claims).roles()).containsExactly("auditor");
    }

    @Test
    void issuer_speaksForItsTenantsAlone() {
        ClaimRules rules = new ClaimRules(Kind.HUMAN, null, Set.of("acme"), Map.of(), false);
        assertRefused(Refusal.TENANT, rules, ",\"tenant\":\"other\"");
        assertRefused(Refusal.TENANT, rules, ",\"tenant\":\"ACME\"");
        assertRefused(Refusal.MISSING_CLAIM, rules, "");
    }

    /** A role that only looks like one gives nothing, and is no error: providers add roles of their own to each token. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Admin", "\u0430dmin", "admin\\u200b", "\uff41dmin", "admin\\u0000", "a/dmin", "", "adm\u0131n"})
    void roleThatLooksLikeOne_givesNothing(String role) throws Exception {
        assertThat(read(ClaimMapping.DEFAULT, ",\"roles\":[\"" + role + "\"],\"scope\":[\"" + role + "\"]"))
                .satisfies(ann -> assertThat(ann.roles()).isEmpty())
                .satisfies(ann -> assertThat(ann.scopes()).isEmpty());
    }

    @Test
    void types_areComparedWithoutCase() throws Exception {
        String claims = "{\"iss\":\"https://idp\",\"sub\":\"ann\",\"aud\":\"skep\",\"exp\":"
                + (now.getEpochSecond() + 60) + "}";
        for (String type : List.of("JWT", "jwt", "at+jwt", "AT+JWT")) {
            String header = "{\"alg\":\"RS256\",\"typ\":\"" + type + "\"}";
            assertThat(verifiers(ClaimMapping.DEFAULT)
                            .verify(SIGNER.sign(JWSAlgorithm.RS256, header, claims))
                            .principal()
                            .subject())
                    .isEqualTo("ann");
        }
    }

    @Test
    void issuerWithFewerAlgorithms_refusesTheOthers() throws Exception {
        TrustedIssuer issuer = TrustedIssuer.of("https://idp", "skep").with(Set.of("ES256"));
        JwtVerifiers verifiers =
                new JwtVerifiers(List.of(new JwtVerifier(issuer, header -> List.of(), clock)), Duration.ofSeconds(60));
        assertThatThrownBy(() -> verifiers.verify(token("")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Refusal.ALGORITHM));
    }

    @Test
    void wrongSettings_areNotTaken() {
        JwtVerifier one = new JwtVerifier(TrustedIssuer.of("https://idp", "skep"), header -> List.of(), clock);
        assertThatThrownBy(() -> new JwtVerifiers(List.of(one, one), Duration.ZERO))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new JwtVerifiers(List.of(one), Duration.ofSeconds(61)))
                .hasMessageContaining("keep");
        assertThatThrownBy(() -> TrustedIssuer.of("", "skep")).hasMessageContaining("issuer");
        assertThatThrownBy(() -> TrustedIssuer.of("https://idp", "skep").with(Set.of("none")))
                .hasMessageContaining("algorithms");
        assertThatThrownBy(() -> TrustedIssuer.of("https://idp", "skep").with(Set.of()))
                .hasMessageContaining("algorithm");
        assertThatThrownBy(() -> new ClaimRules(Kind.AGENT, null, Set.of(), Map.of(), false))
                .hasMessageContaining("kind");
        assertThatThrownBy(() -> new ClaimRules(Kind.HUMAN, "a/b", Set.of(), Map.of(), false))
                .hasMessageContaining("tenant");
        assertThatThrownBy(() -> new ClaimRules(Kind.HUMAN, null, Set.of(), Map.of("x", "Admin"), false))
                .hasMessageContaining("role");
        assertThatThrownBy(() -> new ClaimMapping(" ", List.of(), List.of(), "t", "k", "o", ClaimRules.DEFAULT))
                .hasMessageContaining("name");
    }

    private void assertRefused(Refusal reason, ClaimRules rules, String more) {
        assertThatThrownBy(() -> read(ClaimMapping.DEFAULT.with(rules), more))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
