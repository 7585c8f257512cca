// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.client.PluginJars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that is swapped, and its jar as it was built. For one thread.
 */
final class Subject {
    private static final Pattern NAME = Pattern.compile("name=\"plugin\\.name\"[^>]*value=\"([^\"]+)\"");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

    /** What the sample plugin takes as the version of its state; others do not look at it. */
    private static final String SCHEMA_HEADER = "Skep-Sample-Schema";

    private final String name;
    private final String symbolicName;
    private final String version;
    private final Path jar;
    private int serial;

    private Subject(String name, String symbolicName, String version, Path jar) {
        this.name = name;
        this.symbolicName = symbolicName;
        this.version = version;
        this.jar = jar;
    }

    /**
     * A version of a plugin.
     *
     * @param version of the bundle
     * @param jar the bundle
     */
    record Version(String version, Path jar) {}

    /** The plugin of that name among jars. */
    static Subject among(List<Path> jars, String name) throws IOException {
        for (Path jar : jars) {
            Subject subject = of(jar);
            if (subject != null && subject.name.equals(name)) {
                return subject;
            }
        }
        throw new IOException("None of " + jars + " is the bundle of the plugin " + name);
    }

    /** The plugin of a jar; null if the jar is no plugin. */
    static @Nullable Subject of(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            List<? extends ZipEntry> components = file.stream()
                    .filter(entry -> entry.getName().matches("OSGI-INF/[^/]+\\.xml"))
                    .toList();
            for (ZipEntry component : components) {
                String xml = new String(file.getInputStream(component).readAllBytes(), StandardCharsets.UTF_8);
                Matcher name = NAME.matcher(xml);
                if (name.find()) {
                    var headers = file.getManifest().getMainAttributes();
                    String symbolicName =
                            headers.getValue("Bundle-SymbolicName").split(";", 2)[0];
                    return new Subject(name.group(1), symbolicName, headers.getValue("Bundle-Version"), jar);
                }
            }
            return null;
        }
    }

    /** The jars of ours in a distribution. */
    static List<Path> jars(Path karaf) throws IOException {
        try (Stream<Path> files =
                Files.walk(karaf.resolve("system").resolve("io").resolve("skep"))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    String name() {
        return name;
    }

    String symbolicName() {
        return symbolicName;
    }

    Path jar() {
        return jar;
    }

    /** The version as it was built. */
    String version() {
        return version;
    }

    /** The next version, made in a directory. */
    Version next(Path directory) throws IOException {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            throw new IOException(jar + " has the version " + version);
        }
        serial++;
        String next = parts.group(1) + "." + parts.group(2) + "." + (Integer.parseInt(parts.group(3)) + serial);
        Path out = directory.resolve(symbolicName + "-" + next + ".jar");
        return new Version(
                next,
                PluginJars.variant(
                        jar, out, Map.of("Bundle-Version", next, SCHEMA_HEADER, Integer.toString(1 + serial))));
    }
}
