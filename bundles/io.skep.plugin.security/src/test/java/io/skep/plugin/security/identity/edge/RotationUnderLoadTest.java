// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import io.skep.plugin.security.identity.MemoryKeyStore;
import io.skep.plugin.security.identity.Provider;
import io.skep.plugin.security.identity.Signer;
import io.skep.plugin.security.identity.Values;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.guard.LimitSettings;
import io.skep.plugin.security.identity.guard.LockoutSettings;
import io.skep.plugin.security.identity.token.KeySettings;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many threads present good tokens while the provider changes its keys, goes and comes back. */
final class RotationUnderLoadTest {
    private static final int THREADS = 8;
    private static final int ROTATIONS = 20;
    private static final int PER_ROTATION = 200;

    private final Provider provider = new Provider();
    private final AtomicInteger tokens = new AtomicInteger();
    private final AtomicInteger in = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final Queue<Verdict> wrong = new ConcurrentLinkedQueue<>();
    private volatile Signer current = Signer.ec("k0");

    private Identity identity() {
        KeySettings keys = new KeySettings(
                Duration.ofMinutes(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(10),
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                64 << 10);
        return new Identity(
                IdentitySettings.DEFAULT
                        .with(List.of(TrustedIssuer.of(provider.issuer(), "skep")), keys)
                        .with(
                                new LimitSettings(1_000_000, 1_000_000, 1_000_000, 1_000_000, 100),
                                LockoutSettings.DEFAULT)
                        .with(Values.LOCAL),
                new MemoryKeyStore(),
                Clock.systemUTC());
    }

    private String token(Signer signer) {
        long now = Instant.now().getEpochSecond();
        return signer.sign(
                JWSAlgorithm.ES256,
                "{\"iss\":\"" + provider.issuer() + "\",\"sub\":\"ann\",\"aud\":\"skep\",\"exp\":" + (now + 600)
                        + ",\"jti\":\"t" + tokens.incrementAndGet() + "\"}");
    }

    private void present(Authenticator authenticator, String token) {
        Verdict verdict = authenticator.authenticate(token, "10.0.0.1");
        if (verdict instanceof Verdict.Authenticated) {
            in.incrementAndGet();
        } else if (verdict instanceof Verdict.Unavailable) {
            unavailable.incrementAndGet();
        } else {
            wrong.add(verdict);
        }
    }

    private List<Future<?>> load(ExecutorService threads, Authenticator authenticator, AtomicBoolean go) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(() -> {
                while (go.get()) {
                    present(authenticator, token(current));
                }
            }));
        }
        return running;
    }

    private void awaitTokens(int more) {
        int until = in.get() + more;
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> in.get() >= until);
    }

    @Test
    void changeOfKeys_refusesNoGoodToken() throws Exception {
        AtomicBoolean go = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        provider.keys(current);
        try (Identity identity = identity()) {
            List<Future<?>> running = load(threads, identity.authenticator(), go);
            awaitTokens(PER_ROTATION);
            for (int i = 1; i <= ROTATIONS; i++) {
                Signer before = current;
                Signer next = Signer.ec("k" + i);
                provider.keys(before, next);
                current = next;
                awaitTokens(PER_ROTATION);
                // What was signed before the change is good after it.
                present(identity.authenticator(), token(before));
            }
            go.set(false);
            for (Future<?> one : running) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            go.set(false);
            threads.shutdown();
            provider.close();
        }
        assertThat(wrong).isEmpty();
        assertThat(in.get()).isGreaterThanOrEqualTo(ROTATIONS * PER_ROTATION);
        assertThat(unavailable.get()).as("of %d", tokens.get()).isLessThan(tokens.get() / 2);
    }

    @Test
    void providerThatGoesAndComesBack_refusesNoGoodToken() throws Exception {
        AtomicBoolean go = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        provider.keys(current);
        try (Identity identity = identity()) {
            List<Future<?>> running = load(threads, identity.authenticator(), go);
            awaitTokens(PER_ROTATION);
            provider.down(true);
            awaitTokens(PER_ROTATION);
            // Signed with a key that nobody could fetch yet: not known to be wrong.
            Signer next = Signer.ec("next");
            provider.keys(current, next);
            int before = unavailable.get();
            present(identity.authenticator(), token(next));
            assertThat(unavailable.get()).isGreaterThan(before);
            provider.down(false);
            current = next;
            awaitTokens(PER_ROTATION);
            go.set(false);
            for (Future<?> one : running) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            go.set(false);
            threads.shutdown();
            provider.close();
        }
        assertThat(wrong).isEmpty();
    }
}
