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

    /** What there is to go by before there is evidence: the cosine to a text, or the share of words that one covers. */
    enum Measure {
        WORDS(0.08, 0.03),
        TEXTS(0.25, 0.06);

        /** The measure at which it is as likely as not that somebody fits, and how soft that is. */
        private final double middle;

        private final double softness;

        Measure(double middle, double softness) {
            this.middle = middle;
            this.softness = softness;
        }

        /** The probability that somebody fits. */
        double probability(double measure) {
            return Learner.probability((measure - middle) / softness);
        }
    }

    private final double[] kept = new double[KEPT];
    private long seen;
    private double middle;
    private double softness = 1;
    private boolean settled;

    /** A task that succeeded had this measure, before anything was learned from it. */
    void succeeded(double measure) {
        kept[(int) (seen++ % KEPT)] = measure;
        if (seen >= LEAST && seen % EVERY == 0) {
            settle();
        }
    }

    private void settle() {
        double[] sorted = Arrays.copyOf(kept, (int) Math.min(seen, KEPT));
        Arrays.sort(sorted);
        middle = sorted[(int) (LOW * sorted.length)];
        softness = Math.max(1e-6, (sorted[sorted.length / 2] - middle) / 5);
        settled = true;
    }

    /** The measures of the last successes, oldest first. */
    double[] kept() {
        double[] last = new double[(int) Math.min(seen, KEPT)];
        for (int i = 0; i < last.length; i++) {
            last[i] = kept[(int) ((seen - last.length + i) % KEPT)];
        }
        return last;
    }

    /** Begins with the measures of earlier successes. */
    void restore(double[] measures) {
        seen = 0;
        settled = false;
        for (double measure : measures) {
            kept[(int) (seen++ % KEPT)] = measure;
        }
        if (seen >= LEAST) {
            settle();
        }
    }

    boolean isKnown() {
        return settled;
    }

    /** The probability that somebody fits. */
    double probability(double measure) {
        return Learner.probability((measure - middle) / softness);
    }
}
