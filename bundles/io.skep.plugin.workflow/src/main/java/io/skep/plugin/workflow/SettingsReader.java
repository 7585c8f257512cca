// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.thinking.ThinkingSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the configuration. */
final class SettingsReader {
    private SettingsReader() {}

    /**
     * What the configuration says.
     *
     * @throws IllegalArgumentException that names the property that is wrong
     */
    static Settings read(Config config) {
        return new Settings(
                path("project.commands", config.project_commands()),
                path("user.commands", config.user_commands()),
                config.max_files(),
                config.max_file_bytes(),
                config.max_depth(),
                path("programs", config.programs()),
                config.parallel_programs(),
                config.max_pending(),
                config.max_ended(),
                config.max_gates(),
                new Settings.Flows(config.max_workflows(), config.max_runs(), config.max_ended_runs()),
                new Settings.Results(config.max_result_bytes(), config.max_judged()));
    }

    /**
     * What the configuration says of thinking.
     *
     * @throws IllegalArgumentException that names the property that is wrong
     */
    static ThinkingSettings thinking(Config config) {
        return new ThinkingSettings(
                config.thinking_enabled(),
                config.thinking_min_complexity(),
                ThinkingSettings.allowances(
                        config.thinking_participants(),
                        config.thinking_seconds(),
                        config.thinking_tokens(),
                        config.thinking_cost_micros()),
                config.thinking_max_pending(),
                config.thinking_max_ended());
    }

    /** A path below the server's directory or, after a tilde, below the home of its user; null for an empty one. */
    static @Nullable Path path(String name, String text) {
        String path = text.strip();
        if (path.isEmpty()) {
            return null;
        }
        try {
            boolean home = path.equals("~") || path.startsWith("~/");
            Path base = Path.of(home ? System.getProperty("user.home", ".") : System.getProperty("karaf.base", "."));
            return base.resolve(home ? path.substring(Math.min(2, path.length())) : path)
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException(name + " is no path: " + wrong.getReason(), wrong);
        }
    }
}
