// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.core.payload.PayloadSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PayloadLimitsTest {
    private final List<String> wrong = new ArrayList<>();

    private PayloadSettings read(String property, long value) {
        return PayloadLimits.of(CoreSettingsTest.config(property.replace('.', '_'), value), wrong);
    }

    private static Map<String, Object> properties(PayloadSettings settings) {
        Map<String, Object> all = new TreeMap<>();
        PayloadLimits.properties(settings, all);
        return all;
    }

    @Test
    void eachValue_isTakenFromItsOwnProperty_andToldUnderIt() {
        Map<String, Object> defaults = properties(PayloadSettings.DEFAULT);
        assertThat(defaults).hasSize(PayloadSettings.class.getRecordComponents().length);
        for (String property : defaults.keySet()) {
            Map<String, Object> expected = new TreeMap<>(defaults);
            expected.put(property, 5000L);
            assertThat(properties(read(property, 5000))).isEqualTo(expected);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void valueOutOfItsLimits_isNamed_andItsDefaultStands() {
        assertThat(read("payload.max.bytes", 1023)).isEqualTo(PayloadSettings.DEFAULT);
        assertThat(read("payload.total.bytes", -1)).isEqualTo(PayloadSettings.DEFAULT);
        assertThat(read("payload.min.free.bytes", -1)).isEqualTo(PayloadSettings.DEFAULT);
        assertThat(read("payload.orphan.millis", 999)).isEqualTo(PayloadSettings.DEFAULT);
        assertThat(wrong)
                .extracting(sentence -> sentence.split(" ")[0])
                .containsExactly(
                        "payload.max.bytes", "payload.total.bytes", "payload.min.free.bytes", "payload.orphan.millis");
        PayloadSettings tooShort = new PayloadSettings(1024, 0, 0, Duration.ZERO);
        assertThatThrownBy(() -> PayloadLimits.check(tooShort)).hasMessageContaining("payload.orphan.millis");
    }
}
