// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.skep.plugin.security.identity.MemoryKeyStore;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.Values;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.guard.LimitSettings;
import io.skep.plugin.security.identity.guard.Limits;
import io.skep.plugin.security.identity.guard.Lockout;
import io.skep.plugin.security.identity.guard.LockoutSettings;
import io.skep.plugin.security.identity.token.JwtVerifier;
import io.skep.plugin.security.identity.token.JwtVerifiers;
import io.skep.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LocalIssuerTest {
    private static final String HERE = "10.0.0.1";
    private static final int MEASUREMENTS = 5;

    private final ManualClock clock = new ManualClock();
    private final MemoryKeyStore store = new MemoryKeyStore();
    private final LocalIdentities local = open(Values.QUICK);
    private final JwtVerifiers verifiers = verifiers(local);

    private LocalIdentities open(HashSettings hash) {
        return new LocalIdentities(
                store,
                Values.LOCAL.with(hash),
                Duration.ofDays(1),
                new Lockout(LockoutSettings.DEFAULT, clock),
                new Limits(LimitSettings.DEFAULT, clock),
                clock);
    }

    private JwtVerifiers verifiers(LocalIdentities of) {
        return new JwtVerifiers(
                List.of(new JwtVerifier(of.issuer().trusted(), of.signingKeys(), clock)), Duration.ofSeconds(60));
    }

    private String token(NewSecret client, String... scopes) {
        return ((Issuance.Issued) local.issuer().issue(client.id(), client.text(), Set.of(scopes), HERE)).token();
    }

    private Verdict denied(String client, String secret) {
        return ((Issuance.Denied) local.issuer().issue(client, secret, Set.of(), HERE)).why();
    }

    private NewSecret client() throws Exception {
        Values.get(local.maintain());
        return Values.get(local.clients().create(Values.AGENT, null));
    }

    private Refusal refusal(String token) throws Exception {
        try {
            verifiers.verify(token);
            throw new AssertionError("let in");
        } catch (RefusedException refused) {
            return refused.reason();
        }
    }

    @Test
    void token_saysWhoseItIs() throws Exception {
        NewSecret client = client();
        Principal principal = verifiers.verify(token(client)).principal();

        assertThat(principal.subject()).isEqualTo("builder-1");
        assertThat(principal.owner()).isEqualTo("ann");
        assertThat(principal.tenant()).isEqualTo("acme");
        assertThat(principal.roles()).containsExactly("agent");
        assertThat(principal.scopes()).containsExactlyInAnyOrder("tasks:claim", "tasks:read");
        assertThat(principal.issued()).isEqualTo(clock.instant());
        assertThat(principal.tokenId()).startsWith(client.id() + ".");
        assertThat(local.isLive(principal)).isTrue();
        assertThat(verifiers.verify(token(client, "tasks:read")).principal().scopes())
                .containsExactly("tasks:read");
    }

    @Test
    void scopeThatWasNotGranted_isRefused() throws Exception {
        NewSecret client = client();
        Issuance answer = local.issuer().issue(client.id(), client.text(), Set.of("tasks:read", "admin"), HERE);
        assertThat(answer).isEqualTo(new Issuance.Denied(new Verdict.Refused(Refusal.SCOPE)));
    }

    @Test
    void token_endsWithItsLife() throws Exception {
        String token = token(client());
        clock.advance(Duration.ofMinutes(10).plusSeconds(29));
        assertThat(verifiers.verify(token).principal().subject()).isEqualTo("builder-1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(refusal(token)).isEqualTo(Refusal.EXPIRED);
    }

    @Test
    void revokedClient_getsNoToken_andItsTokensAreDead() throws Exception {
        NewSecret client = client();
        Principal before = verifiers.verify(token(client)).principal();

        assertThat(Values.get(local.clients().revoke(client.id()))).isTrue();

        assertThat(local.isLive(before)).isFalse();
        assertThat(denied(client.id(), client.text())).isEqualTo(new Verdict.Refused(Refusal.CREDENTIAL));
        assertThat(Values.get(local.clients().revoke("nobody"))).isFalse();
    }

    @Test
    void clientThatEnded_getsNoToken() throws Exception {
        Values.get(local.maintain());
        NewSecret client =
                Values.get(local.clients().create(Values.AGENT, clock.instant().plus(Duration.ofMinutes(1))));
        Principal principal = verifiers.verify(token(client)).principal();
        clock.advance(Duration.ofMinutes(1));
        assertThat(denied(client.id(), client.text())).isEqualTo(new Verdict.Refused(Refusal.CREDENTIAL));
        assertThat(local.isLive(principal)).isFalse();
        assertThatThrownBy(() -> local.clients().create(Values.AGENT, clock.instant()))
                .hasMessageContaining("ended");
    }

    @Test
    void twoSecrets_areGoodForTheOverlap() throws Exception {
        NewSecret first = client();
        NewSecret second = Values.get(local.clients().rotate(first.id(), Duration.ofHours(1)));
        assertThat(token(first)).isNotEmpty();
        assertThat(token(second)).isNotEmpty();

        clock.advance(Duration.ofHours(1));

        assertThat(denied(first.id(), first.text())).isEqualTo(new Verdict.Refused(Refusal.CREDENTIAL));
        assertThat(token(second)).isNotEmpty();

        NewSecret third = Values.get(local.clients().rotate(first.id(), Duration.ofHours(1)));
        NewSecret fourth = Values.get(local.clients().rotate(first.id(), Duration.ofHours(1)));
        assertThat(denied(second.id(), second.text())).as("two at most").isInstanceOf(Verdict.Refused.class);
        assertThat(token(third)).isNotEmpty();
        assertThat(token(fourth)).isNotEmpty();
        assertThatThrownBy(() -> local.clients().rotate("nobody", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wrongSecrets_lockOut_butNotForEver() throws Exception {
        NewSecret client = client();
        NewSecret other = client();
        for (int i = 0; i < 6; i++) {
            assertThat(denied(client.id(), other.text())).isEqualTo(new Verdict.Refused(Refusal.CREDENTIAL));
        }
        assertThat(denied(client.id(), client.text())).isInstanceOf(Verdict.Throttled.class);
        Issuance elsewhere = local.issuer().issue(client.id(), client.text(), Set.of(), "10.0.0.2");
        assertThat(elsewhere).isInstanceOf(Issuance.Denied.class);

        clock.advance(Duration.ofSeconds(1));

        assertThat(token(client)).isNotEmpty();
    }

    @Test
    void wordsOfAnyLength_areRefusedAlike() throws Exception {
        client();
        for (String id : List.of("", "nobody", "x".repeat(10_000), "\0")) {
            clock.advance(Duration.ofHours(2));
            assertThat(denied(id, "x".repeat(id.length()))).isEqualTo(new Verdict.Refused(Refusal.CREDENTIAL));
        }
    }

    @Test
    void withoutAKey_thereAreNoTokensYet() throws Exception {
        NewSecret client = Values.get(local.clients().create(Values.AGENT, null));
        assertThat(denied(client.id(), client.text())).isInstanceOf(Verdict.Unavailable.class);
    }

    @Test
    void secretHashedWithOldSettings_isHashedAnew() throws Exception {
        NewSecret client = client();
        LocalIdentities harder = open(new HashSettings(128, 2, 1, 4, Duration.ofSeconds(10)));
        assertThat(harder.issuer().issue(client.id(), client.text(), Set.of(), HERE))
                .isInstanceOf(Issuance.Issued.class);

        local.reload();

        String hash =
                local.clients().find(client.id()).orElseThrow().secrets().get(0).hash();
        assertThat(hash).startsWith("$argon2id$v=19$m=128,t=2,p=1$");
        assertThat(token(client)).isNotEmpty();
    }

    @Test
    void signingKey_isReplacedInTime_withoutOneTokenRefused() throws Exception {
        NewSecret client = client();
        List<String> kids = kids();
        for (int minute = 0; minute < 31 * 24 * 60; minute += 5) {
            clock.advance(Duration.ofMinutes(5));
            String before = minute % 720 == 0 ? token(client) : "";
            Values.get(local.maintain());
            if (!before.isEmpty()) {
                assertThat(verifiers.verify(before).principal().subject()).isEqualTo("builder-1");
                assertThat(verifiers.verify(token(client)).principal().subject())
                        .isEqualTo("builder-1");
            }
        }
        assertThat(kids()).hasSize(1).doesNotContainAnyElementsOf(kids);
    }

    @Test
    void newSigningKey_isPublishedBeforeItSigns() throws Exception {
        NewSecret client = client();
        clock.advance(Duration.ofDays(30).minusMinutes(10));
        Values.get(local.maintain());
        assertThat(kids()).hasSize(2);
        String kid = kidOf(token(client));

        clock.advance(Duration.ofMinutes(10));

        assertThat(kidOf(token(client))).isNotEqualTo(kid);
    }

    @Test
    void rotatedKey_verifiesWhatItSigned_untilThatHasEnded() throws Exception {
        NewSecret client = client();
        String token = token(client);
        clock.advance(Duration.ofSeconds(1));
        Values.get(local.signingKeys().rotate());
        assertThat(verifiers.verify(token).principal().subject()).isEqualTo("builder-1");
        assertThat(kidOf(token(client))).isNotEqualTo(kidOf(token));
        clock.advance(Duration.ofMinutes(15));
        assertThat(refusal(token)).isEqualTo(Refusal.UNKNOWN_KEY);
        Values.get(local.maintain());
        assertThat(kids()).hasSize(1);
    }

    @Test
    void replacingAllKeys_refusesEveryTokenOfTheirs() throws Exception {
        NewSecret client = client();
        String token = token(client);
        Values.get(local.signingKeys().replaceAll());
        assertThat(refusal(token)).isEqualTo(Refusal.UNKNOWN_KEY);
        assertThat(verifiers.verify(token(client)).principal().subject()).isEqualTo("builder-1");
    }

    @Test
    void damagedSigningKey_isAnError() throws Exception {
        client();
        store.documents().replaceAll((name, json) -> name.startsWith("signing") ? json.replace("kty", "xty") : json);
        assertThatThrownBy(() -> open(Values.QUICK)).hasMessageContaining("cannot be read");
    }

    /** Argon2id as it is set by default, so that a hash outweighs all else; medians, as the machine does other things too. */
    @Test
    void unknownClient_takesTheTimeOfAKnownOne() throws Exception {
        LocalIdentities real = open(HashSettings.DEFAULT);
        NewSecret client = Values.get(real.clients().create(Values.PERSON, null));
        NewSecret other = Values.get(real.clients().create(Values.PERSON, null));
        String slot =
                real.clients().find(client.id()).orElseThrow().secrets().get(0).slot();
        String wrong = new KeyText(
                        KeyText.CLIENT_SECRET,
                        slot,
                        KeyText.parse(other.text()).orElseThrow().secret())
                .text();
        List<Double> ratios = new ArrayList<>();
        do {
            ratios.add(unknownToKnown(real, client.id(), wrong));
        } while (!isNearOne(ratios.get(ratios.size() - 1)) && ratios.size() < MEASUREMENTS);
        assertThat(ratios).anyMatch(LocalIssuerTest::isNearOne);
    }

    private double unknownToKnown(LocalIdentities real, String client, String wrong) throws Exception {
        List<Long> known = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            known.add(nanos(real, client, wrong));
            unknown.add(nanos(real, "nobody", wrong));
            clock.advance(Duration.ofHours(2));
        }
        return (double) median(unknown) / median(known);
    }

    private static boolean isNearOne(double ratio) {
        return ratio > 0.33 && ratio < 3.0;
    }

    private static long nanos(LocalIdentities of, String client, String secret) throws Exception {
        long begin = System.nanoTime();
        assertThat(of.clients().authenticate(client, secret)).isEmpty();
        return System.nanoTime() - begin;
    }

    private static long median(List<Long> values) {
        long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private List<String> kids() throws Exception {
        return JWKSet.parse(local.signingKeys().published()).getKeys().stream()
                .map(key -> key.getKeyID())
                .toList();
    }

    private static String kidOf(String token) throws Exception {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }
}
