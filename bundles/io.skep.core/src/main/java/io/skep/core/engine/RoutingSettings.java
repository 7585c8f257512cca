// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import java.time.Duration;

/**
 * How tasks are brought to the agents that fit them best; see {@link io.skep.core.CoreConfig}.
 *
 * @param calls rankings under way at once
 * @param waiting tasks that name skills are ranked while fewer than so many wait for it, never with 0
 * @param tieOdds how many times better the odds of success of two agents may be that count as equally good, at least 1
 * @param lossOdds how many times better the odds of the chosen agent may be than those of another that can start sooner, at
 *     least 1
 * @param patience how long a task waits for its agent before another one is looked for; longer the longer it has waited
 */
public record RoutingSettings(int calls, int waiting, double tieOdds, double lossOdds, Duration patience) {
    /** What the configuration says by default. */
    public static final RoutingSettings DEFAULT = new RoutingSettings(64, 0, 2, 4, Duration.ofSeconds(2));
}
