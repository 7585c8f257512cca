// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreSettingsTest {
    /** The configuration with every default but one. */
    static CoreConfig config(String property, Object value) {
        return (CoreConfig) Proxy.newProxyInstance(
                CoreConfig.class.getClassLoader(),
                new Class<?>[] {CoreConfig.class},
                (proxy, method, args) -> method.getName().equals(property) ? value : method.getDefaultValue());
    }

    @Test
    void defaults_areTheSameInBothPlaces() {
        List<String> wrong = new ArrayList<>();
        assertThat(CoreSettings.of(config("", 0), wrong)).isEqualTo(CoreSettings.DEFAULT);
        assertThat(wrong).isEmpty();
    }

    @Test
    void valueOutOfItsLimits_isNamedAndItsDefaultStands() {
        Map<String, Object> wrong = Map.ofEntries(
                Map.entry("max_live_tasks", 0),
                Map.entry("max_payload_chars", -1L),
                Map.entry("retained_tasks", 15),
                Map.entry("max_agents", 1_000_001),
                Map.entry("max_waits", 0),
                Map.entry("max_mailbox", Integer.MAX_VALUE),
                Map.entry("max_projection_lag", 999L),
                Map.entry("snapshot_records", 9),
                Map.entry("retained_events", -1),
                Map.entry("restart_grace_millis", 3_600_001L),
                Map.entry("max_depth", 1001),
                Map.entry("max_children", 0));
        wrong.forEach((property, value) -> {
            List<String> said = new ArrayList<>();
            assertThat(CoreSettings.of(config(property, value), said)).isEqualTo(CoreSettings.DEFAULT);
            assertThat(said).singleElement().asString().contains(property.replace('_', '.'), "not " + value);
        });
    }
}
