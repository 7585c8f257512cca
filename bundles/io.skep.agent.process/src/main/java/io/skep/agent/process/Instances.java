// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.time.Duration;

/**
 * How many agents one file stands for. Immutable.
 *
 * @param min fewest
 * @param max most
 * @param hourCostMicros what one costs in an hour
 * @param drain how long one that is too many may go on with what it has
 */
record Instances(int min, int max, long hourCostMicros, Duration drain) {
    static final int MAX = 1_000;
    static final long DRAIN_MILLIS = 600_000;
    static final long MAX_DRAIN_MILLIS = 86_400_000;
    static final long MAX_COST = 1_000_000_000_000L;
}
