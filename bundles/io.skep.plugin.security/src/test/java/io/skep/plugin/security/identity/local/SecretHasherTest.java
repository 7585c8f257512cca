// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.identity.UnavailableException;
import io.skep.plugin.security.identity.Values;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SecretHasherTest {
    private static final int ROUNDS = 50;

    private final SecureRandom random = new SecureRandom();
    private final SecretHasher hasher = new SecretHasher(Values.QUICK, random);

    @Test
    void secret_hasItsHash_andNoOther() throws Exception {
        String hash = hasher.hash("secret");

        assertThat(hash).startsWith("$argon2id$v=19$m=64,t=1,p=1$").doesNotContain("secret");
        assertThat(hasher.matches("secret", hash)).isTrue();
        assertThat(hasher.matches("Secret", hash)).isFalse();
        assertThat(hasher.matches("secret", hasher.nobody())).isFalse();
        assertThat(hasher.hash("secret")).as("salted").isNotEqualTo(hash);
    }

    /** From the reference implementation's own test (version 0x13, Argon2id): m=2^16, t=2, p=1, "password", "somesalt". */
    @Test
    void hashOfTheReferenceImplementation_isTheSame() throws Exception {
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(hasher.matches("password", hash)).isTrue();
        assertThat(hasher.matches("passwort", hash)).isFalse();
    }

    @Test
    void hashOfOtherParameters_isOutdated() throws Exception {
        String hash = hasher.hash("secret");
        SecretHasher harder = new SecretHasher(new HashSettings(128, 2, 1, 4, Duration.ofSeconds(30)), random);

        assertThat(hasher.isOutdated(hash)).isFalse();
        assertThat(harder.isOutdated(hash)).isTrue();
        assertThat(harder.matches("secret", hash)).isTrue();
    }

    @Test
    void noMoreHashesAtATime_thanThereIsRoomFor() throws Exception {
        SecretHasher narrow = new SecretHasher(new HashSettings(32_768, 3, 1, 1, Duration.ZERO), random);
        int refused = 0;
        for (int round = 0; refused == 0 && round < ROUNDS; round++) {
            refused = refusedOfEight(narrow);
        }
        assertThat(refused).isPositive();
        assertThat(narrow.hash("secret")).as("room again").isNotEmpty();
    }

    private static int refusedOfEight(SecretHasher narrow) throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(8);
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            new Thread(() -> {
                        ready.countDown();
                        try {
                            ready.await();
                            narrow.hash("secret");
                        } catch (UnavailableException full) {
                            refused.incrementAndGet();
                        } catch (InterruptedException interrupted) {
                            throw new AssertionError(interrupted);
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(120, TimeUnit.SECONDS)).isTrue();
        return refused.get();
    }

    @Test
    void interruptedThread_doesNotWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> hasher.hash("secret")).isInstanceOf(UnavailableException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void malformedHash_isAnError() {
        assertThatThrownBy(() -> hasher.matches("secret", "$2b$10$abc")).isInstanceOf(IllegalStateException.class);
    }
}
