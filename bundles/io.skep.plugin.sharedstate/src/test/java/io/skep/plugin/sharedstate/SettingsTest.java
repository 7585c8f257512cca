// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        Settings settings = settings(Map.of("tenants", 7, "balance_seconds", 30, "trees", 9, "move_odds_percent", 25));

        assertThat(settings.limits().tenants()).isEqualTo(7);
        assertThat(settings.balance()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.tracking().trees()).isEqualTo(9);
        assertThat(settings.moveOdds()).isEqualTo(0.25);
    }

    @Test
    void wrongValues_areRefusedByName() {
        assertThatThrownBy(() -> settings(Map.of("tenant_documents", 0)))
                .hasMessage("tenant.documents must be 1 to 9000, not 0");
        assertThatThrownBy(() -> settings(Map.of("tenant_chars", 1024)))
                .hasMessage("value.chars must be at most tenant.chars");
        assertThatThrownBy(() -> settings(Map.of("trees_tasks", 100)))
                .hasMessage("tree.tasks must be at most trees.tasks");
    }
}
