// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Path BASE = Path.of("/base");
    private static final Path HERE = Path.of("/here");

    @Test
    void words_areRead() {
        Settings settings = Settings.parse(List.of("recovery", "--rounds", "3", "--json", "o.json"), BASE, HERE);
        assertThat(settings.bench()).isEqualTo("recovery");
        assertThat(settings.home()).isEqualTo(Path.of("/base/.skep/bench/recovery"));
        assertThat(settings.json()).isEqualTo(Path.of("/here/o.json"));
        assertThat(settings.count("rounds", 100)).isEqualTo(3);
        assertThat(settings.count("seed", 7)).isEqualTo(7);
        Settings pressure = Settings.parse(List.of("pressure", "--minutes", "2", "--only", "bulk"), BASE, HERE);
        assertThat(pressure.count("minutes", 10)).isEqualTo(2);
        assertThat(pressure.options()).containsEntry("only", "bulk");
    }

    @Test
    void nonsense_isNamed() {
        assertThatThrownBy(() -> Settings.parse(List.of("x", "--rounds"), BASE, HERE))
                .hasMessageContaining("--rounds");
        assertThatThrownBy(() -> Settings.parse(List.of("x", "--bad", "1"), BASE, HERE))
                .hasMessage("unknown: --bad");
        Settings settings = Settings.parse(List.of("x", "--rounds", "0"), BASE, HERE);
        assertThatThrownBy(() -> settings.count("rounds", 1)).hasMessageContaining("not 0");
    }
}
