// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import io.skep.plugin.security.identity.Provider;
import io.skep.plugin.security.identity.Signer;
import io.skep.plugin.security.identity.UnavailableException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The library keeps time by the system's clock, so these settings are short. */
final class RemoteKeysTest {
    private static final Signer ONE = Signer.rsa("one");
    private static final Signer TWO = Signer.rsa("two");
    private static final Signer THREE = Signer.rsa("three");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Provider provider = new Provider().keys(ONE);
    private final Fetch fetch = new Fetch(Duration.ofSeconds(30), 8 << 10);
    private RemoteKeys keys = keys(settings(LONG, Duration.ofMillis(10)));

    private static KeySettings settings(Duration keep, Duration between) {
        return new KeySettings(
                keep, Duration.ofMillis(200), between, Duration.ofHours(1), Duration.ofMillis(500), 8 << 10);
    }

    private RemoteKeys keys(KeySettings settings) {
        return new RemoteKeys(TrustedIssuer.of(provider.issuer(), "skep"), settings, fetch);
    }

    private boolean has(Signer signer) throws UnavailableException {
        return has(signer.kid());
    }

    private boolean has(String kid) throws UnavailableException {
        return !keys.select(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build())
                .isEmpty();
    }

    @AfterEach
    void close() {
        keys.close();
        fetch.close();
        provider.close();
    }

    @Test
    void keys_areFetchedOnce() throws Exception {
        assertThat(provider.calls(Provider.JWKS)).isZero();
        for (int i = 0; i < 100; i++) {
            assertThat(has(ONE)).isTrue();
        }
        assertThat(provider.calls(Provider.JWKS)).isEqualTo(1);
        assertThat(provider.calls(Provider.CONFIGURATION)).isEqualTo(1);
    }

    @Test
    void keysThatCannotBeRead_areLeftOut() throws Exception {
        String good = ONE.key().toPublicJWK().toJSONString();
        provider.answer(
                Provider.JWKS, 200, "{\"keys\":[null,5,{},{\"kty\":\"RSA\",\"n\":5},{\"kty\":\"XYZ\"}," + good + "]}");
        assertThat(has(ONE)).isTrue();
        assertThat(has("other")).isFalse();
    }

    @Test
    void keyOfAnotherAlgorithm_isNotTaken() throws Exception {
        assertThat(keys.select(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one").build()))
                .isEmpty();
        assertThat(keys.select(
                        new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("one").build()))
                .isEmpty();
    }

    @Test
    void newKey_isFetchedWhenItIsFirstSeen() throws Exception {
        assertThat(has(ONE)).isTrue();
        provider.keys(ONE, TWO);
        await().until(() -> available(TWO));
        assertThat(has(TWO)).isTrue();
        assertThat(has(ONE)).isTrue();
        assertThat(provider.calls(Provider.CONFIGURATION)).isEqualTo(1);
    }

    @Test
    void secondNewKeyTooSoon_isUnavailable_notUnknown() throws Exception {
        keys.close();
        keys = keys(settings(LONG, Duration.ofMinutes(1)));
        assertThat(has(ONE)).isTrue();
        provider.keys(ONE, TWO);
        assertThat(has(TWO)).isTrue();
        provider.keys(ONE, TWO, THREE);

        assertThatThrownBy(() -> has(THREE))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        cannot -> assertThat(cannot.retryAfter()).isEqualTo(Duration.ofMinutes(1)));
        assertThat(has(ONE)).isTrue();
    }

    /** Somebody with a key that nobody has keeps the fetch busy that began before the change of keys. */
    @Test
    void newKey_isKnown_whenTheFetchOfAnotherBeganBeforeIt() throws Exception {
        keys.close();
        keys = keys(new KeySettings(
                LONG,
                Duration.ofMillis(200),
                Duration.ofMillis(10),
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                8 << 10));
        assertThat(has(ONE)).isTrue();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        provider.answer(Provider.JWKS, exchange -> {
            begun.countDown();
            pass(go);
            return new Provider.Answer(200, new JWKSet(ONE.key()).toString(true));
        });
        FutureTask<Boolean> first = new FutureTask<>(() -> has("nobody's"));
        FutureTask<Boolean> second = new FutureTask<>(() -> has(TWO));
        start(first);
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        provider.keys(ONE, TWO);
        Thread waiting = start(second);
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        go.countDown();
        assertThat(second.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.get(60, TimeUnit.SECONDS)).isFalse();
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "asks");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void floodOfUnknownKeys_asksTheProviderHardlyEver() throws Exception {
        keys.close();
        keys = keys(settings(LONG, Duration.ofMinutes(1)));
        assertThat(has(ONE)).isTrue();
        for (int i = 0; i < 2000; i++) {
            try {
                assertThat(has("unknown" + i)).isFalse();
            } catch (UnavailableException limited) {
                assertThat(limited.words()).contains("being renewed");
            }
        }
        assertThat(provider.calls(Provider.JWKS)).isLessThanOrEqualTo(3);
        assertThat(has(ONE)).isTrue();
    }

    @Test
    void keysGrowOld_andAreFetchedAheadOfTheirTime() throws Exception {
        keys.close();
        keys = keys(settings(Duration.ofSeconds(2), Duration.ofMillis(10)));
        assertThat(has(ONE)).isTrue();
        provider.keys(TWO);
        await().untilAsserted(() -> assertThat(provider.calls(Provider.JWKS)).isGreaterThanOrEqualTo(2));
        await().ignoreExceptionsInstanceOf(UnavailableException.class).until(() -> !has(ONE));
        assertThat(has(TWO)).isTrue();
    }

    @Test
    void providerThatIsDown_leavesTheOldKeys_andMakesNewOnesUnavailable() throws Exception {
        keys.close();
        keys = keys(settings(Duration.ofSeconds(2), Duration.ofMillis(10)));
        assertThat(has(ONE)).isTrue();
        provider.down(true);
        int calls = provider.calls(Provider.CONFIGURATION);
        await().untilAsserted(() -> {
            assertThat(has(ONE)).isTrue();
            assertThat(provider.calls(Provider.CONFIGURATION)).isGreaterThan(calls + 2);
        });
        assertThatThrownBy(() -> has(TWO)).isInstanceOf(UnavailableException.class);

        provider.keys(ONE, TWO);
        provider.down(false);

        await().until(() -> available(TWO));
    }

    @Test
    void providerThatWasNeverThere_isUnavailable() {
        provider.down(true);
        assertThatThrownBy(() -> has(ONE)).isInstanceOf(UnavailableException.class);
        provider.down(false);
        await().until(() -> available(ONE));
    }

    @Test
    void documentOfAnotherIssuer_isNotBelieved() {
        provider.answer(
                Provider.CONFIGURATION,
                200,
                "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"" + provider.issuer() + Provider.JWKS + "\"}");
        assertUnavailable();
        assertThat(provider.calls(Provider.JWKS)).isZero();
    }

    @Test
    void documentWithoutAnAddress_isNotBelieved() {
        for (String uri :
                new String[] {"null", "1", "\"http:// x\"", "\"http://10.1.2.3/jwks\"", "\"file:///etc/passwd\""}) {
            provider.answer(
                    Provider.CONFIGURATION, 200, "{\"issuer\":\"" + provider.issuer() + "\",\"jwks_uri\":" + uri + "}");
            assertUnavailable();
        }
        provider.answer(Provider.CONFIGURATION, 200, "<html>");
        assertUnavailable();
    }

    @Test
    void wrongAnswers_areUnavailable() {
        provider.answer(Provider.JWKS, 200, "{\"keys\":");
        assertUnavailable();
        provider.answer(Provider.JWKS, 500, "");
        assertUnavailable();
        provider.answer(Provider.JWKS, 200, "{\"keys\":[],\"x\":\"" + "x".repeat(9 << 10) + "\"}");
        assertUnavailable();
        provider.answer(Provider.JWKS, exchange -> {
            exchange.getResponseHeaders().set("Location", provider.issuer() + "/elsewhere");
            return new Provider.Answer(302, "");
        });
        assertUnavailable();
        assertThat(provider.calls("/elsewhere")).isZero();
    }

    @Test
    void slowProvider_isGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        provider.answer(Provider.JWKS, exchange -> {
            pass(never);
            return new Provider.Answer(200, "");
        });
        try (Fetch impatient = new Fetch(Duration.ofMillis(500), 8 << 10)) {
            keys.close();
            keys = new RemoteKeys(
                    TrustedIssuer.of(provider.issuer(), "skep"), settings(LONG, Duration.ofMillis(10)), impatient);
            assertUnavailable();
        }
    }

    @Test
    void addressThatIsGiven_needsNoDiscovery() throws Exception {
        TrustedIssuer issuer = TrustedIssuer.of(provider.issuer(), "skep");
        keys.close();
        keys = new RemoteKeys(
                new TrustedIssuer(
                        issuer.issuer(),
                        issuer.audiences(),
                        issuer.algorithms(),
                        URI.create(provider.issuer() + Provider.JWKS),
                        issuer.mapping(),
                        issuer.required(),
                        issuer.skew(),
                        issuer.maxLifetime()),
                settings(LONG, Duration.ofMillis(10)),
                fetch);
        assertThat(has(ONE)).isTrue();
        assertThat(provider.calls(Provider.CONFIGURATION)).isZero();
    }

    @Test
    void onlySafeAddresses_areAsked() {
        for (String safe :
                new String[] {"https://a.example/x", "http://localhost:1/", "http://127.1.2.3/", "http://[::1]/"}) {
            assertThat(Fetch.isSafe(URI.create(safe))).as(safe).isTrue();
        }
        for (String unsafe : new String[] {
            "http://a.example/",
            "http://127.0.0.1.evil.example/",
            "ftp://localhost/",
            "file:///x",
            "https:x",
            "http://localhost.evil/",
            "https://u:p@a.example/",
            "http://10.0.0.1/"
        }) {
            assertThat(Fetch.isSafe(URI.create(unsafe))).as(unsafe).isFalse();
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private boolean available(Signer signer) {
        try {
            return has(signer);
        } catch (UnavailableException notYet) {
            return false;
        }
    }

    private void assertUnavailable() {
        assertThatThrownBy(() -> has(ONE)).isInstanceOf(UnavailableException.class);
    }
}
