// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Makes jars of plugins, good ones and bad ones. */
final class Jars {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private Jars() {}

    /** A jar without anything. */
    static Jars empty() {
        return new Jars();
    }

    /** A bundle with a plugin that says its name in the manifest. */
    static Jars plugin(String name, String version) {
        return new Jars()
                .header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", "bundle." + name)
                .header("Bundle-Version", version)
                .header(JarInspector.NAME_HEADER, name);
    }

    Jars header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Jars without(String name) {
        headers.remove(name);
        return this;
    }

    Jars entry(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Jars entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    /** Writes it. */
    Path to(Path file) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            // Of one time, or two jars of the same content would differ when a second passed between them.
            jar.putNextEntry(entry(JarFile.MANIFEST_NAME));
            manifest.write(jar);
            jar.closeEntry();
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(entry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        return entry;
    }
}
