// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param program the killed program, or null if it came to none
 * @param server the killed server, or null if it came to none
 * @param parts what came of each part, in order, under the name that it has in the summary
 * @param problems what was not as expected; none means success
 */
record Outcome(
        Path repository,
        String commit,
        Path report,
        List<TaskView> tasks,
        Saboteur.@Nullable ProgramKill program,
        Saboteur.@Nullable ServerKill server,
        Map<String, Part> parts,
        List<Verdict.Check> checks,
        List<String> problems,
        Duration took) {

    boolean isAsExpected() {
        return problems.isEmpty();
    }

    /** The last lines that a user sees. */
    void print(Board board) {
        if (program != null) {
            board.print("agent program killed: task " + program.task() + " retried by " + program.retriedBy()
                    + " after " + program.afterMillis() + " ms");
        }
        if (server != null) {
            board.print("restart: " + server.lost() + " of " + server.tasks() + " tasks lost, back in "
                    + server.millis() + " ms");
        }
        parts.values().forEach(part -> board.print(part.line()));
        long equal = checks.stream().filter(Verdict.Check::isEqual).count();
        board.print("report: " + report + " (" + equal + " of " + checks.size() + " figures checked against git)");
        problems.forEach(problem -> board.print("not as expected: " + problem));
    }

    /** Writes all of it for programs. */
    void write(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        root.put("ok", isAsExpected());
        root.put("repository", repository.toString());
        root.put("commit", commit);
        root.put("report", report.toString());
        root.put("tookMillis", took.toMillis());
        for (TaskView task : tasks) {
            ObjectNode row = root.withArray("tasks").addObject();
            row.put("name", task.name()).put("id", task.id()).put("state", task.state());
            row.put("agent", task.agent()).put("attempts", task.attempts());
            task.waited().ifPresent(d -> row.put("waitMillis", d.toMillis()));
            task.ran().ifPresent(d -> row.put("runMillis", d.toMillis()));
            row.put("result", task.headline());
        }
        if (program != null) {
            root.set("programKill", json.valueToTree(program));
        }
        if (server != null) {
            root.set("serverKill", json.valueToTree(server));
        }
        parts.forEach((name, part) -> root.set(name, json.valueToTree(part)));
        for (Verdict.Check check : checks) {
            root.withArray("checks")
                    .addObject()
                    .put("name", check.name())
                    .put("reported", check.reported())
                    .put("git", check.git())
                    .put("equal", check.isEqual());
        }
        problems.forEach(root.putArray("problems")::add);
        json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }
}
