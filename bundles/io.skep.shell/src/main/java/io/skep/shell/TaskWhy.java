// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Why;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Says why a task waits, or why it has its agent. */
@Service
@Command(
        scope = "task",
        name = "why",
        description = "Says why a task waits, or why it has its agent",
        detailedDescription = """
        Examples:
          task:why 0a1b
        """)
public final class TaskWhy implements Action {
    @Argument(name = "id", required = true, description = "Id of the task")
    @Completion(TaskIds.class)
    String id;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Why why = Answer.of(orchestrator.tasks().why(id));
        session.getConsole().println(why.state().wire());
        why.reasons().forEach(reason -> session.getConsole().println("- " + Printable.line(reason)));
        return null;
    }
}
