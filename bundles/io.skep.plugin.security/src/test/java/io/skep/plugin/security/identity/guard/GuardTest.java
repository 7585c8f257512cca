// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.identity.Values;
import io.skep.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuardTest {
    private static final LockoutSettings LOCKOUT =
            new LockoutSettings(3, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1), 100);

    private final ManualClock clock = new ManualClock();
    private final Limits limits = new Limits(new LimitSettings(10, 20, 5, 8, 100), clock);
    private final Lockout lockout = new Lockout(LOCKOUT, clock);

    @Test
    void principal_getsItsBurst_thenItsRate() {
        var ann = Values.principal("ann", "t1", Instant.EPOCH, Instant.MAX);
        for (int i = 0; i < 20; i++) {
            assertThat(limits.principal(ann)).isEmpty();
        }
        assertThat(limits.principal(ann)).contains(Duration.ofMillis(100));
        assertThat(limits.principal(Values.principal("bob", "t2", Instant.EPOCH, Instant.MAX)))
                .isEmpty();

        clock.advance(Duration.ofMillis(100));

        assertThat(limits.principal(ann)).isEmpty();
        assertThat(limits.principal(ann)).isPresent();
    }

    @Test
    void address_sharesTheBucketOfItsNetwork() {
        for (int i = 0; i < 8; i++) {
            assertThat(limits.address("2001:db8::" + i)).isEmpty();
        }
        assertThat(limits.address("2001:db8::ffff")).contains(Duration.ofMillis(200));
        assertThat(limits.address("2001:db8:0:1::1")).isEmpty();
    }

    @Test
    void bucketsAndLocks_areBounded() {
        for (int i = 0; i < 1000; i++) {
            limits.address("10.0." + i / 256 + "." + i % 256);
            limits.principal(Values.principal("p" + i, "t", Instant.EPOCH, Instant.MAX));
        }
        assertThat(limits.tracked()).isLessThanOrEqualTo(200);
    }

    @Test
    void parallelRequests_takeNoMoreThanTheBurst() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        AtomicInteger admitted = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(800);
        for (int i = 0; i < 800; i++) {
            threads.execute(() -> {
                if (limits.address("10.0.0.1").isEmpty()) {
                    admitted.incrementAndGet();
                }
                done.countDown();
            });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        threads.shutdown();
        assertThat(admitted).hasValue(8);
    }

    @Test
    void failures_lockForTwiceAsLongEachTime_upToABound() {
        for (int i = 0; i < 3; i++) {
            lockout.failed("10.0.0.1");
            assertThat(lockout.address("10.0.0.1")).isEmpty();
        }
        for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
            lockout.failed("10.0.0.1");
            assertThat(lockout.address("10.0.0.1")).contains(Duration.ofSeconds(seconds));
            clock.advance(Duration.ofSeconds(seconds));
            assertThat(lockout.address("10.0.0.1")).isEmpty();
        }
        assertThat(lockout.address("10.0.0.2")).isEmpty();
    }

    @Test
    void manyFailures_lockForTheLongestTime() {
        for (int i = 0; i < 200; i++) {
            lockout.failed("10.0.0.1");
        }
        assertThat(lockout.address("10.0.0.1")).contains(Duration.ofSeconds(10));
    }

    @Test
    void failures_areForgottenAfterAWhile() {
        for (int i = 0; i < 10; i++) {
            lockout.failed("10.0.0.1");
        }
        clock.advance(Duration.ofMinutes(2));
        lockout.failed("10.0.0.1");
        assertThat(lockout.address("10.0.0.1")).isEmpty();
    }

    @Test
    void success_forgetsTheClientsFailures_butNotTheAddresses() {
        for (int i = 0; i < 4; i++) {
            lockout.failed("c1", "10.0.0.1");
        }
        assertThat(lockout.client("c1", "10.0.0.9")).isPresent();

        lockout.succeeded("c1", "10.0.0.9");

        assertThat(lockout.client("c1", "10.0.0.7")).isEmpty();
        assertThat(lockout.address("10.0.0.1")).isPresent();
    }

    @Test
    void clientThatIsGuessedAt_canLogInFromWhereItDid() {
        lockout.succeeded("c1", "192.168.0.5");
        for (int i = 0; i < 4; i++) {
            lockout.failed("c1", "10.0.0.1");
        }
        assertThat(lockout.client("c1", "10.0.0.2")).isPresent();
        assertThat(lockout.client("c1", "192.168.0.5")).isEmpty();
        assertThat(lockout.client("c2", "10.0.0.2")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "::ffff:127.0.0.1, 127.0.0.1",
        "[::1], 0000000000000000/64",
        "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
        "fe80::1%eth0, fe80000000000000/64",
        "999.1.1.1, 999.1.1.1",
        "1:2, 1:2",
        "host.example, host.example",
        "dead.beef, dead.beef"
    })
    void address_countsAsItsNetwork(String address, String network) {
        assertThat(Addresses.network(address)).isEqualTo(network);
    }

    @Test
    void nonsenseAddress_isCut() {
        assertThat(Addresses.network("x".repeat(1000))).hasSize(64);
    }

    @Test
    void wrongSettings_areNamed() {
        assertThatThrownBy(() -> new LimitSettings(0, 1, 1, 1, 1)).hasMessageContaining("principalRate");
        assertThatThrownBy(() -> new LockoutSettings(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1))
                .hasMessageContaining("first");
    }
}
