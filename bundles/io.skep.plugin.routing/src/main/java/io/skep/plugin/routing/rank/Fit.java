// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether a task is of a kind that somebody does at all: by how close it is to what agents say of themselves and, once there
 * are enough successes, by how much closer it is to the best agent's middle than to all tasks, compared with what past
 * successes had. The two count alike, and neither more than {@value #MOST} in log-odds: where only few kinds of tasks were
 * seen a new kind is far from all of them, and what an agent says of itself can still speak for it. Not thread-safe.
 */
final class Fit {
    private static final int KEPT = 512;
    private static final int LEAST = 100;
    private static final double LOW = 0.05;
    private static final int EVERY = 16;
    private static final double MOST = 4;
    /** The share of a task's words that one covers at which it is as likely as not that somebody fits, and how soft that is. */
    private static final Scale WORDS = new Scale(0.08, 0.03);
    /** The same for the cosine to the closest text. */
    private static final Scale TEXTS = new Scale(0.25, 0.06);

    private final double[] relatives = new double[KEPT];
    private long seen;
    /** Null before it is known. */
    private @Nullable Scale relative;

    /** Where it is as likely as not that somebody fits, and how soft that is. */
    private record Scale(double middle, double softness) {
        double logOdds(double measure) {
            return (measure - middle) / softness;
        }

        double bounded(double measure) {
            return Math.max(-MOST, Math.min(MOST, logOdds(measure)));
        }
    }

    /** A task that succeeded was so much closer to the best agent than to all tasks, before anything was learned from it. */
    void succeeded(double measure) {
        relatives[(int) (seen++ % KEPT)] = measure;
        if (seen >= LEAST && (seen % EVERY == 0 || relative == null)) {
            settle();
        }
    }

    /** What is below where 5 % of the successes were is as likely as not nobody's. */
    private void settle() {
        double[] sorted = Arrays.copyOf(relatives, (int) Math.min(seen, KEPT));
        Arrays.sort(sorted);
        double low = sorted[(int) (LOW * sorted.length)];
        relative = new Scale(low, Math.max(1e-6, (sorted[sorted.length / 2] - low) / 5));
    }

    /** What the last successes had, oldest first. */
    double[] kept() {
        double[] last = new double[(int) Math.min(seen, KEPT)];
        for (int i = 0; i < last.length; i++) {
            last[i] = relatives[(int) ((seen - last.length + i) % KEPT)];
        }
        return last;
    }

    /** Begins with what {@link #kept} of earlier successes. */
    void restore(double[] kept) {
        seen = 0;
        relative = null;
        for (double measure : kept) {
            succeeded(measure);
        }
    }

    /** The probability that somebody fits, by the share of words that one covers. */
    static double byWords(double covered) {
        return Learner.probability(WORDS.logOdds(covered));
    }

    /** The probability that somebody fits, by the cosine to the closest text. */
    static double byTexts(double cosine) {
        return Learner.probability(TEXTS.logOdds(cosine));
    }

    /** The probability that somebody fits, by that and by what successes have shown as soon as they have. */
    double probability(double cosine, double measure) {
        Scale known = relative;
        return known == null ? byTexts(cosine) : Learner.probability(TEXTS.bounded(cosine) + known.bounded(measure));
    }
}
