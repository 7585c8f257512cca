// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Jars that must be refused, each with a word of the reason that it must be refused for. */
final class BadJars {
    private static final int BOMB_PIECE = 1 << 20;
    private static final int BOMB_PIECES = 300;

    private final PluginLab lab;
    private final String plugin;

    /** Jars that claim to be a version of that plugin. */
    BadJars(PluginLab lab, String plugin) {
        this.lab = lab;
        this.plugin = plugin;
    }

    Map<Path, String> all() throws IOException {
        Map<Path, String> all = new LinkedHashMap<>();
        all.put(Files.writeString(lab.file("text.jar"), "not a jar"), "no jar");
        all.put(truncated(), "jar");
        all.put(withManifest("empty.jar", Map.of()), "no bundle");
        all.put(
                withManifest("no-plugin.jar", Map.of("Bundle-SymbolicName", "x.y", "Bundle-ManifestVersion", "2")),
                "no plugin");
        all.put(
                lab.jar(
                        lab.file("api.jar"),
                        plugin,
                        "9.0.0",
                        "Import-Package",
                        "io.skep.api.plugin;version=\"[99,100)\""),
                "io.skep.api.plugin");
        all.put(lab.jar(lab.file("other.jar"), plugin + "-other", "9.0.0"), plugin + "-other");
        all.put(lab.jar(lab.file("taken.jar"), plugin, "9.0.0", "Bundle-SymbolicName", "io.skep.http"), "io.skep.http");
        all.put(bomb(), "unpacked");
        return all;
    }

    private Path truncated() throws IOException {
        byte[] whole = Files.readAllBytes(lab.jar(lab.file("whole.jar"), plugin, "9.0.0"));
        return Files.write(lab.file("half.jar"), Arrays.copyOf(whole, whole.length / 2));
    }

    private Path withManifest(String name, Map<String, String> headers) throws IOException {
        Path file = lab.file(name);
        jar(file, headers).close();
        return file;
    }

    private Path bomb() throws IOException {
        Path file = lab.file("bomb.jar");
        Map<String, String> headers = Map.of("Bundle-SymbolicName", PluginLab.bundle(plugin));
        byte[] zeros = new byte[BOMB_PIECE];
        try (JarOutputStream out = jar(file, headers)) {
            out.putNextEntry(new ZipEntry("bomb"));
            for (int i = 0; i < BOMB_PIECES; i++) {
                out.write(zeros);
            }
            out.closeEntry();
        }
        return file;
    }

    private static JarOutputStream jar(Path file, Map<String, String> headers) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach(manifest.getMainAttributes()::putValue);
        return new JarOutputStream(Files.newOutputStream(file), manifest);
    }
}
