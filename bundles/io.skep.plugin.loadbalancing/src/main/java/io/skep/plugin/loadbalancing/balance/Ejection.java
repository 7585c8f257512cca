// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

/**
 * When an agent that fails gets nothing for a while. Immutable.
 *
 * @param inARow after so many failures one after the other, or
 * @param share from this share of the last twenty attempts on, 0 to 1, in both cases only if at most a third as many fail
 *     elsewhere
 * @param baseMillis for how long the first time, doubled each time
 * @param mostMillis and at most
 * @param returnMillis after that its share of the work grows from a tenth to all of it in this time
 * @param mostShare at most this share of the agents at once, 0 to 1
 */
public record Ejection(
        int inARow, double share, long baseMillis, long mostMillis, long returnMillis, double mostShare) {
    /** What the configuration says by default. */
    public static final Ejection DEFAULT = new Ejection(5, 0.5, 5_000, 300_000, 10_000, 0.5);
}
