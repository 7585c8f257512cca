// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Page;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Lists tasks, newest first. */
@Service
@Command(scope = "task", name = "list", description = "Lists tasks, newest first", detailedDescription = """
        Examples:
          task:list
          task:list --state queued --state working --limit 100
          task:list --text review --agent worker-1
        """)
public final class TaskList implements Action {
    @Option(name = "--state", multiValued = true, description = "Only in this state; may be repeated")
    @Completion(TaskStates.class)
    List<String> states = List.of();

    @Option(name = "--agent", description = "Only those last given to this agent")
    @Completion(AgentIds.class)
    @Nullable
    String agent;

    @Option(name = "--tenant", description = "Only of this tenant")
    @Nullable
    String tenant;

    @Option(name = "--text", description = "Only with this in name or description")
    @Nullable
    String text;

    @Option(name = "--limit", description = "At most so many, up to 1000")
    int limit = 50;

    @Option(name = "--cursor", description = "Where the list before ended")
    @Nullable
    String cursor;

    @Option(name = "--no-format", description = "Values separated by tabs, for programs")
    boolean noFormat;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Set<TaskState> wanted = TaskStates.of(states);
        Page<Task> page = Answer.of(
                orchestrator.tasks().list(new TaskQuery(wanted, agent, tenant, text, null, null, limit, cursor)));
        Table table = new Table("No tasks", "Id", "State", "Priority", "Agent", "Attempts", "Submitted", "Description");
        page.items().forEach(task -> row(table, task));
        table.print(session.getConsole(), noFormat);
        if (page.next() != null) {
            session.getConsole().println("more: task:list --cursor " + page.next());
        }
        return null;
    }

    private static void row(Table table, Task task) {
        table.add(
                task.id(),
                task.state().wire(),
                task.spec().priority(),
                Ending.agent(task),
                task.attempts().size(),
                Printable.time(task.submittedAt()),
                Printable.brief(task.spec().description(), 60));
    }
}
