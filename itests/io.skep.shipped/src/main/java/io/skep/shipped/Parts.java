// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the parts of a distribution. */
final class Parts {
    private static final Pattern FILE = Pattern.compile("(?:.*/)?([^/]+?)-(\\d[^/]*)\\.jar");

    private final Known known;

    Parts(Known known) {
        this.known = known;
    }

    /**
     * All of them, in the order of their names.
     *
     * @throws IOException if a part does not say what it is or under which licence, and nobody has looked it up
     */
    List<Part> of(Path distribution) throws IOException {
        List<Part> parts = new ArrayList<>();
        List<Path> jars;
        try (Stream<Path> files = Files.walk(distribution)) {
            jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
        for (Path jar : jars) {
            String where = distribution.relativize(jar).toString().replace('\\', '/');
            JarContent content = new JarContent(Files.readAllBytes(jar));
            parts.add(part(where.startsWith("system/") ? inRepository(where) : inJar(where, content), where, content));
        }
        parts.sort(Comparator.comparing(Part::name).thenComparing(Part::where));
        return parts;
    }

    /** As the path within {@code system/} says, which is laid out as Maven's repositories are. */
    private static Part.Name inRepository(String where) {
        String[] path = where.split("/");
        int last = path.length - 1;
        String group = String.join(".", List.of(path).subList(1, last - 2));
        return new Part.Name(group, path[last - 2], path[last - 1]);
    }

    /** As the file's name and what Maven left in it say. */
    private Part.Name inJar(String where, JarContent content) throws IOException {
        Matcher file = FILE.matcher(where);
        if (!file.matches()) {
            throw new IOException(where + " has no version in its name");
        }
        for (Part.Name name : content.coordinates()) {
            if (where.endsWith(name.artifact() + '-' + name.version() + ".jar")) {
                return name;
            }
        }
        String artifact = file.group(1);
        String group = known.group(artifact);
        if (group == null) {
            throw new IOException(where + " does not say its group, and known.tsv neither");
        }
        return new Part.Name(group, artifact, file.group(2));
    }

    private Part part(Part.Name name, String where, JarContent content) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Map.Entry<String, byte[]> jar : content.jars().entrySet()) {
            JarContent its = new JarContent(jar.getValue());
            parts.add(part(inJar(jar.getKey(), its), jar.getKey(), its));
        }
        for (Part.Name within : content.coordinates()) {
            if (!within.artifact().equals(name.artifact())) {
                parts.add(new Part(within, lookedUp(within, where), "", null, content.texts(), List.of()));
            }
        }
        for (Known.Content within : known.contents(name)) {
            String[] cells = within.name().split(":", 2);
            Part.Name its = new Part.Name(cells[0], cells[1], content.version(within.version(), name.version()));
            parts.add(new Part(its, within.licence(), "", null, content.texts(), List.of()));
        }
        parts.sort(Comparator.comparing(Part::name));
        return new Part(name, licence(name, where, content), where, content.sha256(), content.texts(), parts);
    }

    private String licence(Part.Name name, String where, JarContent content) throws IOException {
        String header = content.header("Bundle-License");
        String said = header == null ? null : Spdx.of(header);
        return said == null ? lookedUp(name, where) : said;
    }

    private String lookedUp(Part.Name name, String where) throws IOException {
        String licence = known.licence(name);
        if (licence == null) {
            throw new IOException(name + " in " + where + " says no licence that is known, and known.tsv neither");
        }
        return licence;
    }
}
