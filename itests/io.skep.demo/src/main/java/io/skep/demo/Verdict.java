// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges a run: did everything end as expected, and is what the agents found true? */
final class Verdict {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A figure of the report that the demo has found in a way of its own too.
     *
     * @param reported what the agent found
     * @param git what the demo found
     */
    record Check(String name, String reported, String git) {
        boolean isEqual() {
            return reported.equals(git);
        }
    }

    private Verdict() {}

    /** Compares three figures with those that git gives to the demo itself. */
    static List<Check> checks(Git git, Plan plan) throws IOException, InterruptedException {
        JsonNode facts = read(plan.result("facts"));
        List<String> files = git.trackedFiles();
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("commits", figure(facts, "commits"), Long.toString(git.commits())));
        checks.add(new Check("tracked files", figure(facts, "tracked files"), Integer.toString(files.size())));
        // Each line is a number, a tab and a name; a name that is no UTF-8 did not come through and cannot be asked
        // for.
        List<String[]> churn = read(plan.result("churn"))
                .path("list")
                .asText()
                .lines()
                .map(line -> line.split("\t", 2))
                .filter(line -> line.length == 2 && files.contains(Git.unquote(line[1])))
                .toList();
        if (churn.isEmpty()) {
            checks.add(new Check("commits on the most changed file", "none", files.isEmpty() ? "none" : "?"));
        } else {
            String file = Git.unquote(churn.get(0)[1]);
            checks.add(new Check("commits on " + file, churn.get(0)[0], Long.toString(git.commitsOf(file))));
        }
        return checks;
    }

    /** What is not as expected, one sentence each. */
    static List<String> problems(
            List<TaskView> tasks,
            Saboteur.@Nullable ProgramKill program,
            Saboteur.@Nullable ServerKill server,
            List<Check> checks) {
        List<String> problems = new ArrayList<>();
        tasks.stream()
                .filter(task -> !task.isCompleted())
                .forEach(task -> problems.add("task " + task.name() + " is " + task.state() + ": " + task.headline()));
        if (program == null) {
            problems.add("no program was killed and tried again");
        } else if (!program.end().equals("failed") && !program.end().equals("lost")) {
            problems.add("the attempt whose program was killed ended as " + program.end());
        } else if (program.agent().equals(program.retriedBy())) {
            problems.add("task " + program.task() + " was tried again by the same agent, " + program.agent());
        }
        if (server == null) {
            problems.add("the server was not killed while a program ran");
        } else {
            if (server.lost() > 0) {
                problems.add(server.lost() + " of " + server.tasks() + " tasks were lost with the server");
            }
            if (server.leftOver() > 0) {
                problems.add(server.leftOver() + " programs outlived the restart of the server");
            }
        }
        checks.stream()
                .filter(check -> !check.isEqual())
                .forEach(check -> problems.add(
                        check.name() + ": the report says " + check.reported() + ", git says " + check.git()));
        return problems;
    }

    /**
     * Result files that are not what the server has as the result of their tasks: the report was made of the files, so
     * they must be.
     */
    static List<String> differences(List<TaskView> tasks, Plan plan) throws IOException {
        List<String> problems = new ArrayList<>();
        for (TaskView task : tasks) {
            if (task.isCompleted()
                    && !read(plan.result(task.name())).equals(task.json().path("result"))) {
                problems.add("the file of " + task.name() + " is not the result that the server has");
            }
        }
        return problems;
    }

    private static String figure(JsonNode result, String name) {
        for (JsonNode figure : result.path("figures")) {
            if (figure.path("name").asText().equals(name)) {
                return figure.path("value").asText();
            }
        }
        return "none";
    }

    private static JsonNode read(Path file) throws IOException {
        return Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
    }
}
