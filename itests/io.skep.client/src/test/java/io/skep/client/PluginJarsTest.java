// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginJarsTest {
    @TempDir
    private Path directory;

    private Path jar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-Version", "1.0.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "some.bundle");
        Path jar = directory.resolve("a.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            write(out, "x/A.class", "class");
            write(out, "x/empty/", "");
        }
        return jar;
    }

    private static void write(ZipOutputStream out, String name, String text) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
    }

    private static Map<String, String> content(Path jar) throws IOException {
        Map<String, String> content = new LinkedHashMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                content.put(
                        entry.getName(), new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        content.remove(JarFile.MANIFEST_NAME);
        return content;
    }

    @Test
    void variant_hasOtherHeaders_andIsElseTheSame() throws IOException {
        Path jar = jar();
        Path out = PluginJars.variant(
                jar, directory.resolve("new/b.jar"), Map.of("Bundle-Version", "1.1.0", "Skep-Sample-Schema", "2"));
        try (JarInputStream in = new JarInputStream(Files.newInputStream(out))) {
            Attributes headers = in.getManifest().getMainAttributes();
            assertThat(headers.getValue("Bundle-Version")).isEqualTo("1.1.0");
            assertThat(headers.getValue("Skep-Sample-Schema")).isEqualTo("2");
            assertThat(headers.getValue("Bundle-SymbolicName")).isEqualTo("some.bundle");
        }
        assertThat(content(out)).containsExactlyEntriesOf(content(jar));
        assertThat(out.getParent().toFile().list()).containsExactly("b.jar");
    }

    @Test
    void variant_replacesWhatIsThere_evenItself() throws IOException {
        Path jar = jar();
        PluginJars.variant(jar, jar, Map.of("Bundle-Version", "2.0.0"));
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Bundle-Version"))
                    .isEqualTo("2.0.0");
        }
    }

    @Test
    void shippedJar_isFound_andSaysItsVersion() throws IOException {
        Path versions = directory.resolve("karaf/system/io/skep/some.bundle");
        Path first = Files.createDirectories(versions.resolve("1.0.0")).resolve("some.bundle-1.0.0.jar");
        Files.copy(jar(), first);
        assertThat(PluginJars.shipped(directory.resolve("karaf"), "some.bundle"))
                .isEqualTo(first);
        assertThat(PluginJars.version(first)).isEqualTo("1.0.0");
        Files.copy(first, versions.resolve("another.jar"));
        assertThatThrownBy(() -> PluginJars.shipped(directory.resolve("karaf"), "some.bundle"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another.jar");
    }

    @Test
    void jarWithoutManifest_isRefused_andNothingIsLeft() throws IOException {
        Path jar = directory.resolve("a.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            write(zip, "x", "y");
        }
        assertThatThrownBy(() -> PluginJars.variant(jar, directory.resolve("b.jar"), Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no manifest");
        assertThat(directory.toFile().list()).containsExactly("a.jar");
    }
}
