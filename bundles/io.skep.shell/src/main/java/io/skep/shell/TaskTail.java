// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Orchestrator;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Follows a task until it ends. */
@Service
@Command(
        scope = "task",
        name = "tail",
        description = "Follows a task until it ends, Ctrl-C is pressed or the time is up",
        detailedDescription = """
        Examples:
          task:tail 0a1b
          task:tail --timeout 3600 0a1b
        """)
public final class TaskTail implements Action {
    @Argument(name = "id", required = true, description = "Id of the task")
    @Completion(TaskIds.class)
    String id;

    @Option(name = "--timeout", description = "Follows it for so many seconds at most")
    int timeoutSeconds = 600;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Tail tail = new Tail(orchestrator, session.getConsole(), System::nanoTime);
        Ending.print(session, tail.follow(id, Duration.ofSeconds(timeoutSeconds)));
        return null;
    }
}
