// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

import java.util.Collection;

/**
 * How much of the differences between the agents' times is more than chance. Immutable.
 *
 * @param isKnown whether any time is known
 * @param mean of the logarithms, over the agents
 * @param within variance of one agent's times
 * @param between variance between the agents, beyond what {@code within} explains
 */
record Shrinking(boolean isKnown, double mean, double within, double between) {
    /** Variance of the logarithm where it cannot be measured yet: times within a factor of e or so. */
    private static final double GUESS = 1;

    static Shrinking of(Collection<Behaviour.Times> all) {
        double agents = 0;
        double sum = 0;
        double squares = 0;
        double spread = 0;
        double free = 0;
        double chance = 0;
        for (Behaviour.Times times : all) {
            if (times.count() > 0) {
                agents++;
                sum += times.mean();
                squares += times.mean() * times.mean();
                spread += times.spread();
                free += Math.max(0, times.count() - 1);
                chance += 1 / times.count();
            }
        }
        if (agents == 0) {
            return new Shrinking(false, 0, GUESS, 0);
        }
        double mean = sum / agents;
        double within = free < 2 ? GUESS : spread / free;
        double variance = agents < 2 ? 0 : Math.max(0, squares - sum * mean) / (agents - 1);
        return new Shrinking(true, mean, within, Math.max(0, variance - within * chance / agents));
    }

    /** The mean of an agent, drawn to the fleet's as far as chance explains the difference. */
    double shrunk(Behaviour.Times times, double fleet) {
        double chance = times.count() == 0 ? Double.MAX_VALUE : within / times.count();
        double share = between == 0 ? 0 : between / (between + chance);
        return fleet + (times.count() == 0 ? 0 : times.mean() - fleet) * share;
    }
}
