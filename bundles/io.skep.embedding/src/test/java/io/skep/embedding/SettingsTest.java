// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void values_areTakenOver() {
        assertThat(Settings.of("bge", () -> 2, () -> 3, () -> 4, () -> 5))
                .isEqualTo(new Settings(Choice.BGE, 2, 3, Duration.ofMillis(4), 5));
    }

    @Test
    void wrongValues_areRefused_eachByItsName() {
        assertThatThrownBy(() -> Settings.of("bge", () -> 0, () -> 65, () -> -1, () -> 1_000_001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads = 0 is not within 1 and 64, max.concurrent = 65 is not within 1 and 64, "
                        + "max.wait.millis = -1 is not within 0 and 60000, "
                        + "max.cached = 1000001 is not within 0 and 1000000");
    }

    @Test
    void everyModel_isKnownByItsName_andNoOther() {
        assertThat(Choice.of("minilm")).contains(Choice.MINILM);
        assertThat(Choice.of("bge")).contains(Choice.BGE);
        assertThat(Choice.of("both")).contains(Choice.BOTH);
        assertThat(Choice.of("BOTH")).isEmpty();
        assertThat(Choice.of(Settings.MODEL)).contains(Settings.DEFAULT.model());
        assertThatThrownBy(() -> Settings.of("gte", () -> 1, () -> 1, () -> 1, () -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model = gte is none of minilm, bge, both");
        assertThat(Choice.BOTH.model()).isEqualTo("all-minilm-l6-v2-q+bge-small-en-v1.5-q");
    }

    @Test
    void whatIsNoNumber_isRefused_byItsName() {
        assertThatThrownBy(() -> Settings.of("bge", () -> 1, () -> Integer.parseInt("many"), () -> 1, () -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max.concurrent is not a whole number");
    }

    @Test
    void model_servesForOtherSettings_unlessItsThreadsDiffer() {
        Settings other = new Settings(Choice.BGE, 1, 2, Duration.ZERO, 7);
        assertThat(Settings.DEFAULT.hasModelOf(other)).isTrue();
        assertThat(Settings.DEFAULT.hasModelOf(new Settings(Choice.BGE, 2, 2, Duration.ZERO, 7)))
                .isFalse();
        assertThat(Settings.DEFAULT.hasModelOf(new Settings(Choice.BGE, 1, 3, Duration.ZERO, 7)))
                .isFalse();
    }
}
