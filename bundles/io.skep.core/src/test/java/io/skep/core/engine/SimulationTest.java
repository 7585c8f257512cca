// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = 100;
    private static final int STEPS = 250;

    @Test
    void randomWork_withCrashesAndFullDisks_keepsEveryPromise() {
        long first = Long.getLong("simulation.seed", 1);
        for (long seed = first; seed < first + Integer.getInteger("simulation.seeds", SEEDS); seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        try {
            new Simulation(seed).run(STEPS);
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }
}
