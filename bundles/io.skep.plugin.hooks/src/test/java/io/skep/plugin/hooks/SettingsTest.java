// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    /** The configuration with its defaults, but for one value. */
    private static Config config(String name, Object value) {
        return (Config) Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, arguments) -> method.getName().equals(name) ? value : method.getDefaultValue());
    }

    @Test
    void defaults_areThoseOfTheConfiguration() {
        Settings read = Settings.of(config("", 0));
        assertThat(read.in(null, null, null)).isEqualTo(Settings.DEFAULT);
        assertThat(read.files()).isNotNull().isAbsolute();
        assertThat(Settings.of(config("files", " ")).files()).isNull();
    }

    @Test
    void whatIsOutOfItsLimits_isNamed() {
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of(
                        "look_millis", 1,
                        "max_hooks", 101,
                        "parallel_programs", 0,
                        "max_checks", 0,
                        "max_dead_letters", 5_001,
                        "cursor_millis", 99,
                        "budget_p95_millis", 0,
                        "budget_mean_millis", 60_001,
                        "budget_policy", "gone",
                        "max_operations", 0)
                .entrySet()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Settings.of(config(wrong.getKey(), wrong.getValue())))
                    .withMessageContaining(wrong.getKey().replace('_', '.'));
        }
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of(
                        "traces_endpoint", "http://collector.example:4318/v1/traces",
                        "traces_service", " ",
                        "traces_timeout_millis", 99,
                        "plain_http", "yes")
                .entrySet()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Settings.of(config(wrong.getKey(), wrong.getValue())))
                    .withMessageContaining(wrong.getKey().replace('_', '.'));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(config("files", "\0")))
                .withMessageContaining("files is no path");
    }

    @Test
    void everyNumber_hasItsLimits() {
        for (Method method : Config.class.getDeclaredMethods()) {
            if (method.getReturnType() == int.class) {
                assertThatIllegalArgumentException()
                        .as(method.getName())
                        .isThrownBy(() -> Settings.of(config(method.getName(), -1)));
            }
        }
    }
}
