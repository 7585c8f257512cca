// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.CanaryRule;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryTest {
    private final Canary canary = new Canary(new CanaryRule(10, 100, Duration.ofSeconds(1)));

    /** {@code calls}, of which {@code failed} failed and {@code slow} took {@code slowMillis} instead of one. */
    private static Canary.Sample sample(int calls, int failed, int slow, int slowMillis) {
        Histogram times = new Histogram(1_000, TimeUnit.SECONDS.toNanos(10), 2);
        for (int i = 0; i < calls; i++) {
            times.recordValue(TimeUnit.MILLISECONDS.toNanos(i < slow ? slowMillis : 1));
        }
        return new Canary.Sample(failed, times);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // name; the old one and the new one, each as calls/failed/slow x millis; whether the new one is worse
        "equal, 1000/0/0 x 50, 100/0/0 x 1, false",
        "equally bad, 1000/100/0 x 50, 100/10/0 x 1, false",
        "better, 1000/100/0 x 50, 100/0/0 x 1, false",
        "one failure in a hundred more, 1000/0/0 x 50, 100/1/0 x 1, false",
        "two failures in a hundred more, 1000/0/0 x 50, 100/2/0 x 1, true",
        "just below two points more, 1000/10/0 x 50, 1000/29/0 x 1, false",
        "two points more, 1000/10/0 x 50, 1000/30/0 x 1, true",
        "a pause that hit a few, 1000/0/0 x 50, 100/0/4 x 50, false",
        "one in twenty is much slower, 1000/0/0 x 50, 100/0/5 x 50, true",
        "all are slower by less than twice, 1000/0/0 x 50, 100/0/100 x 1, false",
        "all are three times slower, 1000/0/0 x 50, 100/0/100 x 3, true",
        "all are twice as slow, 1000/0/0 x 50, 100/0/100 x 2, true",
        "slower than too few calls of the old, 19/0/0 x 50, 100/0/100 x 50, false",
        "slower than just enough of the old, 20/0/0 x 50, 100/0/100 x 50, true",
        "as slow as the old one at its worst, 1000/0/20 x 50, 100/0/100 x 50, true",
        "the same after too few calls, 1000/0/20 x 50, 19/0/19 x 50, false",
        "one in ten of too few calls is slower, 1000/0/0 x 50, 49/0/5 x 50, false",
        "half as slow as the old at its worst, 1000/0/20 x 50, 100/0/49 x 50, false",
        "no calls of the new one, 1000/0/0 x 50, 0/0/0 x 1, false",
        "no calls at all, 0/0/0 x 50, 0/0/0 x 1, false",
        "failures without calls of the old, 0/0/0 x 50, 100/3/0 x 1, true"
    })
    void rule(String name, String old, String candidate, boolean worse) {
        assertThat(canary.worse(sample(old), sample(candidate)).isPresent())
                .as(name)
                .isEqualTo(worse);
    }

    /** From {@code calls/failed/slow x millis}. */
    private static Canary.Sample sample(String text) {
        int[] n = Arrays.stream(text.split("/| x ")).mapToInt(Integer::parseInt).toArray();
        return sample(n[0], n[1], n[2], n[3]);
    }

    @Test
    void reason_givesTheNumbers() {
        assertThat(canary.worse(sample(1000, 10, 0, 1), sample(100, 10, 0, 1)))
                .contains("it failed 10 of 100 calls (10.0 %), the old version 10 of 1000 (1.0 %)");
        assertThat(canary.worse(sample(1000, 0, 0, 1), sample(100, 0, 40, 8)).orElseThrow())
                .matches("its 99th percentile is 8\\.\\d\\d ms, that of the old version 1\\.00 ms;"
                        + " 40 % of its calls took longer");
    }

    @Test
    void median_decides_whereTheMachineHidesThe99thPercentile() {
        assertThat(canary.worse(onABusyMachine(2_000), onABusyMachine(2_000))).isEmpty();
        assertThat(canary.worse(onABusyMachine(2_000), onABusyMachine(6_000)).orElseThrow())
                .matches("its median is 6\\.\\d\\d ms, that of the old version 2\\.\\d\\d ms");
        assertThat(canary.worse(onABusyMachine(50), onABusyMachine(150)))
                .as("less than a fifth of a millisecond more")
                .isEmpty();
    }

    /** Every fifth of 200 calls waits for a processor. */
    private static Canary.Sample onABusyMachine(long micros) {
        Histogram times = new Histogram(1_000, TimeUnit.SECONDS.toNanos(10), 2);
        for (int i = 0; i < 200; i++) {
            times.recordValue(TimeUnit.MICROSECONDS.toNanos(i % 5 == 0 ? 25_000 + micros : micros));
        }
        return new Canary.Sample(0, times);
    }

    @Test
    void decision_needsEnoughCalls() {
        assertThat(canary.isDecided(sample(99, 0, 0, 1))).isFalse();
        assertThat(canary.isDecided(sample(100, 0, 0, 1))).isTrue();
    }

    @Test
    void difference_isWhatWasDoneSince() {
        Canary.Sample since = sample(300, 7, 30, 50).since(sample(200, 5, 30, 50));

        assertThat(since.calls()).isEqualTo(100);
        assertThat(since.errors()).isEqualTo(2);
        assertThat(TimeUnit.NANOSECONDS.toMillis(since.p99())).isEqualTo(1);
    }
}
