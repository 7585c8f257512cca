// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./skep bench} has kept of its runs on this machine, read each time: the end of each file, at most
 * {@value #MOST_BYTES} bytes. Nothing is measured here: a benchmark beside a server at work would measure that. Thread-safe.
 */
final class Benchmarks {
    private static final int MOST_BYTES = 262_144;
    private static final int MOST_FILES = 50;
    private static final int MOST_RUNS = 100;
    private static final int RUNS = 10;
    private static final String END = ".jsonl";

    private final @Nullable Path directory;
    private final Codec codec;

    /**
     * Which runs.
     *
     * @param bench of one benchmark; absent for all
     * @param limit how many of each at most, 1 to 100; 10 if absent
     */
    record BenchmarksRequest(
            @Nullable String bench, @Nullable Integer limit) {
        BenchmarksRequest {
            Inputs.name("bench", bench);
            Inputs.range("limit", limit, 1, MOST_RUNS);
        }
    }

    /** A figure of a run, in its unit; the change is against the run before on the same machine, in percent. */
    record Figure(
            String name,
            double value,
            String unit,
            @Nullable Double changePercent) {}

    /** A run, when it ended, and what of it must not be. */
    record Run(
            String bench,
            String at,
            String commit,
            String machine,
            String options,
            List<Figure> results,
            List<String> violations) {}

    /** Runs, of each benchmark the newest first. */
    record Runs(List<Run> runs) {}

    /** Of what is kept in a directory; null for none. */
    Benchmarks(@Nullable Path directory, Codec codec) {
        this.directory = directory;
        this.codec = codec;
    }

    Runs of(BenchmarksRequest asked) {
        List<Run> runs = new ArrayList<>();
        for (Path file : files()) {
            String name = String.valueOf(file.getFileName());
            if (asked.bench() == null || name.equals(asked.bench() + END)) {
                List<Run> its = runs(file);
                Collections.reverse(its);
                runs.addAll(its.subList(0, Math.min(its.size(), Objects.requireNonNullElse(asked.limit(), RUNS))));
            }
        }
        return new Runs(runs);
    }

    private List<Path> files() {
        if (directory == null || !Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(END))
                    .sorted()
                    .limit(MOST_FILES)
                    .toList();
        } catch (IOException unreadable) {
            throw new Declination("the results of benchmarks cannot be read: " + unreadable);
        }
    }

    private List<Run> runs(Path file) {
        List<Run> runs = new ArrayList<>();
        List<JsonNode> read = new ArrayList<>();
        for (String line : end(file).split("\n", -1)) {
            JsonNode run = tree(line);
            if (run.has("bench") && run.has("results")) {
                runs.add(run(run, before(run, read)));
                read.add(run);
            }
        }
        return runs;
    }

    private String end(Path file) {
        try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r")) {
            long length = from.length();
            byte[] bytes = new byte[(int) Math.min(length, MOST_BYTES)];
            from.seek(length - bytes.length);
            from.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new Declination("the results of benchmarks cannot be read: " + unreadable);
        }
    }

    /** A line that was cut off is none. */
    private JsonNode tree(String line) {
        try {
            return codec.tree("it", line.isBlank() ? "{}" : line);
        } catch (Declination cut) {
            return codec.tree("it", "{}");
        }
    }

    private static @Nullable JsonNode before(JsonNode run, List<JsonNode> read) {
        JsonNode last = null;
        for (JsonNode one : read) {
            if (machine(one).equals(machine(run)) && one.path("options").equals(run.path("options"))) {
                last = one;
            }
        }
        return last;
    }

    /** Without the speed of its disk, which is measured each time. */
    private static String machine(JsonNode run) {
        return run.path("machine").asText().replaceFirst(", [0-9,.]+ syncs/s$", "");
    }

    private static Run run(JsonNode run, @Nullable JsonNode before) {
        List<Figure> figures = new ArrayList<>();
        for (JsonNode result : run.path("results")) {
            String name = result.path("name").asText();
            double value = result.path("value").asDouble();
            figures.add(new Figure(name, value, result.path("unit").asText(), change(name, value, before)));
        }
        List<String> violations = new ArrayList<>();
        run.path("violations").forEach(violation -> violations.add(violation.asText()));
        return new Run(
                run.path("bench").asText(),
                run.path("at").asText(),
                run.path("commit").asText(),
                run.path("machine").asText(),
                run.path("options").asText(),
                figures,
                violations);
    }

    private static @Nullable Double change(String name, double value, @Nullable JsonNode before) {
        if (before != null) {
            for (JsonNode result : before.path("results")) {
                double was = result.path("value").asDouble();
                if (result.path("name").asText().equals(name) && was != 0) {
                    return 100 * (value - was) / Math.abs(was);
                }
            }
        }
        return null;
    }
}
