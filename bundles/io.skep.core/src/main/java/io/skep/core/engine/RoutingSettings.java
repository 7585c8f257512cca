// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import java.time.Duration;

/**
 * How tasks are brought to the agents that fit them best; see {@link io.skep.core.CoreConfig}.
 *
 * @param calls rankings under way at once
 * @param waiting tasks that may wait for their ranking; beyond it those that name skills do without
 * @param tie the difference in probability of success up to which agents count as equally good, 0 to 1
 * @param loss the probability of success that may be given up to start sooner, 0 to 1
 * @param patience how long a task waits for its agent before another one is looked for; doubled each time
 */
public record RoutingSettings(int calls, int waiting, double tie, double loss, Duration patience) {
    /** What the configuration says by default. */
    public static final RoutingSettings DEFAULT = new RoutingSettings(64, 1_000, 0.03, 0.15, Duration.ofSeconds(2));
}
