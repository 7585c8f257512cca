// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.BulkJob;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.TaskQuery;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;

/** Does something with many tasks. */
@Service
@Command(
        scope = "task",
        name = "bulk",
        description = "Cancels, retries, releases or re-prioritises many tasks",
        detailedDescription = """
        ACTION is cancel, retry, release or prioritize. Waits for the end; Ctrl-C stops waiting, not the job.
        Examples:
          task:bulk --dry-run --state failed --tenant acme retry
          task:bulk --state queued --text nightly cancel
          task:bulk --state queued --tenant acme --priority 9 prioritize
        """)
public final class TaskBulk implements Action {
    private static final Duration STEP = Duration.ofSeconds(1);

    @Argument(name = "action", required = true, description = "cancel, retry, release or prioritize")
    @Completion(
            value = StringsCompleter.class,
            values = {"cancel", "retry", "release", "prioritize"})
    String action;

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

    @Option(name = "--priority", description = "The new priority, 0 to 9, for prioritize")
    @Nullable
    Integer priority;

    @Option(name = "--reason", description = "Why, for cancel")
    @Nullable
    String reason;

    @Option(name = "--dry-run", description = "Only counts what would be done")
    boolean dryRun;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        TaskQuery query = new TaskQuery(TaskStates.of(states), agent, tenant, text, null, null, 1, null);
        BulkRequest.Action what = what();
        if (what == BulkRequest.Action.PRIORITIZE && priority == null) {
            throw new CommandFailed("prioritize needs --priority");
        }
        int value = priority == null ? 0 : priority;
        BulkJob job = Answer.of(orchestrator.tasks().bulk(new BulkRequest(what, query, value, reason, dryRun)));
        while (job.endedAt() == null) {
            job = Answer.within(STEP.plus(Answer.PROMPTLY), orchestrator.tasks().awaitBulk(job.id(), STEP));
        }
        session.getConsole()
                .println(job.changed() + (dryRun ? " would be changed, " : " changed, ") + job.skipped() + " skipped");
        if (dryRun && !job.sample().isEmpty()) {
            session.getConsole().println("such as " + String.join(" ", job.sample()));
        }
        if (job.error() != null) {
            throw new CommandFailed("ended before its time: " + job.error());
        }
        return null;
    }

    private BulkRequest.Action what() throws CommandFailed {
        try {
            return BulkRequest.Action.valueOf(action.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed("no such action: " + action + "; it is cancel, retry, release or prioritize");
        }
    }
}
