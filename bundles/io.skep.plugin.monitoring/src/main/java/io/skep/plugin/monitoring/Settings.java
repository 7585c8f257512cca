// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.plugin.base.webhook.Destination;
import io.skep.plugin.monitoring.objectives.Objective;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration, checked. Immutable.
 *
 * @param look the pause between two looks
 * @param tasksMost tasks on their way that are timed at most
 * @param stuck after which silence a task is stuck
 * @param keep the pause between two writes of what was learned
 * @param namesMost types, agents, skills and tenants that are told apart, each
 * @param objectives over 30 days
 * @param alerts when something is told, and to whom
 */
record Settings(
        Duration look,
        int tasksMost,
        Duration stuck,
        Duration keep,
        int namesMost,
        List<Objective> objectives,
        AlertSettings alerts) {
    static final Settings DEFAULT = new Settings(
            Duration.ofSeconds(1),
            100_000,
            Duration.ofMinutes(30),
            Duration.ofSeconds(10),
            100,
            Objective.parse("start:99:60000"),
            AlertSettings.DEFAULT);

    Settings {
        objectives = List.copyOf(objectives);
    }

    static Settings of(Config config) {
        return new Settings(
                Duration.ofMillis(within("look.millis", config.look_millis(), 100, 60_000)),
                within("tasks.most", config.tasks_most(), 1_000, 1_000_000),
                Duration.ofMillis(within("stuck.millis", config.stuck_millis(), 1_000, 604_800_000)),
                Duration.ofMillis(within("keep.millis", config.keep_millis(), 1_000, 600_000)),
                within("names.most", config.names_most(), 10, 120),
                Objective.parse(config.objectives()),
                alerts(config));
    }

    private static AlertSettings alerts(Config config) {
        return new AlertSettings(
                within("queue.age.millis", config.queue_age_millis(), 1_000, 604_800_000) / 1000.0,
                within("queue.for.millis", config.queue_for_millis(), 0, 86_400_000),
                config.anomaly_alert(),
                within("repeat.millis", config.repeat_millis(), 60_000, 604_800_000),
                webhook(config),
                Duration.ofMillis(within("webhook.timeout.millis", config.webhook_timeout_millis(), 100, 60_000)),
                within("webhook.attempts", config.webhook_attempts(), 1, 100),
                within("webhook.pending", config.webhook_pending(), 1, 5_000));
    }

    private static @Nullable URI webhook(Config config) {
        String plain = config.plain_http();
        if (!plain.equals("loopback") && !plain.equals("any")) {
            throw new IllegalArgumentException("plain.http must be loopback or any, not " + plain);
        }
        String url = config.webhook_url();
        return url.isBlank() ? null : Destination.of("webhook.url", url, plain.equals("any"));
    }

    /** Below the server's directory unless it is absolute; null for an empty text. */
    static @Nullable Path path(String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return Path.of(System.getProperty("karaf.base", "."))
                    .resolve(text.strip())
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("benchmarks is no path: " + wrong.getReason(), wrong);
        }
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
