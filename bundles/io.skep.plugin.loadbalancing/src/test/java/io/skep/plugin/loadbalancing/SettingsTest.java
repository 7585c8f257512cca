// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.loadbalancing.balance.Ejection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    /** The defaults, but for these. */
    private static Settings settings(Map<String, Object> other) {
        return Settings.of((Config) Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, args) -> other.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    @Test
    void defaults_areWhatTheConfigurationSays() {
        assertThat(settings(Map.of())).isEqualTo(Settings.DEFAULT);
    }

    @Test
    void values_areTakenOver() {
        Settings settings = settings(Map.of("strategy", "p2c", "look_millis", 200, "eject_failures", 3));

        assertThat(settings.strategy()).isEqualTo("p2c");
        assertThat(settings.look()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.ejection()).isEqualTo(new Ejection(3, 0.5, 5_000, 300_000, 10_000, 0.5));
    }

    @Test
    void wrongValues_areRefusedByName() {
        assertThatThrownBy(() -> settings(Map.of("strategy", "best"))).hasMessageContaining("strategy must be one of");
        assertThatThrownBy(() -> settings(Map.of("look_millis", 99))).hasMessageContaining("look.millis");
        assertThatThrownBy(() -> settings(Map.of("advice_millis", 1_000)))
                .hasMessageContaining("at least three times look.millis");
        assertThatThrownBy(() -> settings(Map.of("eject_millis", 400_000)))
                .hasMessageContaining("eject.most.millis must be at least");
    }
}
