// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import java.time.Duration;

/**
 * The configuration, checked. Immutable.
 *
 * @param look the pause between two looks
 * @param tasksMost tasks on their way that are timed at most
 * @param stuck after which silence a task is stuck
 */
record Settings(Duration look, int tasksMost, Duration stuck) {
    static final Settings DEFAULT = new Settings(Duration.ofSeconds(1), 100_000, Duration.ofMinutes(30));

    static Settings of(Config config) {
        return new Settings(
                Duration.ofMillis(within("look.millis", config.look_millis(), 100, 60_000)),
                within("tasks.most", config.tasks_most(), 1_000, 1_000_000),
                Duration.ofMillis(within("stuck.millis", config.stuck_millis(), 1_000, 604_800_000)));
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
