// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EffectTest {
    private static final int LEAST = 20;

    private final Random random = new Random(5);

    /** So many attempts that take about so long, of which one in {@code failing} fails; 0 for none. */
    private Sample.Kept sample(int attempts, double millis, int failing) {
        Sample sample = new Sample();
        for (int i = 1; i <= attempts; i++) {
            boolean isGood = failing == 0 || i % failing != 0;
            sample.ended(millis * Math.exp(0.1 * random.nextGaussian()), isGood, i);
        }
        return sample.kept();
    }

    private Effect.Verdict judge(Effect.Aim aim, Sample.Kept before, int from, Sample.Kept after, int to) {
        return new Effect(before, from, after, to).judge(aim, LEAST);
    }

    @Test
    void agentThatDoesOneAfterTheOther_isAsGoodWithFewer_andFaster() {
        assertThat(judge(Effect.Aim.SHORTER, sample(50, 800, 0), 8, sample(30, 400, 0), 4))
                .isEqualTo(Effect.Verdict.HELPED);
    }

    @Test
    void agentThatDoesAllAtOnce_isHarmedByFewer() {
        assertThat(judge(Effect.Aim.SHORTER, sample(50, 400, 0), 8, sample(30, 400, 0), 4))
                .isEqualTo(Effect.Verdict.HARMED);
    }

    @Test
    void shorterTimes_forLessWork_areNoHelp() {
        assertThat(judge(Effect.Aim.SHORTER, sample(50, 800, 0), 8, sample(30, 560, 0), 4))
                .as("0.71 of the work")
                .isEqualTo(Effect.Verdict.HARMED);
    }

    @Test
    void fewerFailures_help_alsoWhereAllFailedBefore() {
        assertThat(judge(Effect.Aim.FEWER_FAILURES, sample(60, 100, 3), 6, sample(60, 100, 0), 5))
                .isEqualTo(Effect.Verdict.HELPED);
        assertThat(judge(Effect.Aim.FEWER_FAILURES, sample(50, 100, 1), 8, sample(25, 100, 0), 4))
                .isEqualTo(Effect.Verdict.HELPED);
        assertThat(judge(Effect.Aim.FEWER_FAILURES, sample(60, 100, 3), 6, sample(60, 120, 3), 5))
                .isNotEqualTo(Effect.Verdict.HELPED);
    }

    @Test
    void more_mustBeMore_andNotMoreFailures() {
        assertThat(judge(Effect.Aim.MORE, sample(50, 400, 0), 4, sample(50, 400, 0), 5))
                .isEqualTo(Effect.Verdict.HELPED);
        assertThat(judge(Effect.Aim.MORE, sample(50, 400, 0), 4, sample(50, 500, 0), 5))
                .as("each takes longer by as much")
                .isEqualTo(Effect.Verdict.OPEN);
        assertThat(judge(Effect.Aim.MORE, sample(50, 400, 0), 4, sample(50, 400, 2), 5))
                .isEqualTo(Effect.Verdict.HARMED);
    }

    @Test
    void fewAttempts_sayNothing_andFiguresAreInWords() {
        Effect effect = new Effect(sample(50, 800, 0), 8, sample(LEAST - 1, 1, 0), 4);

        assertThat(effect.judge(Effect.Aim.SHORTER, LEAST)).isEqualTo(Effect.Verdict.OPEN);
        assertThat(effect.inWords()).contains("ms an attempt").contains("over 50 and 19 attempts");
    }

    @Test
    void sample_goesOnFromWhatIsKept_andIsEmptyWhenCleared() {
        Sample.Kept kept = sample(50, 800, 4);
        Sample next = new Sample();
        next.learn(kept);

        assertThat(next.kept().millis()).isEqualTo(kept.millis());
        assertThat(next.kept().failures()).isEqualTo(kept.failures());
        assertThat(next.last()).isEqualTo(50);
        assertThat(next.kept().perMinute(8)).isBetween(400.0, 500.0);

        next.clear();
        assertThat(next.kept().ended()).isZero();
        assertThat(next.kept().millis()).isZero();
        assertThat(next.kept().perMinute(8)).isZero();
    }
}
