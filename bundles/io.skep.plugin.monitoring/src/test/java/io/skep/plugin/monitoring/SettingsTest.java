// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.URI;
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
        Settings settings = settings(
                Map.of("look_millis", 200, "objectives", "success:99.9", "webhook_url", "https://alerts.example/x"));

        assertThat(settings.look()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.objectives()).hasSize(1);
        assertThat(settings.alerts().webhook()).isEqualTo(URI.create("https://alerts.example/x"));
    }

    @Test
    void wrongValues_areRefusedByName() {
        assertThatThrownBy(() -> settings(Map.of("look_millis", 99))).hasMessageContaining("look.millis");
        assertThatThrownBy(() -> settings(Map.of("objectives", "all"))).hasMessageContaining("objectives must be");
        assertThatThrownBy(() -> settings(Map.of("webhook_url", "http://alerts.example/")))
                .hasMessageContaining("webhook.url must be a URL of https");
        assertThatThrownBy(() -> settings(Map.of("webhook_attempts", 0))).hasMessageContaining("webhook.attempts");
    }
}
