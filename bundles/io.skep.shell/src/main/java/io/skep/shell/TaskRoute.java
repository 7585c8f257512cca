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

/** Says which agent a waiting task is for. */
@Service
@Command(
        scope = "task",
        name = "route",
        description = "Says which agent a waiting task is for, whatever routing said",
        detailedDescription = """
        Examples:
          task:route 0a1b builder-1
        """)
public final class TaskRoute implements Action {
    @Argument(name = "id", required = true, description = "Id of the task")
    @Completion(TaskIds.class)
    String id;

    @Argument(index = 1, name = "agent", required = true, description = "Id of the agent")
    @Completion(AgentIds.class)
    String agent;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Task task = Answer.of(orchestrator.tasks().route(id, agent));
        session.getConsole().println("task " + task.id() + " is for agent " + agent);
        return null;
    }
}
