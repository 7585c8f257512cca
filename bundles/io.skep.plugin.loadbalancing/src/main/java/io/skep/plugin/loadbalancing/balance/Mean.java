// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

/** A mean in which newer values count more. Not thread-safe. */
final class Mean {
    private final double decay;
    private double count;
    private double sum;
    private double squares;

    /** What a value counts for when the next one comes: {@code decay}, less than 1. */
    Mean(double decay) {
        this.decay = decay;
    }

    void add(double value) {
        count = count * decay + 1;
        sum = sum * decay + value;
        squares = squares * decay + value * value;
    }

    /** How many values it counts over. */
    double count() {
        return count;
    }

    /** 0 if there is none. */
    double mean() {
        return count == 0 ? 0 : sum / count;
    }

    /** What is known, to be kept. */
    Moments moments() {
        return new Moments(count, mean(), Math.max(0, squares - sum * mean()));
    }

    /** Takes over what {@link #moments} gave. */
    void learn(Moments known) {
        count = known.count();
        sum = known.count() * known.mean();
        squares = known.spread() + sum * known.mean();
    }

    /** One standard deviation of the mean, from two values on. */
    double doubt() {
        return Math.sqrt(Math.max(0, squares / count - mean() * mean()) / (count - 1));
    }
}
