// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import java.time.Duration;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes ids of the newest tasks. */
@Service
public final class TaskIds implements Completer {
    private static final int NEWEST = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Reference
    Orchestrator orchestrator;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            List<Task> newest = Answer.within(PATIENCE, orchestrator.tasks().list(TaskQuery.newest(NEWEST)))
                    .items();
            return new StringsCompleter(newest.stream().map(Task::id).toList()).complete(session, line, candidates);
        } catch (CommandFailed e) {
            return -1; // whoever presses Tab gets no proposals while the server cannot list
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
