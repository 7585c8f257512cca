// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.plugin.routing.rank.Tuning;
import java.time.Duration;
import java.util.Set;

/**
 * The configuration, checked. Immutable.
 *
 * @param tuning of ranking and learning
 * @param policy what the caller is told to do when nobody fits
 * @param pending decisions that an outcome is waited for, at most
 * @param outcomeAge how old a decision may be when its outcome comes
 */
record Settings(Tuning tuning, String policy, int pending, Duration outcomeAge) {
    /** The policy by which the closest agent gets what nobody fits. */
    static final String BEST = "best";

    private static final Set<String> POLICIES = Set.of("reject", "hold", "ask", BEST);

    static final Settings DEFAULT = new Settings(Tuning.DEFAULT, BEST, 10_000, Duration.ofDays(7));

    Settings {
        if (!POLICIES.contains(policy)) {
            throw new IllegalArgumentException("none.policy must be reject, hold, ask or base, not " + policy);
        }
    }

    static Settings of(Config config) {
        Tuning tuning = new Tuning(
                within("memory.tasks", config.memory_tasks(), 100, 100_000),
                within("explore.percent", config.explore_percent(), 0, 50) / 100.0,
                Tuning.DEFAULT.optimism(),
                within("half.life", config.half_life(), 100, 1_000_000),
                within("load.percent", config.load_percent(), 0, 1000) / 100.0,
                within("latency.percent", config.latency_percent(), 0, 1000) / 100.0,
                within("cost.percent", config.cost_percent(), 0, 1000) / 100.0,
                within("none.below.percent", config.none_below_percent(), 0, 100) / 100.0);
        return new Settings(
                tuning,
                config.none_policy(),
                within("pending.decisions", config.pending_decisions(), 100, 100_000),
                Duration.ofHours(within("outcome.hours", config.outcome_hours(), 1, 8760)));
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
