// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @TempDir
    private Path base;

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x64",
        "Linux, aarch64, linux-aarch64",
        "Mac OS X, aarch64, osx-aarch64",
    })
    void libraries_ofAPlatform_areInTheBundle(String os, String arch, String name) throws IOException {
        Platform platform = Platform.of(os, arch);
        assertThat(platform.name()).isEqualTo(name);
        try (Extracted files = Extracted.under(base)) {
            platform.copyTo(files);
            for (String file : platform.files()) {
                assertThat(files.directory().resolve(file)).isNotEmptyFile();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Mac OS X, x86_64", "Linux, ppc64le", "SunOS, amd64"})
    void otherPlatform_isRefused_byItsName(String os, String arch) {
        assertThatThrownBy(() -> Platform.of(os, arch))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no native library for " + os + " on " + arch);
    }

    @Test
    void librariesOfLinux_findEachOther_byANameOfTheirVersion() throws IOException {
        String own = SharedName.own("VERS_1.20.0");
        assertThat(own).hasSameSizeAs("libonnxruntime.so.1\0").isNotEqualTo(SharedName.own("VERS_1.20.1"));
        try (Extracted files = Extracted.under(base)) {
            Platform linux = Platform.of("Linux", "amd64");
            linux.copyTo(files);
            for (String file : linux.files()) {
                String content =
                        new String(Files.readAllBytes(files.directory().resolve(file)), StandardCharsets.ISO_8859_1);
                assertThat(content.contains(own)).as(file).isTrue();
                assertThat(content.contains("libonnxruntime.so.1\0")).as(file).isFalse();
            }
        }
    }

    @Test
    void file_withoutTheName_staysAsItIs() throws IOException {
        Path file = Files.writeString(base.resolve("x"), "nothing of it");
        SharedName.makeOwn(file);
        assertThat(file).hasContent("nothing of it");
    }

    @Test
    void directory_isEmptiedOfWhatAKillLeft_andGoesAtTheEnd() throws IOException {
        Path left = Files.createDirectory(base.resolve("onnx-left"));
        Files.writeString(left.resolve("model"), "x");
        Path stuck = Files.createDirectories(base.resolve("onnx-stuck/within/deep"));
        Path directory;
        try (Extracted others = Extracted.under(base);
                Extracted files = Extracted.under(base)) {
            directory = files.directory();
            assertThat(left).doesNotExist();
            assertThat(stuck).exists();
            assertThat(others.directory()).exists().isNotEqualTo(directory);
            assertThatThrownBy(() -> files.copy("/nothing", "nothing"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the bundle has no /nothing");
        }
        assertThat(directory).doesNotExist();
    }
}
