// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import java.time.Duration;
import java.util.Map;

/**
 * How slots are shared.
 *
 * @param ageing how long a task must wait to come before new ones of the next higher priority; zero for never
 * @param backlogPercent of the assignments that go to whichever task waits longest, whatever its priority and tenant, 0
 *     to 50
 * @param weights of tenants, 1 to 1,000; that of others is 1
 */
public record Fairness(Duration ageing, int backlogPercent, Map<String, Integer> weights) {
    /** Ten minutes for a step of priority, every tenth assignment for the backlog, equal tenants. */
    public static final Fairness DEFAULT = new Fairness(Duration.ofMinutes(10), 10, Map.of());

    public Fairness {
        weights = Map.copyOf(weights);
    }
}
