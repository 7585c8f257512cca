// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdaptiveTest {
    private static final List<Candidate> TWO =
            List.of(new Candidate("a", 4, 0, 1, 1, Estimate.UNKNOWN), new Candidate("b", 4, 0, 1, 2, Estimate.UNKNOWN));

    private final Random random = new Random(3);

    /** Takes the one of that index. */
    private record Fixed(String name, int index) implements Strategy {
        @Override
        public int choose(List<Candidate> able, java.util.random.RandomGenerator with) {
            return index;
        }
    }

    private static Adaptive two() {
        return new Adaptive(List.of(new Fixed("first", 0), new Fixed("second", 1)));
    }

    /** Lets so many tasks take what they take at each agent. */
    private void run(Adaptive adaptive, int tasks, double millisOfFirst, double millisOfSecond, boolean firstIsGood) {
        for (int i = 0; i < tasks; i++) {
            int chosen = adaptive.choose(TWO, random);
            adaptive.begun("t" + i);
            double noise = Math.exp(random.nextGaussian());
            boolean isFirst = chosen == 0;
            adaptive.ended("t" + i, noise * (isFirst ? millisOfFirst : millisOfSecond), !isFirst || firstIsGood);
        }
    }

    @Test
    void betterOne_takesOver_andTheWorseShowsItsRegret() {
        Adaptive adaptive = two();

        run(adaptive, 20_000, 3000, 1000, true);

        assertThat(adaptive.favourite()).isEqualTo("second");
        run(adaptive, 20_000, 3000, 1000, true);
        assertThat(adaptive.scores().get("first").regret()).isBetween(1.0, 4.0);
        assertThat(adaptive.scores().get("second").regret()).isZero();
        assertThat(adaptive.scores().get("first").doubt()).isPositive();
    }

    @Test
    void equalOne_doesNotTakeOver() {
        Adaptive adaptive = two();

        run(adaptive, 20_000, 1000, 1000, true);

        assertThat(adaptive.favourite()).isEqualTo("first");
    }

    @Test
    void failures_costMoreThanTheirTime() {
        Adaptive adaptive = two();
        run(adaptive, 200, 1000, 1000, true);

        run(adaptive, 40_000, 30, 1000, false);

        assertThat(adaptive.favourite()).isEqualTo("second");
    }

    @Test
    void whatSaysNothing_isForgotten_andSoIsWhatWasNotChosenHere() {
        Adaptive adaptive = two();
        adaptive.choose(TWO, random);
        adaptive.begun("x");
        adaptive.dropped("x");

        adaptive.ended("x", 5, true);
        adaptive.ended("never", 5, true);

        assertThat(adaptive.scores().values())
                .allSatisfy(score -> assertThat(score.measured()).isZero());
    }
}
