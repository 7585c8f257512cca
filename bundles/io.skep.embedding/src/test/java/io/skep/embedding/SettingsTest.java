// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void values_areTakenOver() {
        assertThat(Settings.of(() -> 2, () -> 3, () -> 4, () -> 5))
                .isEqualTo(new Settings(2, 3, Duration.ofMillis(4), 5));
    }

    @Test
    void wrongValues_areRefused_eachByItsName() {
        assertThatThrownBy(() -> Settings.of(() -> 0, () -> 65, () -> -1, () -> 1_000_001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads = 0 is not within 1 and 64, max.concurrent = 65 is not within 1 and 64, "
                        + "max.wait.millis = -1 is not within 0 and 60000, "
                        + "max.cached = 1000001 is not within 0 and 1000000");
    }

    @Test
    void whatIsNoNumber_isRefused_byItsName() {
        assertThatThrownBy(() -> Settings.of(() -> 1, () -> Integer.parseInt("many"), () -> 1, () -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max.concurrent is not a whole number");
    }

    @Test
    void model_servesForOtherSettings_unlessItsThreadsDiffer() {
        Settings other = new Settings(1, 2, Duration.ZERO, 7);
        assertThat(Settings.DEFAULT.hasModelOf(other)).isTrue();
        assertThat(Settings.DEFAULT.hasModelOf(new Settings(2, 2, Duration.ZERO, 7)))
                .isFalse();
        assertThat(Settings.DEFAULT.hasModelOf(new Settings(1, 3, Duration.ZERO, 7)))
                .isFalse();
    }
}
