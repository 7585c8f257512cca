// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a job stands.
 *
 * @param ended whether it has ended
 * @param failure why it failed, or null
 * @param figures what was measured, by name with its unit last; empty until it has ended
 * @param threads processor time during the measurement by name of the threads, in percent of one processor
 */
public record Outcome(
        boolean ended, @Nullable String failure, Map<String, Double> figures, Map<String, Double> threads) {
    /** A job that has not ended. */
    static final Outcome RUNNING = new Outcome(false, null, Map.of(), Map.of());

    public Outcome {
        figures = Map.copyOf(figures);
        threads = Map.copyOf(threads);
    }

    /** A job that failed. */
    static Outcome failed(Throwable failure) {
        return new Outcome(true, failure.toString(), Map.of(), Map.of());
    }

    /** One of the figures. */
    public double figure(String name) {
        Double value = figures.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in " + figures.keySet());
        }
        return value;
    }
}
