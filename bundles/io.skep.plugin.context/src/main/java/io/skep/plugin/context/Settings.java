// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import io.skep.plugin.context.recall.ConsolidationSettings;
import io.skep.plugin.context.recall.SummarySettings;
import io.skep.plugin.context.sessions.SessionSettings;
import io.skep.plugin.context.sleep.SleepSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The configuration, checked. Immutable.
 *
 * @param directory of the plugin's files
 * @param sessions how much is kept of sessions, and for how long
 * @param consolidation when and how contexts are made smaller, and how much of them can be found
 * @param sleep how policies of sleep are looked at
 */
record Settings(Path directory, SessionSettings sessions, ConsolidationSettings consolidation, SleepSettings sleep) {
    /** With the rest as without configuration. */
    Settings(Path directory, SessionSettings sessions) {
        this(directory, sessions, ConsolidationSettings.DEFAULT, SleepSettings.DEFAULT);
    }

    /**
     * What the configuration says.
     *
     * @throws IllegalArgumentException that names the property that is wrong
     */
    static Settings of(Config config) {
        return new Settings(
                directory(config.directory()),
                sessions(config),
                consolidation(config),
                new SleepSettings(
                        Duration.ofMillis(within("sleep.look.millis", config.sleep_look_millis(), 100, 3_600_000)),
                        within("sleep.policies", config.sleep_policies(), 1, 1000),
                        within("sleep.messages", config.sleep_messages(), 1, 1000)));
    }

    private static SessionSettings sessions(Config config) {
        return new SessionSettings(
                within("sessions", config.sessions(), 1, 1_000_000),
                within("sessions.agent", config.sessions_agent(), 1, 100_000),
                within("session.items", config.session_items(), 1, 10_000_000),
                (long) within("session.megabytes", config.session_megabytes(), 1, 1_000_000) << 20,
                within("item.chars", config.item_chars(), 1, 16 << 20),
                Duration.ofDays(within("idle.days", config.idle_days(), 0, 36_500)),
                Duration.ofDays(within("retention.days", config.retention_days(), 0, 36_500)),
                within("checkpoints", config.checkpoints(), 1, 100));
    }

    private static ConsolidationSettings consolidation(Config config) {
        return new ConsolidationSettings(
                within("consolidation.above.tokens", config.consolidation_above_tokens(), 0, 1_000_000_000),
                within("consolidation.tokens", config.consolidation_tokens(), 1, 1_000_000_000),
                within("consolidation.percent", config.consolidation_percent(), 1, 100),
                within("consolidation.tool.results", config.consolidation_tool_results(), 0, 10_000),
                within("consolidation.recent.items", config.consolidation_recent_items(), 0, 10_000),
                within("archive.items", config.archive_items(), 1, 10_000_000),
                within("archive.vectors", config.archive_vectors(), 0, 1_000_000),
                within("consolidation.cpu.percent", config.consolidation_cpu_percent(), 1, 100),
                within("consolidation.waiting", config.consolidation_waiting(), 1, 1_000_000),
                summary(config));
    }

    private static SummarySettings summary(Config config) {
        String skill = config.consolidation_summary_skill().strip();
        if (!skill.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new IllegalArgumentException("consolidation.summary.skill is no name of a skill: " + skill);
        }
        return new SummarySettings(
                skill,
                within("consolidation.summary.tokens", config.consolidation_summary_tokens(), 1, 100_000),
                within("consolidation.summary.percent", config.consolidation_summary_percent(), 0, 1000));
    }

    static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    /** A directory below the server's unless absolute; an empty text is the folder {@code context} of the store's. */
    private static Path directory(String text) {
        try {
            Path base = Path.of(System.getProperty("karaf.base", "."));
            if (!text.isBlank()) {
                return base.resolve(text.strip()).toAbsolutePath().normalize();
            }
            String store = System.getProperty("skep.store", "");
            return (store.isBlank() ? base.resolve("store") : Path.of(store))
                    .resolve("context")
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("directory is no path: " + wrong.getReason(), wrong);
        }
    }
}
