// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Runs agents' programs as the server does: task on standard input, little environment, result on standard output. */
final class AgentProgram {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path programs;
    private final Path repository;

    AgentProgram(Path programs, Path repository) throws IOException {
        this.programs = programs;
        this.repository = repository;
        Crew.installPrograms(programs);
        Files.createDirectories(results());
    }

    Path results() {
        return programs.resolve("results");
    }

    /** The exit status and what was said. */
    record Ended(int status, String out, String err) {
        JsonNode json() throws IOException {
            return JSON.readTree(out);
        }

        String headline() throws IOException {
            return json().path("headline").asText();
        }

        String markdown() throws IOException {
            return json().path("markdown").asText();
        }

        String figure(String name) throws IOException {
            for (JsonNode figure : json().path("figures")) {
                if (figure.path("name").asText().equals(name)) {
                    return figure.path("value").asText();
                }
            }
            throw new IOException("no figure " + name + " in " + out);
        }
    }

    Ended run(String script, String work) throws IOException, InterruptedException {
        return run(script, work, Map.of());
    }

    Ended run(String script, String work, Map<String, String> more) throws IOException, InterruptedException {
        ObjectNode task = JSON.createObjectNode();
        task.put("id", "00a")
                .put("description", "not \"repo\": \"/nowhere\", nor \\\"repo\\\"")
                .put("state", "working");
        ObjectNode input = task.putObject("input");
        input.put("repo", repository.toString()).put("do", work);
        input.put("resultFile", results().resolve(work + ".json").toString());
        more.forEach(input::put);
        return start(script, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(task));
    }

    Ended start(String script, String stdin) throws IOException, InterruptedException {
        Path err = Files.createTempFile(programs, "stderr", "");
        ProcessBuilder builder =
                new ProcessBuilder("sh", script).directory(programs.toFile()).redirectError(err.toFile());
        builder.environment().keySet().retainAll(java.util.Set.of("PATH", "HOME"));
        Process process = builder.start();
        try (var out = process.getOutputStream()) {
            out.write(stdin.getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }
}
