// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tasks of the demo. They hand results on through files: see {@link #results}. */
final class Plan {
    /** The task whose program is killed; its skill has two agents of one slot each. */
    static final String VICTIM = "speed-log";

    /** The task that depends on all others. */
    static final String REPORT = "report";

    private static final String REPORT_SKILL = "report.write";

    /**
     * One task. Priorities are from 0 to 9, the highest first.
     *
     * @param skill of the agents that are meant for it; the task does not name it, and has to find them by its description
     * @param seconds how long it measures, or 0 where it does not
     */
    record Step(String name, String skill, int priority, int seconds, String description, List<String> after) {}

    /**
     * The speed tasks take whole seconds on any repository. The first is alone until it ends, so that when it is killed
     * the other agent of its skill is free; the others wait for it, and are at work when the server is killed.
     */
    static final List<Step> STEPS = List.of(
            step("facts", "git.history", 9, "What does the git log say of this repository: commits, authors, age?"),
            timed(VICTIM, 9, 4, "How fast is git log here?"),
            timed("speed-grep", 8, 1, "How fast does git grep answer here?", VICTIM),
            timed("speed-tree", 7, 3, "How fast does git ls-tree answer here?", VICTIM),
            timed("speed-show", 6, 2, "How fast does git show answer here?", VICTIM),
            timed("speed-diff", 5, 2, "How fast does git diff answer here?", VICTIM),
            step(
                    "churn",
                    "git.history",
                    8,
                    "Which files change most, as the git log says: what is the churn?",
                    "facts"),
            step("languages", "code.lines", 7, "How many lines are there, in which languages?", "facts"),
            step(
                    "hotspots",
                    "git.history",
                    7,
                    "Which files are hot spots, with many commits and much churn?",
                    "churn",
                    "languages"),
            step("owners", "git.owners", 6, "Which files does one person alone know?", "facts"),
            step(
                    "knowledge",
                    "git.owners",
                    6,
                    "Which person knows which part of the code, and is alone in that?",
                    "hotspots"),
            step("markers", "text.markers", 6, "Which promises are in the code, and how old are they?"),
            step("links", "docs.links", 6, "Which links in the documentation are dead?"),
            step("dependencies", "build.dependencies", 5, "What do the build files depend on?"),
            step("tests", "test.reports", 5, "How did the last test run end?"),
            step("authors", "git.history", 4, "Which authors have commits in the repository?", "facts"),
            step("largest", "files.largest", 4, "Which files are largest?"),
            step("leftovers", "text.markers", 3, "Are there left-overs of merges, such as conflict markers?"),
            step("activity", "git.history", 3, "How many commits did the last months have?", "facts"),
            step("documents", "docs.links", 3, "Which Markdown documents are there?"),
            step(
                    "blobs",
                    "files.largest",
                    2,
                    "What makes this repository so large: which are the largest files ever?"));

    /** The sections of the report, the most useful first. */
    private static final List<String> SECTIONS = List.of(
            "facts",
            "hotspots",
            "owners",
            "knowledge",
            "churn",
            "markers",
            "links",
            "dependencies",
            "languages",
            "largest",
            "blobs",
            "tests",
            "leftovers",
            "documents",
            "authors",
            "activity",
            VICTIM,
            "speed-grep",
            "speed-tree",
            "speed-show",
            "speed-diff");

    private final Path repository;
    private final Path results;
    private final Path report;

    /**
     * @param results the directory for the files by which tasks hand on what they found. Programs need no token that
     *     way, and the same answer goes to the server, so that the demo can compare both in the end
     * @param report where the report goes
     */
    Plan(Path repository, Path results, Path report) {
        this.repository = repository;
        this.results = results;
        this.report = report;
    }

    /** Every task's name, in the order of submission. */
    static List<String> names() {
        List<String> names = STEPS.stream().map(Step::name).collect(Collectors.toList());
        names.add(REPORT);
        return names;
    }

    /** The agents that are meant for each task. */
    static Map<String, List<String>> meantFor() throws IOException {
        Map<String, List<String>> bySkill = Crew.bySkill();
        Map<String, List<String>> meant = new HashMap<>();
        for (Step step : STEPS) {
            meant.put(step.name(), bySkill.getOrDefault(step.skill(), List.of()));
        }
        meant.put(REPORT, bySkill.getOrDefault(REPORT_SKILL, List.of()));
        return meant;
    }

    /** The file that has the result of a task. */
    Path result(String name) {
        return results.resolve(name + ".json");
    }

    /** The tasks as they are submitted. */
    ArrayNode tasks() {
        ArrayNode tasks = SkepClient.array();
        for (Step step : STEPS) {
            tasks.add(task(step));
        }
        Step last = new Step(
                REPORT,
                REPORT_SKILL,
                9,
                0,
                "Write one report of what the other agents found.",
                STEPS.stream().map(Step::name).toList());
        ObjectNode task = task(last);
        ObjectNode input = (ObjectNode) task.get("input");
        input.put("parts", String.join(" ", SECTIONS));
        input.put("results", results.toString());
        input.put("report", report.toString());
        input.put("title", String.valueOf(repository.getFileName()));
        tasks.add(task);
        return tasks;
    }

    private ObjectNode task(Step step) {
        ObjectNode task = SkepClient.object();
        task.put("name", step.name());
        task.put("description", step.description());
        task.put("priority", step.priority());
        step.after().forEach(task.withArray("dependsOn")::add);
        task.putObject("retry")
                .put("maxAttempts", 5)
                .put("initialDelayMillis", 100)
                .put("maxDelayMillis", 1_000);
        ObjectNode input = task.putObject("input");
        input.put("repo", repository.toString());
        input.put("do", work(step.name()));
        input.put("resultFile", result(step.name()).toString());
        if (step.seconds() > 0) {
            input.put("seconds", Integer.toString(step.seconds()));
        }
        if (step.name().equals("knowledge")) {
            input.put("from", result("hotspots").toString());
        }
        return task;
    }

    /** The agents' word for what a task is about. */
    private static String work(String name) {
        return switch (name) {
            case "tests" -> "reports";
            case "leftovers" -> "conflicts";
            default -> name.startsWith("speed-") ? name.substring("speed-".length()) : name;
        };
    }

    private static Step step(String name, String skill, int priority, String description, String... after) {
        return new Step(name, skill, priority, 0, description, List.of(after));
    }

    private static Step timed(String name, int priority, int seconds, String description, String... after) {
        return new Step(name, "git.speed", priority, seconds, description, List.of(after));
    }
}
