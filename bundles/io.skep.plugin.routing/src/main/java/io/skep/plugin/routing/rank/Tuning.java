// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

/**
 * What can be set about ranking and learning. Immutable.
 *
 * @param memory past tasks that are remembered at most
 * @param explore share of decisions, 0 to 1, that may go to an agent that is less well known instead of the best
 * @param optimism how far an agent's uncertainty counts for it when exploring, in standard deviations
 * @param halfLife after how many outcomes what was learned counts half
 * @param loadWeight how much a fully loaded agent loses
 * @param latencyWeight how much an agent loses for each doubling of time beyond the fleet's median
 * @param costWeight the same for cost
 * @param noneBelow probability that somebody fits below which nobody is taken; 0 for never
 */
public record Tuning(
        int memory,
        double explore,
        double optimism,
        int halfLife,
        double loadWeight,
        double latencyWeight,
        double costWeight,
        double noneBelow) {
    /** As shipped. */
    public static final Tuning DEFAULT = new Tuning(20_000, 0.05, 1.0, 20_000, 0.5, 0.1, 0.0, 0.25);
}
