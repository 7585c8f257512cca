// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Path BASE = Path.of("/base");
    private static final Path HERE = Path.of("/here");

    @Test
    void defaults_areTheLaunchersRepositoryAndTheUsersDirectory() throws Exception {
        assertThat(Options.parse(List.of(), BASE, HERE))
                .isEqualTo(
                        new Options(BASE, Path.of("/base/.skep/demo"), Path.of("/here/skep-report.md"), null, false));
    }

    @Test
    void everyOption_isRead_relativeToTheUser() throws Exception {
        List<String> words = List.of("--json", "j", "--once", "--repo", "../r", "--out", "a b.md", "--home", "/h");
        assertThat(Options.parse(words, BASE, HERE))
                .isEqualTo(new Options(
                        Path.of("/here/../r"), Path.of("/h"), Path.of("/here/a b.md"), Path.of("/here/j"), true));
    }

    @Test
    void unknownWordOrMissingValue_isNamed() {
        assertThatThrownBy(() -> Options.parse(List.of("--onc"), BASE, HERE)).hasMessage("unknown: --onc");
        assertThatThrownBy(() -> Options.parse(List.of("--repo"), BASE, HERE)).hasMessage("--repo needs a value");
    }
}
