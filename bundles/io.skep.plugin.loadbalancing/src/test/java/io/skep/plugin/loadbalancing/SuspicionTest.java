// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private final Suspicion suspicion = new Suspicion();

    private long beats(int count, long pause, long jitter) {
        Random random = new Random(5);
        long at = 1_000;
        for (int i = 0; i < count; i++) {
            suspicion.heard(at);
            at += pause + (jitter == 0 ? 0 : random.nextLong(jitter));
        }
        suspicion.heard(at);
        return at;
    }

    @Test
    void silence_becomesStranger_theLongerItLasts() {
        long last = beats(30, 1000, 100);

        assertThat(suspicion.phi(last + 500)).isLessThan(1);
        assertThat(suspicion.phi(last + 1_500)).isBetween(0.5, 5.0);
        assertThat(suspicion.phi(last + 4_000)).isGreaterThan(8);
        assertThat(suspicion.phi(last + 400_000)).isLessThanOrEqualTo(100);
    }

    @Test
    void agentThatBeatsUnevenly_isGivenMoreTime() {
        long last = beats(30, 1000, 4000);

        assertThat(suspicion.phi(last + 5_000)).isLessThan(4);
    }

    @Test
    void fewBeats_areNoReason() {
        long last = beats(3, 1000, 0);

        assertThat(suspicion.phi(last + 100_000)).isZero();
    }

    @Test
    void theSameBeatAgain_isNone() {
        long last = beats(30, 1000, 0);
        suspicion.heard(last);
        suspicion.heard(last - 50);

        assertThat(suspicion.phi(last + 4_000)).isGreaterThan(8);
    }
}
