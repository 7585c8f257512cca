// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import java.time.Duration;

/**
 * How much is done by itself. Immutable.
 *
 * @param perMinute actions that begin in a minute at most
 * @param measure how long an action is measured at most
 * @param attempts without which nothing is said
 * @param leastSlots that an agent is left
 */
record OptimizeSettings(int perMinute, Duration measure, int attempts, int leastSlots) {
    static final OptimizeSettings DEFAULT = new OptimizeSettings(6, Duration.ofMinutes(2), 20, 1);
}
