// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.MemoryKeyStore;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.UnavailableException;
import io.skep.plugin.security.identity.Values;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.edge.Authenticator;
import io.skep.plugin.security.identity.edge.CacheSettings;
import io.skep.plugin.security.identity.edge.Identity;
import io.skep.plugin.security.identity.edge.IdentitySettings;
import io.skep.plugin.security.identity.guard.LimitSettings;
import io.skep.plugin.security.identity.guard.LockoutSettings;
import io.skep.plugin.security.identity.token.ClaimMapping;
import io.skep.plugin.security.identity.token.Fetch;
import io.skep.plugin.security.identity.token.IntrospectionSettings;
import io.skep.plugin.security.identity.token.Introspector;
import io.skep.plugin.security.identity.token.KeySettings;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Identity asks a real provider. Of the profile {@code keycloak} alone. */
@Tag("keycloak")
final class KeycloakTest {
    private static final Logger LOG = LoggerFactory.getLogger(KeycloakTest.class);
    private static final int THREADS = 4;
    private static final int TOKENS = 50;
    private static final String HERE = "10.0.0.1";
    /** Longer than it takes to stop the provider: or the new keys are fetched ahead. */
    private static final Duration FRESH = Duration.ofSeconds(20);

    /** Keys are fetched twice a minute at most, so that of several changes in a row one has to wait. */
    private static final KeySettings SELDOM = new KeySettings(
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofHours(4),
            Duration.ofSeconds(10),
            64 << 10);

    private static final ClaimMapping MAPPING = new ClaimMapping(
            "sub",
            List.of("/realm_access/roles"),
            List.of("scope"),
            "tenant",
            "kind",
            "owner",
            ClaimMapping.ClaimRules.DEFAULT);

    private static Keycloak keycloak;
    private static Realm realm;

    @BeforeAll
    static void start() throws Exception {
        keycloak = new Keycloak();
        long begin = System.nanoTime();
        keycloak.start();
        realm = new Realm(keycloak);
        LOG.warn("ready after {} s", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
    }

    @BeforeEach
    void running() throws Exception {
        keycloak.start();
    }

    @AfterAll
    static void stop() {
        if (keycloak != null) {
            keycloak.close();
        }
    }

    private static TrustedIssuer issuer() {
        return new TrustedIssuer(
                realm.issuer(),
                Set.of("skep"),
                Set.of("RS256"),
                null,
                MAPPING,
                Set.of("iat", "jti"),
                Duration.ZERO,
                Duration.ofHours(1));
    }

    private static IntrospectionSettings introspection(String secret) {
        return new IntrospectionSettings(
                realm.introspection(),
                "skep",
                secret,
                realm.issuer(),
                "skep",
                MAPPING,
                IntrospectionSettings.Limits.DEFAULT);
    }

    private static Identity identity(KeySettings keys, CacheSettings cache) {
        return new Identity(
                IdentitySettings.DEFAULT
                        .with(List.of(issuer()), keys)
                        .with(introspection("secret-of-the-skep"))
                        .with(cache)
                        .with(
                                new LimitSettings(1_000_000, 1_000_000, 1_000_000, 1_000_000, 100),
                                LockoutSettings.DEFAULT)
                        .with(Values.LOCAL),
                new MemoryKeyStore(),
                Clock.systemUTC());
    }

    private static Identity identity() {
        return identity(KeySettings.DEFAULT, CacheSettings.DEFAULT);
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(20));
    }

    private static void assertBuilder(Principal principal, Instant before) {
        assertThat(principal.subject()).matches("[0-9a-f-]{36}");
        assertThat(principal.kind()).isEqualTo(Kind.AGENT);
        assertThat(principal.tenant()).isEqualTo("acme");
        assertThat(principal.owner()).isEqualTo("ann@acme.example");
        // Keycloak's own come too; the one with a space in its name is none that a policy can have.
        assertThat(principal.roles())
                .containsExactlyInAnyOrder("agent", "default-roles-skep", "offline_access", "uma_authorization");
        assertThat(principal.scopes()).containsExactlyInAnyOrder("email", "profile");
        assertThat(principal.issuer()).isEqualTo(realm.issuer());
        assertThat(principal.issued()).isBetween(before, Instant.now().plusSeconds(1));
        assertThat(principal.expiry()).isEqualTo(principal.issued().plusSeconds(300));
    }

    @Test
    void agentsToken_isThatOfAnAgentAndItsOwner() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        String token = realm.token("builder");
        try (Identity identity = identity()) {
            assertThat(identity.authenticator().known(token)).isEmpty();
            assertThat(identity.authenticator().authenticate(token, HERE))
                    .isInstanceOfSatisfying(Verdict.Authenticated.class, in -> assertBuilder(in.principal(), before));
            assertThat(identity.authenticator().known(token)).isPresent();
        }
    }

    @Test
    void tokenForOthers_isRefused() throws Exception {
        try (Identity identity = identity()) {
            assertThat(identity.authenticator().authenticate(realm.token("stranger"), HERE))
                    .isEqualTo(new Verdict.Refused(Refusal.AUDIENCE));
        }
    }

    @Test
    void tokenThatWasKnown_isRefusedWhenItHasExpired() throws Exception {
        String token = realm.token("brief");
        try (Identity identity = identity()) {
            Authenticator authenticator = identity.authenticator();
            assertThat(authenticator.authenticate(token, HERE))
                    .isInstanceOfSatisfying(
                            Verdict.Authenticated.class,
                            in -> assertThat(in.principal().kind()).isEqualTo(Kind.SERVICE));
            await().until(() -> authenticator.known(token).isEmpty());
            assertThat(authenticator.authenticate(token, HERE)).isEqualTo(new Verdict.Refused(Refusal.EXPIRED));
        }
    }

    @Test
    void tokenThatWasRevokedHere_isRefused() throws Exception {
        String token = realm.token("builder");
        try (Identity identity = identity()) {
            Authenticator authenticator = identity.authenticator();
            Principal principal = ((Verdict.Authenticated) authenticator.authenticate(token, HERE)).principal();
            Values.get(
                    identity.local().revocations().token(principal.issuer(), principal.tokenId(), principal.expiry()));
            assertThat(authenticator.authenticate(token, HERE)).isEqualTo(new Verdict.Refused(Refusal.REVOKED));
        }
    }

    @Test
    void opaqueToken_isAskedAbout() {
        try (Identity identity = identity()) {
            assertThat(identity.authenticator().authenticate("2YotnFZFEjr1zCsicMWpAA", HERE))
                    .isEqualTo(new Verdict.Refused(Refusal.INACTIVE));
        }
    }

    @Test
    void introspection_saysWhoseATokenIs_untilItIsRevoked() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        String token = realm.token("builder");
        try (Fetch fetch = new Fetch(Duration.ofSeconds(10), 64 << 10)) {
            Introspector introspector = new Introspector(introspection("secret-of-the-skep"), fetch, Clock.systemUTC());
            assertBuilder(introspector.verify(token).principal(), before);
            realm.revoke("builder", token);
            assertRefused(Refusal.INACTIVE, introspector, token);
            String brief = realm.token("brief");
            assertThat(introspector.verify(brief).principal().tenant()).isEqualTo("default");
            await().untilAsserted(() -> assertRefused(Refusal.INACTIVE, introspector, brief));
            // Whose audience we are not, of that Keycloak does not say more.
            assertRefused(Refusal.INACTIVE, introspector, realm.token("stranger"));
        }
    }

    private static void assertRefused(Refusal reason, Introspector introspector, String token) {
        assertThatThrownBy(() -> introspector.verify(token))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void introspectionWithAWrongSecretOfOurs_isUnavailable() throws Exception {
        String token = realm.token("builder");
        try (Fetch fetch = new Fetch(Duration.ofSeconds(10), 64 << 10)) {
            Introspector introspector = new Introspector(introspection("wrong"), fetch, Clock.systemUTC());
            assertThatThrownBy(() -> introspector.verify(token)).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void changesOfKeysUnderLoad_refuseNoGoodToken() throws Exception {
        AtomicBoolean go = new AtomicBoolean(true);
        Seen seen = new Seen();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Identity identity = identity(SELDOM, CacheSettings.DEFAULT)) {
            Authenticator authenticator = identity.authenticator();
            List<Future<?>> load = load(threads, go, authenticator, seen);
            List<String> old = new ArrayList<>();
            awaitMore(seen);
            changeKeys(authenticator, seen, old);
            LOG.warn("first change: {}", seen);
            changeKeys(authenticator, seen, old);
            LOG.warn("second change: {}", seen);
            changeKeys(authenticator, seen, old);
            LOG.warn("third change: {}", seen);
            int unavailable = seen.unavailable();
            awaitMore(seen);
            assertThat(seen.unavailable()).as("once the keys are there").isEqualTo(unavailable);
            for (String token : old) {
                assertThat(seen.present(authenticator, token)).isInstanceOf(Verdict.Authenticated.class);
            }
            end(go, load);
        } finally {
            go.set(false);
            threads.shutdown();
        }
        LOG.warn("changes of keys under load: {}", seen);
        assertThat(seen.wrong()).isEmpty();
        assertThat(seen.keys()).isEqualTo(4);
    }

    /** Rotates; tokens that nobody has seen, of the key before, go on being good. */
    private static void changeKeys(Authenticator authenticator, Seen seen, List<String> old) throws Exception {
        List<String> before = List.of(realm.token("builder"), realm.token("builder"));
        realm.rotate();
        seen.present(authenticator, before.get(0));
        old.add(before.get(1));
        await().until(() -> seen.in(Realm.kid(realm.token("builder"))) >= TOKENS);
    }

    private static boolean isIn(Authenticator authenticator, Seen seen) throws Exception {
        return seen.present(authenticator, realm.token("builder")) instanceof Verdict.Authenticated;
    }

    private static void awaitMore(Seen seen) {
        int until = seen.in() + TOKENS;
        await().until(() -> seen.in() >= until);
    }

    private static List<Future<?>> load(
            ExecutorService threads, AtomicBoolean go, Authenticator authenticator, Seen seen) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(() -> {
                while (go.get()) {
                    seen.present(authenticator, realm.token("builder"));
                }
                return null;
            }));
        }
        return running;
    }

    private static void end(AtomicBoolean go, List<Future<?>> load) throws Exception {
        go.set(false);
        for (Future<?> one : load) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    /** Verified tokens are remembered for a second only, so that all depends on the keys. */
    private static Identity underOutages(Duration fresh, Duration tolerance) {
        KeySettings keys = new KeySettings(
                fresh, Duration.ofSeconds(1), Duration.ofSeconds(1), tolerance, Duration.ofSeconds(1), 64 << 10);
        return identity(keys, new CacheSettings(8192, 10_000, Duration.ofSeconds(1)));
    }

    @Test
    void providerThatGoesAndComesBack_refusesNoGoodToken() throws Exception {
        Seen patient = new Seen();
        Seen impatient = new Seen();
        try (Identity tolerant = underOutages(FRESH, Duration.ofMinutes(10));
                Identity other = underOutages(Duration.ofSeconds(5), Duration.ofSeconds(5))) {
            String known = realm.token("builder");
            patient.present(tolerant.authenticator(), known);
            impatient.present(other.authenticator(), known);
            String unseen = realm.token("builder");
            realm.rotate();
            String newKey = realm.token("builder");
            keycloak.stop();

            assertOpaque(tolerant.authenticator(), Verdict.Unavailable.class);
            Instant old = Instant.now().plus(FRESH);
            await().until(() -> {
                assertIn(patient, tolerant, known);
                assertUnavailable(patient, tolerant, newKey);
                return impatient.present(other.authenticator(), known) instanceof Verdict.Unavailable
                        && Instant.now().isAfter(old);
            });
            assertIn(patient, tolerant, unseen);
            LOG.warn("down: {}; with a tolerance of 5 s for keys of 5 s: {}", patient, impatient);

            keycloak.start();
            await().until(() -> isIn(tolerant.authenticator(), patient));
            await().until(() -> isIn(other.authenticator(), impatient));
            for (String token : List.of(known, unseen, newKey)) {
                assertIn(patient, tolerant, token);
                assertIn(impatient, other, token);
            }
            await().untilAsserted(() -> assertOpaque(tolerant.authenticator(), Verdict.Refused.class));
        }
        LOG.warn("down and back: {}; with a tolerance of 5 s for keys of 5 s: {}", patient, impatient);
        assertThat(patient.wrong()).isEmpty();
        assertThat(impatient.wrong()).isEmpty();
    }

    private static void assertIn(Seen seen, Identity identity, String token) throws Exception {
        assertThat(seen.present(identity.authenticator(), token)).isInstanceOf(Verdict.Authenticated.class);
    }

    private static void assertUnavailable(Seen seen, Identity identity, String token) throws Exception {
        assertThat(seen.present(identity.authenticator(), token)).isInstanceOf(Verdict.Unavailable.class);
    }

    private static void assertOpaque(Authenticator authenticator, Class<? extends Verdict> verdict) {
        assertThat(authenticator.authenticate("2YotnFZFEjr1zCsicMWpAA", HERE)).isInstanceOf(verdict);
    }
}
