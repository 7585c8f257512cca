// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Answers what a task asks. */
@Service
@Command(
        scope = "task",
        name = "answer",
        description = "Answers what a task in input-required asks, which goes on working",
        detailedDescription = """
        Examples:
          task:answer 0a1b '"yes"'
          task:answer 0a1b '{"approved": true}'
        """)
public final class TaskAnswer implements Action {
    @Argument(name = "id", required = true, description = "Id of the task")
    @Completion(TaskIds.class)
    String id;

    @Argument(index = 1, name = "answer", required = true, description = "JSON, in single quotes")
    String answer;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Task task = Answer.of(orchestrator.tasks().answer(id, answer));
        session.getConsole().println(Ending.line(task));
        return null;
    }
}
