// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Orchestrator;
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

/** Cancels a task and all its descendants. */
@Service
@Command(
        scope = "task",
        name = "cancel",
        description = "Cancels a task and all its descendants",
        detailedDescription = """
        Examples:
          task:cancel 0a1b
          task:cancel --reason 'not needed any more' 0a1b
        """)
public final class TaskCancel implements Action {
    @Argument(name = "id", required = true, description = "Id of the task")
    @Completion(TaskIds.class)
    String id;

    @Option(name = "--reason", description = "Why, in words")
    @Nullable
    String reason;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Task task = Answer.of(orchestrator.tasks().cancel(id, reason));
        session.getConsole().println(Ending.line(task));
        return null;
    }
}
