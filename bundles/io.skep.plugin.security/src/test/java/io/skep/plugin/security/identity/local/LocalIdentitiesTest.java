// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.MemoryKeyStore;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.Values;
import io.skep.plugin.security.identity.guard.LimitSettings;
import io.skep.plugin.security.identity.guard.Limits;
import io.skep.plugin.security.identity.guard.Lockout;
import io.skep.plugin.security.identity.guard.LockoutSettings;
import io.skep.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LocalIdentitiesTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final ManualClock clock = new ManualClock();
    private final MemoryKeyStore store = new MemoryKeyStore();
    private final LocalIdentities local = open();

    private LocalIdentities open() {
        return new LocalIdentities(
                store,
                Values.LOCAL,
                DAY,
                new Lockout(LockoutSettings.DEFAULT, clock),
                new Limits(LimitSettings.DEFAULT, clock),
                clock);
    }

    private Refusal refusal(String key) {
        try {
            local.apiKeys().verify(key);
            throw new AssertionError("let in");
        } catch (RefusedException refused) {
            return refused.reason();
        }
    }

    @Test
    void agent_needsAnOwner() {
        assertThatThrownBy(() -> new Grant("bot", Kind.AGENT, "acme", Set.of(), Set.of(), null))
                .hasMessageContaining("owner");
    }

    @Test
    void apiKey_saysWhoseItIs_alsoAfterARestart() throws Exception {
        Instant ends = clock.instant().plus(DAY);
        NewSecret key = Values.get(local.apiKeys().create(Values.AGENT, ends));

        for (LocalIdentities one : new LocalIdentities[] {local, open()}) {
            Principal principal = one.apiKeys().verify(key.text());
            assertThat(principal.subject()).isEqualTo("builder-1");
            assertThat(principal.kind()).isEqualTo(Kind.AGENT);
            assertThat(principal.owner()).isEqualTo("ann");
            assertThat(principal.tenant()).isEqualTo("acme");
            assertThat(principal.roles()).containsExactly("agent");
            assertThat(principal.scopes()).containsExactlyInAnyOrder("tasks:claim", "tasks:read");
            assertThat(principal.expiry()).isEqualTo(ends);
            assertThat(principal.tokenId()).isEqualTo(key.id());
            assertThat(one.isLive(principal)).isTrue();
        }
        assertThat(store.documents().toString())
                .doesNotContain(key.text().substring(key.text().length() - 49));
        assertThat(key.toString()).doesNotContain(key.text());
    }

    @Test
    void apiKey_isRefusedForOneReason_whateverIsWrong() throws Exception {
        NewSecret key =
                Values.get(local.apiKeys().create(Values.PERSON, clock.instant().plus(DAY)));
        NewSecret other = Values.get(local.apiKeys().create(Values.PERSON, null));
        String othersSecret = KeyText.parse(other.text()).orElseThrow().secret();

        assertThat(refusal(new KeyText("skep", key.id(), othersSecret).text())).isEqualTo(Refusal.CREDENTIAL);
        assertThat(refusal(new KeyText("skep", "nobody", othersSecret).text())).isEqualTo(Refusal.CREDENTIAL);
        assertThat(refusal(new KeyText("skepsecret", key.id(), othersSecret).text()))
                .isEqualTo(Refusal.CREDENTIAL);
        assertThat(refusal(key.text() + "x")).isEqualTo(Refusal.CREDENTIAL);
        assertThat(Values.get(local.apiKeys().revoke(other.id()))).isTrue();
        assertThat(Values.get(local.apiKeys().revoke("nobody"))).isFalse();
        assertThat(refusal(other.text())).isEqualTo(Refusal.CREDENTIAL);
        clock.advance(DAY);
        assertThat(refusal(key.text())).isEqualTo(Refusal.CREDENTIAL);
    }

    @Test
    void apiKey_isReplacedWithAnOverlap() throws Exception {
        NewSecret old =
                Values.get(local.apiKeys().create(Values.PERSON, clock.instant().plus(DAY)));
        clock.advance(Duration.ofHours(23));
        NewSecret fresh = Values.get(local.apiKeys().rotate(old.id(), Duration.ofMinutes(5)));

        assertThat(local.apiKeys().verify(old.text()).subject()).isEqualTo("ann");
        assertThat(local.apiKeys().verify(fresh.text()).expiry())
                .isEqualTo(clock.instant().plus(DAY));

        clock.advance(Duration.ofMinutes(5));

        assertThat(refusal(old.text())).isEqualTo(Refusal.CREDENTIAL);
        assertThat(local.apiKeys().verify(fresh.text()).subject()).isEqualTo("ann");
        assertThatThrownBy(() -> local.apiKeys().rotate(old.id(), DAY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> local.apiKeys().create(Values.PERSON, clock.instant()))
                .hasMessageContaining("ended");
    }

    @Test
    void apiKeyWithoutAnEnd_staysWithoutOne() throws Exception {
        NewSecret key = Values.get(local.apiKeys().create(Values.PERSON, null));
        NewSecret fresh = Values.get(local.apiKeys().rotate(key.id(), Duration.ZERO));
        clock.advance(Duration.ofDays(10_000));
        assertThat(local.apiKeys().verify(fresh.text()).subject()).isEqualTo("ann");
        assertThat(refusal(key.text())).isEqualTo(Refusal.CREDENTIAL);
    }

    @Test
    void administratorsKey_isMadeOnce() throws Exception {
        NewSecret admin = Values.get(local.firstStart()).orElseThrow();

        assertThat(local.apiKeys().verify(admin.text()).roles()).containsExactly("admin");
        assertThat(Values.get(local.firstStart())).isEmpty();
        assertThat(Values.get(open().firstStart())).isEmpty();
        assertThat(local.apiKeys().verify(admin.text()).subject()).isEqualTo("admin");

        Values.get(local.apiKeys().revoke(ApiKeys.FIRST));
        clock.advance(Duration.ofDays(100));
        Values.get(local.maintain());

        assertThat(Values.get(local.firstStart())).as("revoked, not forgotten").isEmpty();
    }

    @Test
    void whatIsOver_isForgottenAfterAMonth() throws Exception {
        NewSecret ended =
                Values.get(local.apiKeys().create(Values.PERSON, clock.instant().plus(DAY)));
        NewSecret revoked = Values.get(local.apiKeys().create(Values.PERSON, null));
        NewSecret live = Values.get(local.apiKeys().create(Values.PERSON, null));
        NewSecret client =
                Values.get(local.clients().create(Values.AGENT, clock.instant().plus(DAY)));
        NewSecret gone = Values.get(local.clients().create(Values.AGENT, null));
        Values.get(local.apiKeys().revoke(revoked.id()));
        Values.get(local.clients().revoke(gone.id()));

        clock.advance(Duration.ofDays(30));
        Values.get(local.maintain());
        assertThat(local.apiKeys().list()).hasSize(3);
        assertThat(local.clients().list()).hasSize(2);

        clock.advance(Duration.ofDays(2));
        Values.get(local.maintain());
        assertThat(local.apiKeys().list()).extracting(ApiKey::id).containsExactly(live.id());
        assertThat(local.apiKeys().find(ended.id())).isEmpty();
        assertThat(local.clients().find(client.id())).isEmpty();
        assertThat(local.clients().list()).isEmpty();
    }

    @Test
    void revocation_coversWhatWasIssuedUpToNow() throws Exception {
        Instant now = clock.instant();
        Principal ann = Values.principal("ann", "t1", now, now.plus(DAY));
        Principal annsOther = Values.principal("ann", "t2", now, now.plus(DAY));
        Principal annLater = Values.principal("ann", "t3", now.plusSeconds(5), now.plus(DAY));
        Principal bob = Values.principal("bob", "t4", now, now.plus(DAY));
        Revocations revocations = local.revocations();

        Values.get(revocations.token("https://idp", "t1", now.plus(DAY)));
        assertThat(revocations.isRevoked(ann)).isTrue();
        assertThat(revocations.isRevoked(annsOther)).isFalse();

        Values.get(revocations.subject("https://idp", "ann"));
        assertThat(revocations.isRevoked(annsOther)).isTrue();
        assertThat(revocations.isRevoked(annLater)).isFalse();
        assertThat(revocations.isRevoked(bob)).isFalse();

        Values.get(revocations.issuer("https://idp"));
        assertThat(revocations.isRevoked(bob)).isTrue();
        assertThat(revocations.isRevoked(annLater)).isFalse();
        assertThat(open().isLive(bob)).as("after a restart").isFalse();
        assertThat(open().isLive(annLater)).isTrue();
    }

    @Test
    void revocation_isInForceAtOnce_alsoIfItCannotBeKept() {
        Instant now = clock.instant();
        store.failing(true);
        assertThatThrownBy(() -> Values.get(local.revocations().token("https://idp", "t1", now.plus(DAY))))
                .hasMessageContaining("disk is full");
        assertThat(local.isLive(Values.principal("ann", "t1", now, now.plus(DAY))))
                .isFalse();
    }

    @Test
    void revocations_areForgottenWhenNothingNeedsThem_andBounded() throws Exception {
        LocalSettings small = new LocalSettings(
                "skep-local", "skep", Duration.ofMinutes(10), DAY, Duration.ZERO, 10, 10, 3, Values.QUICK);
        LocalIdentities few = new LocalIdentities(
                new MemoryKeyStore(),
                small,
                DAY,
                new Lockout(LockoutSettings.DEFAULT, clock),
                new Limits(LimitSettings.DEFAULT, clock),
                clock);
        Instant end = clock.instant().plusSeconds(60);
        for (int i : IntStream.range(0, 3).toArray()) {
            Values.get(few.revocations().token("https://idp", "t" + i, end));
        }
        assertThatThrownBy(() -> Values.get(few.revocations().subject("https://idp", "ann")))
                .hasMessageContaining("no room");
        Values.get(few.revocations().token("https://idp", "t1", end));

        clock.advance(Duration.ofSeconds(61));

        Values.get(few.revocations().subject("https://idp", "ann"));
        assertThat(few.isLive(Values.principal("bob", "t1", clock.instant(), end)))
                .isTrue();
        assertThat(few.isLive(Values.principal("ann", "t9", clock.instant(), end)))
                .isFalse();
    }

    @Test
    void whatAnotherNodeWrote_isReadAgain() throws Exception {
        LocalIdentities other = open();
        NewSecret key = Values.get(other.apiKeys().create(Values.PERSON, null));
        Values.get(other.revocations().subject("https://idp", "ann"));
        Values.get(other.maintain());
        assertThat(refusal(key.text())).isEqualTo(Refusal.CREDENTIAL);

        local.reload();

        assertThat(local.apiKeys().verify(key.text()).subject()).isEqualTo("ann");
        assertThat(local.isLive(Values.principal("ann", "t", clock.instant(), clock.instant())))
                .isFalse();
        assertThat(local.signingKeys().published())
                .isEqualTo(other.signingKeys().published());
        assertThat(local.signingKeys().published()).doesNotContain("\"d\"");
    }
}
