// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * One thing that is measured in every round.
 *
 * @param name for people
 * @param measure what to do
 */
record Step(String name, Measure measure) {
    /** A measurement. */
    @FunctionalInterface
    interface Measure {
        /**
         * Measures once.
         *
         * @param warmup how long it runs before
         * @param length how long the measurement lasts
         * @return figures by name
         */
        Map<String, Double> run(Duration warmup, Duration length) throws IOException, InterruptedException;
    }
}
