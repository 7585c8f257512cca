// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CostTest {
    private static final long MICROS = 1_000;

    private static Cost of(int count, double factorOfNewer, long seed) {
        Random random = new Random(seed);
        Cost cost = new Cost();
        for (int i = 0; i < count; i++) {
            double micros = (1_000 + 200 * random.nextGaussian()) * (i < count / 2 ? 1 : factorOfNewer);
            cost.record((long) (micros * MICROS), true);
        }
        return cost;
    }

    @Test
    void figures_areThoseOfTheTimes() {
        Cost cost = new Cost();
        for (int i = 1; i <= 1_000; i++) {
            cost.record(i * 1_000L * MICROS, i % 10 != 0);
        }
        Cost.Figures figures = cost.figures();
        assertThat(figures.count()).isEqualTo(1_000);
        assertThat(figures.failures()).isEqualTo(100);
        assertThat(figures.meanMillis()).isCloseTo(500.5, within(0.001));
        assertThat(figures.p50Millis()).isCloseTo(500, within(1.0));
        assertThat(figures.p99Millis()).isCloseTo(990, within(2.0));
        assertThat(figures.recent()).isEqualTo(512);
        // The last 512 are 489 to 1000 ms.
        assertThat(figures.recentMeanMillis()).isCloseTo(744.5, within(0.001));
        assertThat(figures.recentP95Millis()).isCloseTo(975, within(1.0));
    }

    @Test
    void regression_isFound_whereThereIsOne_andNotElsewhere() {
        int found = 0;
        for (int seed = 0; seed < 50; seed++) {
            assertThat(of(200, 1, seed).regression()).as("seed %s", seed).isNull();
            assertThat(of(200, 0.5, seed).regression()).as("seed %s", seed).isNull();
            found += of(200, 1.5, seed).regression() == null ? 0 : 1;
        }
        assertThat(found).isEqualTo(50);
        Cost.Regression regression = of(200, 1.5, 1).regression();
        assertThat(regression.newerMedianMillis() / regression.olderMedianMillis())
                .isCloseTo(1.5, within(0.1));
        assertThat(of(50, 3, 1).regression()).as("too few").isNull();
        assertThat(of(500, 1.15, 1).regression()).as("sure, but small").isNull();
        Cost unsure = new Cost();
        for (int i = 0; i < 60; i++) {
            unsure.record((i < 30 ? i + 1 : i - 25) * MICROS, true);
        }
        assertThat(unsure.regression()).as("large, but it may be chance").isNull();
    }

    @Test
    void whatIsKept_isTheSameAgain() {
        Cost cost = of(700, 1.5, 3);
        Cost again = Cost.of(cost.kept());
        assertThat(again.figures()).isEqualTo(cost.figures());
        again.record(MICROS, false);
        assertThat(again.figures().recent()).isEqualTo(512);
        Cost unreadable = Cost.of(new Cost.Kept(5, 1, 7, "bm8=", List.of(1L, 2L)));
        assertThat(unreadable.count()).isZero();
        cost.begin();
        assertThat(cost.figures().count()).isZero();
    }
}
