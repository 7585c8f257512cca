// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.plugin.loadbalancing.balance.Ejection;
import java.time.Duration;
import java.util.List;

/**
 * The configuration, checked. Immutable.
 *
 * @param strategy by which {@code assign} chooses unless it is told another one, and core is advised
 * @param look the pause between two looks at the agents
 * @param advice how long advice counts
 * @param ejection when an agent that fails gets nothing
 * @param slow the share of the fleet's speed below which an agent counts as slow
 * @param suspicion phi from which on a silent agent is suspected
 * @param optimize how much is done by itself about the agents' slots
 */
record Settings(
        String strategy,
        Duration look,
        Duration advice,
        Ejection ejection,
        double slow,
        double suspicion,
        OptimizeSettings optimize) {
    /** The one that picks among the others. */
    static final String ADAPTIVE = "adaptive";

    /** What may be named. */
    static final List<String> STRATEGIES =
            List.of(ADAPTIVE, "roundrobin", "leastloaded", "weighted", "p2c", "prequal", "capability");

    static final Settings DEFAULT = new Settings(
            ADAPTIVE,
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            Ejection.DEFAULT,
            0.5,
            8,
            OptimizeSettings.DEFAULT);

    Settings {
        if (!STRATEGIES.contains(strategy)) {
            throw new IllegalArgumentException(
                    "strategy must be one of " + String.join(", ", STRATEGIES) + ", not " + strategy);
        }
        if (advice.compareTo(look.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException("advice.millis must be at least three times look.millis");
        }
        if (ejection.mostMillis() < ejection.baseMillis()) {
            throw new IllegalArgumentException("eject.most.millis must be at least eject.millis");
        }
    }

    static Settings of(Config config) {
        Ejection ejection = new Ejection(
                within("eject.failures", config.eject_failures(), 2, 100),
                within("eject.percent", config.eject_percent(), 10, 100) / 100.0,
                within("eject.millis", config.eject_millis(), 100, 600_000),
                within("eject.most.millis", config.eject_most_millis(), 100, 3_600_000),
                within("return.millis", config.return_millis(), 100, 600_000),
                within("eject.share.percent", config.eject_share_percent(), 1, 100) / 100.0);
        return new Settings(
                config.strategy(),
                Duration.ofMillis(within("look.millis", config.look_millis(), 100, 10_000)),
                Duration.ofMillis(within("advice.millis", config.advice_millis(), 1_000, 60_000)),
                ejection,
                within("slow.percent", config.slow_percent(), 1, 99) / 100.0,
                within("suspicion.phi", config.suspicion_phi(), 1, 100),
                new OptimizeSettings(
                        within("optimize.per.minute", config.optimize_per_minute(), 1, 60),
                        Duration.ofMillis(
                                within("optimize.measure.millis", config.optimize_measure_millis(), 1_000, 3_600_000)),
                        within("optimize.attempts", config.optimize_attempts(), 10, 1_000),
                        within("optimize.least.slots", config.optimize_least_slots(), 1, 10_000)));
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
