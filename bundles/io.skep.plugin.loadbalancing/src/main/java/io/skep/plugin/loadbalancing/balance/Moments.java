// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

/**
 * A mean that is kept. Immutable.
 *
 * @param count how many values it counts over
 * @param mean of them
 * @param spread sum of the squared deviations from it
 */
public record Moments(double count, double mean, double spread) {
    /** Of no values. */
    static final Moments NONE = new Moments(0, 0, 0);
}
