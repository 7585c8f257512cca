// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.balance;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** What a simulated fleet is like. Times are milliseconds, speeds are shares of what an agent is meant to do. */
enum Scenario {
    /** All agents are alike and stay so, tasks are alike. */
    STEADY,
    /** Tasks take from a tenth to many times their mean: the logarithm of their times is normal, deviation 1.5. */
    HEAVYTAIL,
    /** Agents are fast or slow, from 0.3 to 2 times the mean, and nobody says so. */
    HETEROGENEOUS,
    /** After a quarter of the time every fifth agent does a tenth of what it did. */
    DEGRADING,
    /** Every fifth agent fails nine of ten tasks at once, for ten seconds of every forty, each at another time. */
    FLAPPING;

    static final double MEAN_MILLIS = 1000;
    private static final int ONE_IN = 5;
    private static final long PERIOD = 40_000;
    private static final long FAILING = 10_000;

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How long a task takes alone at speed 1. */
    double demand(RandomGenerator random) {
        double deviation = this == HEAVYTAIL ? 1.5 : 0.3;
        return MEAN_MILLIS * Math.exp(deviation * random.nextGaussian() - deviation * deviation / 2);
    }

    /** How fast agents are to begin with. */
    double speed(int agent, int agents) {
        if (this != HETEROGENEOUS) {
            return 1;
        }
        // Spread evenly on the scale of logarithms; their mean is 0.9.
        return 0.3 * Math.pow(2 / 0.3, (agent * 37 % agents + 0.5) / agents);
    }

    /** By what the agent's speed is multiplied from a share of the time on. */
    double change(int agent, double share) {
        return this == DEGRADING && agent % ONE_IN == 0 && share >= 0.25 ? 0.1 : 1;
    }

    /** Whether a task that it gets now fails at once. */
    boolean fails(int agent, double now, RandomGenerator random) {
        if (this != FLAPPING || agent % ONE_IN != 0) {
            return false;
        }
        long phase = agent * 7919L % PERIOD;
        return (Math.round(now) + phase) % PERIOD < FAILING && random.nextInt(10) != 0;
    }
}
