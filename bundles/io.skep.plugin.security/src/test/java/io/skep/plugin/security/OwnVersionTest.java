// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

class OwnVersionTest {
    @Test
    void version_isThatOfTheBundle() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
            assertThat(OwnVersion.get())
                    .matches("\\d+\\.\\d+\\.\\d+(\\.\\w+)?")
                    .isEqualTo(new Manifest(in).getMainAttributes().getValue("Bundle-Version"));
        }
    }
}
