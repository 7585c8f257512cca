// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sources and the classes of the bundles. */
final class Code {
    static final Path ROOT = Path.of(System.getProperty("skep.root"));
    static final Path BUNDLES = ROOT.resolve("bundles");
    static final Path ETC = ROOT.resolve("karaf-assembly/src/main/resources/etc");

    private static final String MAIN = "/src/main/java/";
    private static final Map<String, Path> SOURCES = sources();
    private static final Pattern PARAMETER = Pattern.compile("@param (\\w+)\\s+(.*?)(?=\\s@\\w|$)", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("\\{@(?:code|link|value)\\s+([^}]*)\\}");

    private Code() {}

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> files(Path under, String end) {
        try (Stream<Path> files = Files.walk(under)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The classes of a bundle, not initialised. */
    static List<Class<?>> classes(String bundle) {
        Path classes = BUNDLES.resolve(bundle).resolve("target/classes");
        return files(classes.resolve(bundle.replace('.', '/')), ".class").stream()
                .map(file -> classes.relativize(file).toString().replace('/', '.'))
                .filter(name -> !name.endsWith("package-info.class"))
                .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
                .toList();
    }

    static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Code.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the bundles are not on the class path", e);
        }
    }

    /** What the Javadoc of a record says of each component. */
    static Map<String, String> components(Class<?> type) {
        Class<?> outer = type;
        while (outer.getEnclosingClass() != null) {
            outer = outer.getEnclosingClass();
        }
        Map<String, String> said = new LinkedHashMap<>();
        Path source = SOURCES.get(outer.getName());
        if (source != null) {
            Matcher parameters = PARAMETER.matcher(javadoc(read(source), type.getSimpleName()));
            while (parameters.find()) {
                said.put(parameters.group(1), plain(parameters.group(2)));
            }
        }
        return said;
    }

    /** By the names of their classes. */
    private static Map<String, Path> sources() {
        Map<String, Path> sources = new HashMap<>();
        for (Path file : files(BUNDLES, ".java")) {
            String path = BUNDLES.relativize(file).toString();
            int at = path.indexOf(MAIN);
            if (at > 0) {
                String name = path.substring(at + MAIN.length(), path.length() - ".java".length());
                sources.put(name.replace('/', '.'), file);
            }
        }
        return sources;
    }

    private static String javadoc(String source, String record) {
        Matcher declared = Pattern.compile("\\brecord " + record + "\\b[<(]").matcher(source);
        if (!declared.find()) {
            return "";
        }
        int end = source.lastIndexOf("*/", declared.start());
        int begin = end < 0 ? -1 : source.lastIndexOf("/**", end);
        boolean isIts = end >= 0 && source.substring(end + 2, declared.start()).matches("[\\s\\w@.]*");
        return isIts && begin >= 0 ? source.substring(begin + 3, end).replaceAll("(?m)^\\s*\\* ?", "") : "";
    }

    private static String plain(String javadoc) {
        return INLINE.matcher(javadoc).replaceAll("$1").replaceAll("\\s+", " ").strip();
    }
}
