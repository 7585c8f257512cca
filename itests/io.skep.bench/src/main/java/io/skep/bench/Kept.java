// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The results of earlier runs, one file for each benchmark, one line of JSON for each run, to which lines are only added.
 * What is compared is of the same machine and the same options, or it would say nothing. For one process.
 */
final class Kept {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    Kept(Path directory, String bench) {
        file = directory.resolve(bench + ".jsonl");
    }

    /** Adds a run, and says in lines what is another than in the last one that it can be compared with. */
    List<String> add(Report report, String options, Instant at) throws IOException {
        ObjectNode run = report.json().put("at", at.toString()).put("options", options);
        JsonNode last = last(run);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                JSON.writeValueAsString(run) + '\n',
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return last == null
                ? List.of("the first run with these options on this machine; kept in " + file)
                : compare(last, run);
    }

    private @Nullable JsonNode last(JsonNode run) throws IOException {
        JsonNode last = null;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                JsonNode one = read(line);
                if (machine(one).equals(machine(run)) && one.path("options").equals(run.path("options"))) {
                    last = one;
                }
            }
        }
        return last;
    }

    /** A line that was cut off, by a full disk say, is passed over. */
    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException cut) {
            return JSON.createObjectNode();
        }
    }

    /** Without the speed of its disk, which is measured each time. */
    private static String machine(JsonNode run) {
        return run.path("machine").asText().replaceFirst(", [0-9,.]+ syncs/s$", "");
    }

    private static List<String> compare(JsonNode last, JsonNode run) {
        List<String> lines = new ArrayList<>();
        lines.add("compared with the run of " + last.path("at").asText() + " ("
                + last.path("commit").asText() + ") on this machine:");
        for (JsonNode result : run.path("results")) {
            for (JsonNode before : last.path("results")) {
                if (before.path("name").equals(result.path("name"))) {
                    lines.add(line(before, result));
                }
            }
        }
        return lines;
    }

    private static String line(JsonNode before, JsonNode now) {
        double from = before.path("value").asDouble();
        double to = now.path("value").asDouble();
        String change = from == 0 ? "" : String.format(Locale.ROOT, "%+.1f %%", 100 * (to - from) / Math.abs(from));
        return String.format(
                        Locale.ROOT,
                        "%-28s %12.3f -> %12.3f %-6s %s",
                        now.path("name").asText(),
                        from,
                        to,
                        now.path("unit").asText(),
                        change)
                .stripTrailing();
    }
}
