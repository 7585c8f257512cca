// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/plan-map.md} is whole, and names only what exists. */
class PlanMapTest {
    private static final Path ROOT = Path.of(System.getProperty("skep.root"));

    private static String sources;

    /** One line of a table: its first cells, and the operation and the test in the last two. */
    private record Line(String section, String what, String operation, String test) {}

    @BeforeAll
    static void readSources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String part : List.of("bundles", "itests")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(part))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    all.append("\n//file ")
                            .append(file.getFileName())
                            .append('\n')
                            .append(Files.readString(file));
                }
            }
        }
        sources = all.toString();
    }

    private static List<Line> map() throws IOException {
        List<Line> lines = new ArrayList<>();
        String section = "";
        for (String text : Files.readAllLines(ROOT.resolve("docs/plan-map.md"))) {
            if (text.startsWith("## ")) {
                section = text.substring(3);
            } else if (text.startsWith("| ") && !section.isEmpty()) {
                String[] cells = text.substring(2).replace("`", "").split(" \\|( |$)", -1);
                int last = cells.length - 2;
                String what = String.join(" | ", Arrays.copyOf(cells, last - 1));
                lines.add(new Line(section, what, cells[last - 1], cells[last]));
            }
        }
        return lines.stream()
                .filter(line -> !line.operation().equals("operation"))
                .toList();
    }

    private static List<String> wanted() throws IOException {
        return Files.readAllLines(ROOT.resolve("itests/io.skep.itests/src/test/resources/plan.tsv")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @Test
    void everythingThatThePlanNames_hasItsLine_andNothingElse() throws IOException {
        assertThat(map().stream().map(line -> line.section() + "\t" + line.what()))
                .containsExactlyInAnyOrderElementsOf(wanted());
    }

    @Test
    void plan_has36Rows_27Capabilities_andTheirMethods() throws IOException {
        assertThat(wanted().stream().filter(line -> line.startsWith("Rows"))).hasSize(36);
        assertThat(wanted().stream().filter(line -> line.startsWith("Capabilities")))
                .hasSize(27);
        assertThat(wanted().stream().filter(line -> line.startsWith("Methods"))).hasSize(39);
    }

    @Test
    void everyOperation_exists() throws IOException {
        for (Line line : map()) {
            assertThat(operationExists(line.operation())).as("%s", line).isTrue();
        }
    }

    @Test
    void everyTest_exists() throws IOException {
        for (Line line : map()) {
            assertThat(methodExists(line.test(), "void")).as("%s", line).isTrue();
        }
    }

    @Test
    void everyMethodOfThePlan_hasItsCallInTheMigrationGuide() throws IOException {
        String guide = Files.readString(ROOT.resolve("docs/migration.md"));
        for (Line line : map()) {
            if (line.section().equals("Methods")) {
                assertThat(guide).containsPattern("[`.]" + Pattern.quote(line.what()) + "[`(]");
            }
        }
    }

    /** {@code Type.method} of the api, or {@code capability/operation} that a plugin declares. */
    private static boolean operationExists(String operation) {
        if (operation.contains("/")) {
            String[] names = operation.split("/", 2);
            return sources.contains('"' + names[0] + '"') && sources.contains('"' + names[1] + '"');
        }
        return methodExists(operation, "[\\w<>?, .\\[\\]]+");
    }

    private static boolean methodExists(String name, String result) {
        String[] parts = name.split("\\.", 2);
        int at = sources.indexOf("\n//file " + parts[0] + ".java\n");
        if (at < 0 || parts.length < 2) {
            return false;
        }
        int end = sources.indexOf("\n//file ", at + 1);
        String file = sources.substring(at, end < 0 ? sources.length() : end);
        return Pattern.compile("\\b" + result + " " + Pattern.quote(parts[1]) + "\\(")
                .matcher(file)
                .find();
    }
}
