// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Makes versions of a bundle that differ in their manifest only. Thread-safe. */
public final class PluginJars {
    private PluginJars() {}

    /**
     * Writes a copy of a jar with other manifest headers. It appears at once as a whole.
     *
     * @param jar the bundle to copy
     * @param out where the copy goes; what is there is replaced
     * @param headers main headers that are replaced or added, for instance {@code Bundle-Version}
     * @return {@code out}
     * @throws IOException if {@code jar} has no manifest, or one of both cannot be read or written
     */
    public static Path variant(Path jar, Path out, Map<String, String> headers) throws IOException {
        Path target = out.toAbsolutePath();
        Path directory = Files.createDirectories(Objects.requireNonNull(target.getParent()));
        // Not named like a jar: whoever watches the directory must not take the half of it.
        Path part = Files.createTempFile(directory, "." + target.getFileName(), ".part");
        try {
            copy(jar, part, headers);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
        return out;
    }

    /**
     * The jar of a bundle that a distribution came with.
     *
     * @param karaf where the distribution is
     * @throws IOException if there is not just one
     */
    public static Path shipped(Path karaf, String bundle) throws IOException {
        Path versions = karaf.resolve("system/io/skep").resolve(bundle);
        try (Stream<Path> files = Files.walk(versions)) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith(".jar")).toList();
            if (jars.size() != 1) {
                throw new IOException(versions + " has " + jars);
            }
            return jars.get(0);
        }
    }

    /**
     * The version of a bundle, as its manifest says it.
     *
     * @throws IOException if the jar has no manifest, or cannot be read
     */
    public static String version(Path jar) throws IOException {
        return manifest(jar).getMainAttributes().getValue("Bundle-Version");
    }

    private static void copy(Path jar, Path out, Map<String, String> headers) throws IOException {
        Manifest manifest = manifest(jar);
        headers.forEach((name, value) -> manifest.getMainAttributes().put(new Attributes.Name(name), value));
        try (ZipInputStream from = new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar)));
                ZipOutputStream to = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(out)))) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                to.putNextEntry(copy);
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    manifest.write(to);
                } else {
                    from.transferTo(to);
                }
                to.closeEntry();
            }
        }
    }

    private static Manifest manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry entry = file.getEntry(JarFile.MANIFEST_NAME);
            if (entry == null) {
                throw new IOException(jar + " has no manifest");
            }
            try (InputStream in = file.getInputStream(entry)) {
                return new Manifest(in);
            }
        }
    }
}
