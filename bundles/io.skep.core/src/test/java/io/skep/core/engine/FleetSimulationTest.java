// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds from {@code -Dfleet.seed} on, {@code -Dfleet.seeds} of them. A seed that fails is named, and fails again. */
class FleetSimulationTest {
    private static final int SEEDS = 40;
    private static final int STEPS = 400;

    @Test
    void badNetwork_crashes_jumpsAndLies_breakNoPromise() {
        long first = Long.getLong("fleet.seed", 1);
        int seeds = Integer.getInteger("fleet.seeds", SEEDS);
        for (long seed = first; seed < first + seeds; seed++) {
            run(seed);
        }
    }

    /**
     * 193: a part of a turn was durable, an attempt of which nobody was told, and its agent held one too many. 2134: a
     * submission had tasks under two parents of one tree, and its budget of descendants was held against each alone.
     */
    @ParameterizedTest
    @ValueSource(longs = {193, 2134})
    void seedsThatFoundSomething_findNothing(long seed) {
        assertThat(run(seed)).isNotEmpty();
    }

    private static String run(long seed) {
        try {
            return new FleetSimulation(seed).run(STEPS);
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }

    @Test
    void sameSeed_isTheSameRun() {
        assertThat(run(7)).isEqualTo(run(7)).isNotEqualTo(run(8));
    }
}
