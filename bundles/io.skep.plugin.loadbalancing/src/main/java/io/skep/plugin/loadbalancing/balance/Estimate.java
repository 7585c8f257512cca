// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

/**
 * What was learned of an agent. Immutable.
 *
 * @param weight how much of the work it should have for its slots, compared with the fleet's mean of 1
 * @param millis how long an attempt is expected to take there
 * @param errors the share of its attempts that fail, 0 to 1
 */
public record Estimate(double weight, double millis, double errors) {
    /** Of an agent of which nothing is known. */
    public static final Estimate UNKNOWN = new Estimate(1, 1000, 0);
}
