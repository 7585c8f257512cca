// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SteadyCallsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void calls_areCounted_andTheNewestAnswerSaysWhoServes() throws Exception {
        CountDownLatch many = new CountDownLatch(20);
        SteadyCalls calls = new SteadyCalls(() -> number -> {
            many.countDown();
            return number < 10 ? "1.0.0" : "1.1.0";
        });
        calls.begin();
        assertThat(many.await(60, TimeUnit.SECONDS)).isTrue();

        SteadyCalls.Counted counted = calls.end(PATIENCE);

        assertThat(counted.calls()).isGreaterThanOrEqualTo(20);
        assertThat(counted.failed()).isZero();
        assertThat(counted.last()).isEqualTo("1.1.0");
    }

    @Test
    void calls_thatAreNotAnswered_areFailed() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        SteadyCalls calls = new SteadyCalls(() -> number -> {
            three.countDown();
            throw new IOException("503");
        });
        calls.begin();
        assertThat(three.await(60, TimeUnit.SECONDS)).isTrue();

        SteadyCalls.Counted counted = calls.end(PATIENCE);

        assertThat(counted.failed()).isEqualTo(counted.calls()).isGreaterThanOrEqualTo(3);
        assertThat(counted.last()).isEqualTo("nobody answered");
    }

    @Test
    void calls_thatNeverEnd_areFailed() throws Exception {
        CountDownLatch one = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        SteadyCalls calls = new SteadyCalls(() -> number -> {
            one.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "1.1.0";
        });
        calls.begin();
        assertThat(one.await(60, TimeUnit.SECONDS)).isTrue();

        SteadyCalls.Counted counted = calls.end(Duration.ofMillis(50));
        never.countDown();

        assertThat(counted.failed()).isPositive().isEqualTo(counted.calls());
    }
}
