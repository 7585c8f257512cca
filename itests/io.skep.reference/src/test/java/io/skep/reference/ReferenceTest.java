// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.Capabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reference} is what the code says. With {@code -Dskep.reference=write} it is written anew first. */
class ReferenceTest {
    private static final Path REFERENCE = Code.ROOT.resolve("docs/reference");

    private static Map<String, String> pages() {
        Map<String, String> pages = new TreeMap<>(CapabilitiesPage.write());
        pages.put("configuration.md", ConfigurationPage.write());
        pages.put("commands.md", CommandsPage.write());
        pages.put("http.md", HttpPage.write());
        pages.put("events.md", EventsPage.write());
        pages.put("metrics.md", MetricsPage.write());
        return pages;
    }

    private static void write(Map<String, String> pages) throws IOException {
        Files.createDirectories(REFERENCE);
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.writeString(REFERENCE.resolve(page.getKey()), page.getValue());
        }
    }

    @Test
    void everyPage_isWhatTheCodeSays() throws IOException {
        Map<String, String> pages = pages();
        if ("write".equals(System.getProperty("skep.reference"))) {
            write(pages);
        }
        for (Map.Entry<String, String> page : pages.entrySet()) {
            assertThat(REFERENCE.resolve(page.getKey()))
                    .as("docs/release.md says how it is written anew")
                    .content()
                    .isEqualTo(page.getValue());
        }
    }

    @Test
    void nothingElse_isThere() throws IOException {
        try (Stream<Path> files = Files.list(REFERENCE)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(pages().keySet());
        }
    }

    @Test
    void capabilities_areThe27OfThePlan_andWorkflows() {
        TreeSet<String> wanted = new TreeSet<>(Capabilities.ALL);
        wanted.add(Capabilities.WORKFLOWS);
        assertThat(CapabilitiesPage.PLUGINS.keySet().stream()
                        .flatMap(plugin -> CapabilitiesPage.offered(plugin).stream())
                        .map(capability -> capability.id()))
                .containsExactlyInAnyOrderElementsOf(wanted);
    }
}
