// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param routes which agents the tasks came to
 * @param gate what came of the task that must pass one
 * @param program the killed program, or null if it came to none
 * @param swap the swapped plugin, or null if it came to none
 * @param server the killed server, or null if it came to none
 * @param encoder what came of tasks for which agents were sought while the encoder was updated
 * @param runaway the tree that its budget stopped, or did not
 * @param problems what was not as expected; none means success
 */
record Outcome(
        Path repository,
        String commit,
        Path report,
        List<TaskView> tasks,
        Routes routes,
        Gate.Result gate,
        Saboteur.@Nullable ProgramKill program,
        PluginSwap.@Nullable Result swap,
        Saboteur.@Nullable ServerKill server,
        EncoderSwap.Result encoder,
        Runaway.Result runaway,
        List<Verdict.Check> checks,
        List<String> problems,
        Duration took) {

    boolean isAsExpected() {
        return problems.isEmpty();
    }

    /** The last lines that a user sees. */
    void print(Board board) {
        board.print(routes.line());
        board.print(gate.line());
        if (program != null) {
            board.print("agent program killed: task " + program.task() + " retried by " + program.retriedBy()
                    + " after " + program.afterMillis() + " ms");
        }
        if (swap != null) {
            board.print(swap.line());
        }
        if (server != null) {
            board.print("restart: " + server.lost() + " of " + server.tasks() + " tasks lost, back in "
                    + server.millis() + " ms");
        }
        board.print(encoder.line());
        board.print(runaway.line());
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
        if (swap != null) {
            root.set("pluginSwap", json.valueToTree(swap));
        }
        if (server != null) {
            root.set("serverKill", json.valueToTree(server));
        }
        root.set("routes", json.valueToTree(routes));
        root.set("gate", json.valueToTree(gate));
        root.set("encoderUpdate", json.valueToTree(encoder));
        root.set("runaway", json.valueToTree(runaway));
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
