// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.thinking.ThinkingSettings;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {
    /** What Declarative Services makes of properties. */
    private static Config config(Map<String, Object> properties) {
        return (Config) Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, arguments) -> properties.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void defaults_areThoseOfTheSettings_andTwoDirectories() {
        Settings read = SettingsReader.read(config(Map.of()));
        assertThat(read.withCommands(null, null)).isEqualTo(Settings.DEFAULT);
        assertThat(read.userCommands()).isEqualTo(Path.of(System.getProperty("user.home"), ".skep", "commands"));
        assertThat(read.projectCommands()).isEqualTo(Path.of("commands").toAbsolutePath());
    }

    @Test
    void thinking_hasFourNumbersForItsFourDepths() {
        assertThat(SettingsReader.thinking(config(Map.of()))).isEqualTo(ThinkingSettings.DEFAULT);
        for (String wrong : new String[] {"", "1 2 3", "1 2 3 4 5", "1 2 3 x", "0 1 1 1", "1 1 1 9", "1 1 1 -1"}) {
            assertThatIllegalArgumentException()
                    .as(wrong)
                    .isThrownBy(() -> SettingsReader.thinking(config(Map.of("thinking_participants", wrong))))
                    .withMessageContaining("thinking.participants");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingsReader.thinking(config(Map.of("thinking_min_complexity", 101))))
                .withMessage("thinking.min.complexity = 101 is not within 0 and 100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingsReader.thinking(config(Map.of("thinking_tokens", "1 1 1 9999999999999999"))))
                .withMessageContaining("thinking.tokens");
    }

    @Test
    void anEmptyPath_isNone_andTheHomeIsATilde() {
        assertThat(SettingsReader.path("p", "  ")).isNull();
        assertThat(SettingsReader.path("p", "~")).isEqualTo(Path.of(System.getProperty("user.home")));
        assertThat(SettingsReader.path("p", "/a/../b")).isEqualTo(Path.of("/b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingsReader.path("programs", "a\0b"))
                .withMessageContaining("programs");
    }

    @Test
    void aWrongValue_leavesEverythingAsItWas() {
        try (WorkflowPlugin plugin = new WorkflowPlugin(config(Map.of("max_files", 7)))) {
            assertThat(plugin.settings().maxFiles()).isEqualTo(7);
            plugin.modified(config(Map.of("max_files", 0)));
            assertThat(plugin.settings().maxFiles()).isEqualTo(7);
            plugin.modified(config(Map.of("max_files", 8)));
            assertThat(plugin.settings().maxFiles()).isEqualTo(8);
        }
    }
}
