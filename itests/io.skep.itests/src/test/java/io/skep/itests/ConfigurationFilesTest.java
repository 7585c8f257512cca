// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the distribution's {@code etc} document every property of ours, and set none. */
class ConfigurationFilesTest {
    private static final Path ROOT = Path.of(System.getProperty("skep.root"));
    private static final Path ETC = ROOT.resolve("karaf-assembly/src/main/resources/etc");
    private static final Pattern DESIGNATE = Pattern.compile("<Designate pid=\"([^\"]+)\"");
    private static final Pattern PROPERTY = Pattern.compile("<AD id=\"([^\"]+)\"(?:[^>]* default=\"([^\"]*)\")?");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^#(\\S+) =(.*)$");

    /** What the bundles say of their configuration: for each PID its properties with their defaults. */
    private static Map<String, Map<String, String>> metatypes() throws IOException {
        Map<String, Map<String, String>> metatypes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("bundles"))) {
            for (Path file : files.filter(f -> f.toString().matches(".*/classes/OSGI-INF/metatype/[^/]*\\.xml"))
                    .toList()) {
                String xml = Files.readString(file);
                Matcher pid = DESIGNATE.matcher(xml);
                if (pid.find()) {
                    metatypes.put(pid.group(1), properties(PROPERTY.matcher(xml)));
                }
            }
        }
        return metatypes;
    }

    private static Map<String, String> properties(Matcher matcher) {
        Map<String, String> properties = new TreeMap<>();
        while (matcher.find()) {
            properties.put(
                    matcher.group(1),
                    matcher.group(2) == null ? "" : matcher.group(2).strip());
        }
        return properties;
    }

    @Test
    void everyPropertyOfOurs_isDocumentedWithItsDefault() throws IOException {
        Map<String, Map<String, String>> metatypes = metatypes();
        assertThat(metatypes).isNotEmpty();
        for (Map.Entry<String, Map<String, String>> pid : metatypes.entrySet()) {
            String file = Files.readString(ETC.resolve(pid.getKey() + ".cfg"));
            assertThat(properties(DOCUMENTED.matcher(file))).as(pid.getKey()).isEqualTo(pid.getValue());
        }
    }

    @Test
    void filesOfOurs_areAllComments() throws IOException {
        try (Stream<Path> files = Files.list(ETC)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("io.skep."))
                    .toList()) {
                List<String> active = Files.readAllLines(file).stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .toList();
                assertThat(active).as(file.toString()).isEmpty();
            }
        }
    }
}
