// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;

/**
 * Whether a task is of a kind that somebody does at all: by its distance from what agents say of themselves and, once there
 * are enough successes, from those; compared with the distances that past successes had. Not thread-safe.
 */
final class Fit {
    private static final int KEPT = 512;
    private static final int LEAST = 100;
    private static final double LOW = 0.05;
    private static final int EVERY = 16;

    /** Measures by what they are: cosine to a text, share of words covered, relative distance. */
    enum Measure {
        WORDS(0.08, 0.03),
        TEXTS(0.25, 0.06),
        SUCCESSES(0, 1);

        /** The measure at which it is as likely as not that somebody fits, and how soft that is; before there is evidence. */
        private final double middle;

        private final double softness;

        Measure(double middle, double softness) {
            this.middle = middle;
            this.softness = softness;
        }
    }

    private final double[] kept = new double[KEPT];
    private long seen;
    private double middle;
    private double softness = 1;

    /** A task that succeeded had this measure, before anything was learned from it. */
    void succeeded(double measure) {
        kept[(int) (seen++ % KEPT)] = measure;
        if (seen >= LEAST && seen % EVERY == 0) {
            double[] sorted = Arrays.copyOf(kept, (int) Math.min(seen, KEPT));
            Arrays.sort(sorted);
            middle = sorted[(int) (LOW * sorted.length)];
            softness = Math.max(1e-6, (sorted[sorted.length / 2] - middle) / 5);
        }
    }

    boolean isKnown() {
        return seen >= LEAST;
    }

    /** The probability that somebody fits. */
    double probability(Measure of, double measure) {
        boolean learned = of == Measure.SUCCESSES;
        return Learner.probability(learned ? (measure - middle) / softness : (measure - of.middle) / of.softness);
    }
}
