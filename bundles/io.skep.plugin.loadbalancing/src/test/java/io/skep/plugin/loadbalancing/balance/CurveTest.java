// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CurveTest {
    private static final long REMEMBERS = 600_000;

    private final Curve curve = new Curve(REMEMBERS);
    private final Random random = new Random(9);
    private long now = 1_000;

    /** Attempts that began as one of so many, and share what the agent can do beyond {@code capacity} at once. */
    private void work(int upTo, int capacity, double spread) {
        for (int i = 0; i < 200; i++) {
            for (int held = 1; held <= upTo; held++) {
                double slower = Math.max(1, (double) held / capacity);
                curve.observe(held, 100 * slower * Math.exp(spread * random.nextGaussian()), now);
            }
        }
    }

    @Test
    void agentThatGetsNoSlower_hasNoKnee() {
        work(16, 100, 0.3);

        assertThat(curve.knee(now)).isEmpty();
    }

    @Test
    void agentThatShares_hasItsKneeWhereSharingBegins() {
        work(16, 4, 0.3);

        assertThat(curve.knee(now).orElse(0)).isBetween(3, 5);
    }

    @Test
    void agentThatCollapses_hasItsKneeBeforeThat() {
        work(4, 4, 0.3);
        for (int i = 0; i < 200; i++) {
            curve.observe(12, 2_000, now);
        }

        assertThat(curve.knee(now).orElse(0)).isBetween(2, 4);
    }

    @Test
    void fewOrWidelySpreadTimes_areNoReason() {
        for (int i = 0; i < 10; i++) {
            curve.observe(1, 100, now);
            curve.observe(8, 800, now);
        }
        assertThat(curve.knee(now)).isEmpty();

        work(8, 100, 2);
        assertThat(curve.knee(now)).isEmpty();
    }

    @Test
    void whatWasNotSeenForLong_isForgotten_soThatItIsTriedAgain() {
        work(16, 4, 0.3);

        now += REMEMBERS + 1;

        assertThat(curve.knee(now)).isEmpty();
    }
}
