// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.payload.PayloadService;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Attempt;
import io.skep.api.task.Review;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Shows a task. */
@Service
@Command(scope = "task", name = "show", description = "Shows a task with its attempts", detailedDescription = """
        Examples:
          task:show 0a1b
          task:show --result-file /tmp/index.json 0a1b
        """)
public final class TaskShow implements Action {
    @Argument(name = "id", required = true, description = "Id of the task")
    @Completion(TaskIds.class)
    String id;

    @Option(
            name = "--result-file",
            description = "Writes the result to this file of the server's machine, whether it is a payload or not")
    @Nullable
    String resultFile;

    @Reference
    Orchestrator orchestrator;

    @Reference
    PayloadService payloads;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Task task = Answer.found(Answer.of(orchestrator.tasks().find(id)), "task", id);
        if (resultFile != null) {
            writeResult(task, resultFile);
            return null;
        }
        Facts facts = new Facts(session.getConsole());
        facts.add("id", task.id());
        facts.add("name", task.spec().name());
        facts.add("description", task.spec().description());
        facts.add("state", task.state().wire());
        facts.add("cause", task.cause());
        facts.add("since", Printable.time(task.since()));
        facts.add("submitted", Printable.time(task.submittedAt()));
        facts.add("priority", task.spec().priority());
        facts.add("tenant", task.spec().tenant());
        facts.add("skills", String.join(",", task.spec().skills()));
        facts.add("depends on", String.join(",", task.spec().dependsOn()));
        facts.add("input", task.spec().input());
        task.attempts().forEach(attempt -> facts.add("attempt " + attempt.token(), line(attempt)));
        Selection selection = task.selection();
        if (selection != null) {
            facts.add("for agent", selection.agent());
            facts.add("chosen", String.join("; ", selection.reasons()));
        }
        Review review = task.review();
        if (review != null) {
            facts.add("sent back", review.sentBack() == 0 ? null : review.sentBack() + " times");
            facts.add("feedback", String.join("; ", review.feedback()));
            review.attachments().forEach(facts::add);
        }
        facts.add("progress", task.progress());
        facts.add("prompt", task.prompt());
        facts.add("result", task.result());
        facts.add("error", task.error());
        return null;
    }

    private void writeResult(Task task, String file) throws CommandFailed {
        String result = task.result();
        if (result == null) {
            throw new CommandFailed("task " + id + " is " + task.state().wire() + " and has no result");
        }
        session.getConsole().println(PayloadFile.write(payloads, result, file));
    }

    private static String line(Attempt attempt) {
        String end = attempt.end() == null ? "lasts" : attempt.end() + ": " + Printable.line(attempt.cause());
        return attempt.agent() + " from " + Printable.time(attempt.assignedAt()) + " to "
                + Printable.time(attempt.endedAt()) + ", " + end;
    }
}
