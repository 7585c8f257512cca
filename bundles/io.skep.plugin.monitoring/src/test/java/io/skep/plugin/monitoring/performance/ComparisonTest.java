// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Comparison compared(Random random, double factor, int samples) {
        Comparison one = new Comparison("agent", "alice", "report", "run");
        for (int i = 0; i < 100; i++) {
            one.add("1", Math.exp(random.nextGaussian() * 0.5));
        }
        for (int i = 0; i < samples; i++) {
            one.add("2", factor * Math.exp(random.nextGaussian() * 0.5));
        }
        return one;
    }

    @Test
    void versionThatIsSlower_isFound_withTheDifference() {
        Comparison.Regression found =
                compared(new Random(1), 2, 60).regression().orElseThrow();
        assertThat(found.from()).isEqualTo("1");
        assertThat(found.to()).isEqualTo("2");
        assertThat(found.medianSeconds()).isGreaterThan(1.5 * found.medianSecondsBefore());
        assertThat(found.p()).isLessThan(Comparison.P);
        assertThat(found.samplesBefore()).isEqualTo(100);
        assertThat(found.samples()).isEqualTo(60);
    }

    @Test
    void tooFew_orAsGood_orBetter_isNone() {
        assertThat(compared(new Random(1), 2, Comparison.LEAST - 1).regression())
                .isEmpty();
        assertThat(compared(new Random(1), 2, Comparison.LEAST - 1).isComparable())
                .isFalse();
        assertThat(compared(new Random(1), 0.5, 100).regression()).isEmpty();
        Comparison same = new Comparison("agent", "alice", "report", "run");
        for (int i = 0; i < 200; i++) {
            same.add(i < 100 ? "1" : "2", 1 + i % 10);
        }
        assertThat(same.regression()).isEmpty();
    }

    @Test
    void ofManyThatAreTheSame_hardlyAnyIsFound_andOfManyThatAreHalfAsSlowAgain_nearlyAll() {
        int falseAlarms = 0;
        int found = 0;
        for (int seed = 0; seed < 500; seed++) {
            falseAlarms += compared(new Random(seed), 1, 100).regression().isPresent() ? 1 : 0;
            found += compared(new Random(seed), 1.5, 100).regression().isPresent() ? 1 : 0;
        }
        assertThat(falseAlarms).as("of 500").isLessThanOrEqualTo(3);
        assertThat(found).as("of 500").isGreaterThan(450);
    }

    @Test
    void nextVersion_goesOnFromWhatIsKept_andAThirdIsComparedWithTheSecond() {
        Comparison next = new Comparison(compared(new Random(1), 2, 60).kept());
        assertThat(next.regression()).isPresent();
        for (int i = 0; i < 40; i++) {
            next.add("3", 1);
        }
        assertThat(next.regression()).isEmpty();
        assertThat(next.kept().versionBefore()).isEqualTo("2");
        assertThat(next.kept().before()).hasSize(60);
    }
}
