// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes jars. */
final class Jars {
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    static Jars jar() {
        return new Jars();
    }

    Jars with(String name, String text) {
        return with(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Jars with(String name, byte[] bytes) {
        files.put(name, bytes);
        return this;
    }

    Jars licence(String header) {
        return with("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nBundle-License: " + header + "\n\n");
    }

    Jars maven(String group, String artifact, String version) {
        return with(
                "META-INF/maven/" + group + '/' + artifact + "/pom.properties",
                "groupId=" + group + "\nartifactId=" + artifact + "\nversion=" + version + "\n");
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
                out.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
