// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.identity.MemoryKeyStore;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Provider;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.Signer;
import io.skep.plugin.security.identity.Values;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.guard.LimitSettings;
import io.skep.plugin.security.identity.guard.LockoutSettings;
import io.skep.plugin.security.identity.local.Issuance;
import io.skep.plugin.security.identity.local.NewSecret;
import io.skep.plugin.security.identity.token.ClaimMapping;
import io.skep.plugin.security.identity.token.IntrospectionSettings;
import io.skep.plugin.security.identity.token.KeySettings;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import io.skep.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AuthenticatorTest {
    private static final String HERE = "10.0.0.1";
    private static final String ELSEWHERE = "10.0.0.2";
    private static final Signer SIGNER = Signer.rsa("one");
    private static final Signer STRANGER = Signer.rsa("one");

    private static final KeySettings PATIENT = new KeySettings(
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofHours(4),
            Duration.ofSeconds(30),
            64 << 10);

    private final ManualClock clock = new ManualClock();
    private final Provider provider = new Provider().keys(SIGNER);
    private final IdentitySettings settings = IdentitySettings.DEFAULT
            .with(List.of(TrustedIssuer.of(provider.issuer(), "skep")), PATIENT)
            .with(new IntrospectionSettings(
                    URI.create(provider.issuer() + Provider.INTROSPECT),
                    "us",
                    "secret",
                    provider.issuer(),
                    "",
                    ClaimMapping.DEFAULT,
                    IntrospectionSettings.Limits.DEFAULT))
            .with(Values.LOCAL);
    private final MemoryKeyStore store = new MemoryKeyStore();
    private final Identity identity = new Identity(settings, store, clock);
    private final Authenticator authenticator = identity.authenticator();

    private String token(String subject, String id, long seconds) {
        long now = clock.instant().getEpochSecond();
        return SIGNER.sign("{\"iss\":\"" + provider.issuer() + "\",\"sub\":\"" + subject
                + "\",\"aud\":\"skep\",\"exp\":" + (now + seconds) + ",\"iat\":" + now + ",\"jti\":\"" + id + "\"}");
    }

    private String forged() {
        return STRANGER.sign("{\"iss\":\"" + provider.issuer() + "\",\"jti\":\"" + Signer.fresh() + "\"}");
    }

    private void assertIn(String subject, Verdict verdict) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Authenticated.class,
                        in -> assertThat(in.principal().subject()).isEqualTo(subject));
    }

    private void assertRefused(Refusal reason, Verdict verdict) {
        assertThat(verdict).isEqualTo(new Verdict.Refused(reason));
    }

    @AfterEach
    void close() {
        identity.close();
        provider.close();
    }

    @Test
    void verifiedToken_isKnown_untilItIsStale() {
        String token = token("ann", "t1", 600);
        assertThat(authenticator.known(token)).isEmpty();
        assertIn("ann", authenticator.authenticate(token, HERE));
        assertThat(authenticator.known(token)).isPresent();
        clock.advance(Duration.ofSeconds(59));
        assertThat(authenticator.known(token)).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(authenticator.known(token)).isEmpty();
        assertIn("ann", authenticator.authenticate(token, HERE));
        assertThat(authenticator.known(token)).isPresent();
    }

    @Test
    void verifying_isAtOnce_unlessAProviderMayHaveToBeAsked() throws Exception {
        Values.get(identity.maintain());
        NewSecret client = Values.get(identity.local().clients().create(Values.AGENT, null));
        Issuance issuance = identity.local().issuer().issue(client.id(), client.text(), Set.of(), HERE);
        String ours = ((Issuance.Issued) issuance).token();
        assertThat(authenticator.isAtOnce(ours)).isTrue();
        assertIn("builder-1", authenticator.authenticate(ours, HERE));
        assertThat(authenticator.isAtOnce(token("ann", "t1", 600))).isFalse();
        assertThat(authenticator.isAtOnce("opaque")).isFalse();
        assertThat(authenticator.isAtOnce("skep_wrong")).isTrue();
        assertThat(authenticator.isAtOnce("a.b.c")).isTrue();
        assertThat(authenticator.isAtOnce("x".repeat(100_000))).isTrue();
    }

    @Test
    void knownToken_isNotKnownBeyondItsEnd() {
        String token = token("ann", "t1", 10);
        assertIn("ann", authenticator.authenticate(token, HERE));
        clock.advance(Duration.ofSeconds(39));
        assertThat(authenticator.known(token)).as("within the skew").isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(authenticator.known(token)).isEmpty();
        assertRefused(Refusal.EXPIRED, authenticator.authenticate(token, HERE));
        assertThat(authenticator.cached()).isZero();
    }

    @Test
    void revokedToken_isOutAtOnce() throws Exception {
        String ann = token("ann", "t1", 600);
        String annsOther = token("ann", "t2", 600);
        String bob = token("bob", "t3", 600);
        List.of(ann, annsOther, bob).forEach(token -> authenticator.authenticate(token, HERE));
        assertThat(authenticator.cached()).isEqualTo(3);

        Values.get(identity.local()
                .revocations()
                .token(provider.issuer(), "t1", clock.instant().plusSeconds(600)));
        assertThat(authenticator.known(ann)).isEmpty();
        assertRefused(Refusal.REVOKED, authenticator.authenticate(ann, HERE));
        assertIn("ann", authenticator.authenticate(annsOther, HERE));

        Values.get(identity.local().revocations().subject(provider.issuer(), "ann"));
        assertRefused(Refusal.REVOKED, authenticator.authenticate(annsOther, HERE));
        assertIn("bob", authenticator.authenticate(bob, HERE));
        clock.advance(Duration.ofSeconds(1));
        assertIn("ann", authenticator.authenticate(token("ann", "t4", 600), HERE));

        Values.get(identity.local().revocations().issuer(provider.issuer()));
        assertRefused(Refusal.REVOKED, authenticator.authenticate(bob, HERE));
    }

    @Test
    void revokedTokens_leaveTheCache() throws Exception {
        authenticator.authenticate(token("ann", "t1", 600), HERE);
        authenticator.authenticate(token("bob", "t2", 600), HERE);
        Values.get(identity.local().revocations().subject(provider.issuer(), "ann"));
        Values.get(identity.maintain());
        assertThat(authenticator.cached()).isEqualTo(1);
    }

    @Test
    void cache_isBounded() {
        try (Identity small =
                new Identity(settings.with(new CacheSettings(8192, 10, Duration.ofSeconds(60))), store, clock)) {
            for (int i = 0; i < 100; i++) {
                assertIn("ann", small.authenticator().authenticate(token("ann", "t" + i, 600), HERE));
            }
            assertThat(small.authenticator().cached()).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void apiKey_isKnownWithoutAsking() throws Exception {
        NewSecret key = Values.get(identity.local().apiKeys().create(Values.AGENT, null));
        assertThat(authenticator.known(key.text())).isPresent();
        assertIn("builder-1", authenticator.authenticate(key.text(), HERE));

        Values.get(identity.local().apiKeys().revoke(key.id()));

        assertRefused(Refusal.CREDENTIAL, authenticator.authenticate(key.text(), HERE));
    }

    @Test
    void revokedSubject_losesItsApiKeys() throws Exception {
        NewSecret key = Values.get(identity.local().apiKeys().create(Values.AGENT, null));
        Values.get(identity.local().revocations().subject("skep-local", "builder-1"));
        assertRefused(Refusal.CREDENTIAL, authenticator.authenticate(key.text(), HERE));
    }

    @Test
    void ownToken_diesWithItsClient() throws Exception {
        Values.get(identity.maintain());
        NewSecret client = Values.get(identity.local().clients().create(Values.AGENT, null));
        Issuance issuance = identity.local().issuer().issue(client.id(), client.text(), Set.of(), HERE);
        String token = ((Issuance.Issued) issuance).token();
        assertIn("builder-1", authenticator.authenticate(token, HERE));
        assertThat(authenticator.known(token)).isPresent();

        Values.get(identity.local().clients().revoke(client.id()));

        assertThat(authenticator.known(token)).isEmpty();
        assertRefused(Refusal.REVOKED, authenticator.authenticate(token, HERE));
    }

    @Test
    void opaqueToken_isKnownForHalfAMinute() {
        provider.answer(Provider.INTROSPECT, 200, "{\"active\":true,\"sub\":\"ann\"}");
        assertIn("ann", authenticator.authenticate("opaque", HERE));
        clock.advance(Duration.ofSeconds(29));
        assertIn("ann", authenticator.authenticate("opaque", HERE));
        assertThat(provider.calls(Provider.INTROSPECT)).isEqualTo(1);

        provider.answer(Provider.INTROSPECT, 200, "{\"active\":false}");
        clock.advance(Duration.ofSeconds(1));

        assertRefused(Refusal.INACTIVE, authenticator.authenticate("opaque", HERE));
        assertThat(authenticator.cached()).isZero();
    }

    @Test
    void jwt_isNeverSentToIntrospection() {
        for (String token : List.of(forged(), "eyJhbGciOiJub25lIn0.e30", "a.b.c", "a.b.c.d.e", "ewo.x")) {
            assertThat(authenticator.authenticate(token, HERE)).isInstanceOf(Verdict.Refused.class);
        }
        assertThat(provider.calls(Provider.INTROSPECT)).isZero();
    }

    @Test
    void withoutIntrospection_opaqueTokensAreMalformed() {
        IdentitySettings without = IdentitySettings.DEFAULT.with(Values.LOCAL);
        try (Identity bare = new Identity(without, store, clock)) {
            assertRefused(Refusal.MALFORMED, bare.authenticator().authenticate("opaque", HERE));
            assertRefused(Refusal.MALFORMED, bare.authenticator().authenticate("", HERE));
        }
    }

    @Test
    void longToken_isNotRead() {
        assertRefused(Refusal.TOO_LONG, authenticator.authenticate("x".repeat(8193), HERE));
        assertThat(authenticator.known("skep_" + "x".repeat(100_000))).isEmpty();
        assertRefused(Refusal.TOO_LONG, authenticator.authenticate(token("x".repeat(7000), "t", 60), HERE));
    }

    @Test
    void providerThatIsDown_isUnavailable_notRefused() {
        provider.down(true);
        assertThat(authenticator.authenticate(token("ann", "t1", 60), HERE)).isInstanceOf(Verdict.Unavailable.class);
        assertThat(authenticator.authenticate("opaque", HERE)).isInstanceOf(Verdict.Unavailable.class);
    }

    @Test
    void guessing_locksTheAddress_butNobodyWhoIsKnown() throws Exception {
        NewSecret key = Values.get(identity.local().apiKeys().create(Values.AGENT, null));
        String known = token("ann", "t1", 600);
        assertIn("ann", authenticator.authenticate(known, HERE));
        for (int i = 0; i < 6; i++) {
            assertRefused(Refusal.SIGNATURE, authenticator.authenticate(forged(), HERE));
        }

        assertThat(authenticator.authenticate(forged(), HERE))
                .isEqualTo(new Verdict.Throttled(Duration.ofSeconds(1), "too many attempts"));
        String fresh = token("bob", "t2", 600);
        assertThat(authenticator.authenticate(fresh, HERE)).isInstanceOf(Verdict.Throttled.class);
        assertIn("bob", authenticator.authenticate(fresh, ELSEWHERE));
        assertIn("builder-1", authenticator.authenticate(key.text(), HERE));
        assertIn("ann", authenticator.authenticate(known, HERE));
    }

    @Test
    void guessing_doesNotLockOutAStaleToken() {
        String known = token("ann", "t1", 600);
        assertIn("ann", authenticator.authenticate(known, HERE));
        clock.advance(Duration.ofSeconds(61));
        for (int i = 0; i < 6; i++) {
            assertRefused(Refusal.SIGNATURE, authenticator.authenticate(forged(), HERE));
        }
        assertThat(authenticator.authenticate(forged(), HERE)).isInstanceOf(Verdict.Throttled.class);
        assertThat(authenticator.known(known)).isEmpty();
        assertIn("ann", authenticator.authenticate(known, HERE));
    }

    @Test
    void expiredTokens_areNoGuesses() {
        String expired = token("ann", "t1", 10);
        clock.advance(Duration.ofMinutes(1));
        for (int i = 0; i < 20; i++) {
            assertRefused(Refusal.EXPIRED, authenticator.authenticate(expired, HERE));
        }
        assertIn("ann", authenticator.authenticate(token("ann", "t2", 10), HERE));
    }

    @Test
    void guessedApiKeys_lockTheAddress() throws Exception {
        NewSecret key = Values.get(identity.local().apiKeys().create(Values.AGENT, null));
        for (int i = 0; i < 6; i++) {
            assertRefused(Refusal.CREDENTIAL, authenticator.authenticate(key.text() + "x", HERE));
        }
        assertThat(authenticator.authenticate(key.text() + "x", HERE)).isInstanceOf(Verdict.Throttled.class);
        assertIn("builder-1", authenticator.authenticate(key.text(), HERE));
    }

    @Test
    void tooManyNewTokens_areHeldBack_butNotTheKnownOnes() {
        IdentitySettings narrow = settings.with(new LimitSettings(10, 10, 1, 3, 100), LockoutSettings.DEFAULT);
        try (Identity strict = new Identity(narrow, store, clock)) {
            for (int i = 0; i < 3; i++) {
                assertIn("ann", strict.authenticator().authenticate(token("ann", "t" + i, 600), HERE));
            }
            assertThat(strict.authenticator().authenticate(token("ann", "t3", 600), HERE))
                    .isInstanceOf(Verdict.Throttled.class);
            assertIn("ann", strict.authenticator().authenticate(token("ann", "t0", 600), HERE));
            Principal ann = Values.principal("ann", "t", clock.instant(), clock.instant());
            assertThat(strict.limits().principal(ann)).isEmpty();
        }
    }

    @Test
    void ownIssuer_cannotBeAnothersToo() {
        IdentitySettings twice = settings.with(List.of(TrustedIssuer.of("skep-local", "skep")), KeySettings.DEFAULT);
        assertThatThrownBy(() -> new Identity(twice, store, clock)).hasMessageContaining("twice");
    }
}
