// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.core.plugin.PluginSettings;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PluginLimitsTest {
    private final List<String> wrong = new ArrayList<>();

    private PluginSettings read(String property, long value) throws NoSuchMethodException {
        Method method = CoreConfig.class.getMethod(property.replace('.', '_'));
        Object boxed = method.getReturnType() == int.class ? (Object) Math.toIntExact(value) : (Object) value;
        return PluginLimits.of(CoreSettingsTest.config(method.getName(), boxed), wrong);
    }

    private static Map<String, Object> properties(PluginSettings settings) {
        Map<String, Object> all = new TreeMap<>();
        PluginLimits.properties(settings, all);
        return all;
    }

    @Test
    void eachValue_isTakenFromItsOwnProperty_andToldUnderIt() throws NoSuchMethodException {
        Map<String, Object> defaults = properties(PluginSettings.DEFAULT);
        assertThat(defaults).hasSize(PluginSettings.class.getRecordComponents().length);
        for (Map.Entry<String, Object> property : defaults.entrySet()) {
            long other = ((Number) property.getValue()).longValue() - 1;
            if (property.getKey().equals("drain.millis")) {
                other += 2;
            }
            Map<String, Object> changed = properties(read(property.getKey(), other));

            assertThat(((Number) changed.remove(property.getKey())).longValue()).isEqualTo(other);
            Map<String, Object> rest = new TreeMap<>(defaults);
            rest.remove(property.getKey());
            assertThat(changed).isEqualTo(rest);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void valueOutOfItsLimits_isNamed_andItsDefaultStands() throws NoSuchMethodException {
        Map<String, Long> beyond = new LinkedHashMap<>();
        beyond.put("plugin.threads", 65L);
        beyond.put("plugin.caller.threads", 65L);
        beyond.put("plugin.queue", 0L);
        beyond.put("park.calls", -1L);
        beyond.put("park.millis", 60_001L);
        beyond.put("drain.millis", 3_999L);
        beyond.put("unbind.drain.millis", 4_001L);
        beyond.put("phase.millis", 99L);
        beyond.put("quarantine.failures", 0L);
        beyond.put("quarantine.failure.percent", 101L);
        beyond.put("quarantine.slow.percent", 0L);
        beyond.put("probe.millis", 99L);
        beyond.put("warmup.calls", 100_001L);
        assertThat(beyond.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        properties(PluginSettings.DEFAULT).keySet());
        for (Map.Entry<String, Long> property : beyond.entrySet()) {
            wrong.clear();

            assertThat(read(property.getKey(), property.getValue())).isEqualTo(PluginSettings.DEFAULT);

            assertThat(wrong)
                    .singleElement()
                    .asString()
                    .startsWith(property.getKey() + " must be ")
                    .endsWith(", not " + property.getValue());
        }
    }
}
