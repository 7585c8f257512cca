// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fenced blocks of a Markdown document, in their order. */
final class DocumentSteps {
    private static final String FENCE = "```";

    private DocumentSteps() {}

    /** A block: what stands after its fence, and what is in it. */
    record Step(String kind, String text) {}

    static List<Step> of(Path document) throws IOException {
        List<Step> steps = new ArrayList<>();
        String kind = null;
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(document)) {
            if (kind == null && line.startsWith(FENCE)) {
                kind = line.substring(FENCE.length());
                text.setLength(0);
            } else if (line.equals(FENCE)) {
                steps.add(new Step(kind, text.toString()));
                kind = null;
            } else if (kind != null) {
                text.append(line).append('\n');
            }
        }
        assertThat(kind).as("a block without an end").isNull();
        return steps;
    }

    /** Fails unless each line of the step was said, in this order; … stands for anything within a line. */
    static void assertSaid(Step expected, String said) {
        // Maven sets colours back even where it shows none.
        List<String> lines = said.replaceAll("\u001b\\[[0-9;]*m", "")
                .lines()
                .map(String::strip)
                .toList();
        int from = 0;
        for (String line : expected.text().lines().toList()) {
            Pattern pattern = Pattern.compile(
                    Arrays.stream(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
            int at = from;
            while (at < lines.size() && !pattern.matcher(lines.get(at)).matches()) {
                at++;
            }
            assertThat(at).as("\"%s\" is said in\n%s", line, said).isLessThan(lines.size());
            from = at + 1;
        }
    }
}
