// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.QueueStatus;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Lists where tasks wait. */
@Service
@Command(
        scope = "queue",
        name = "list",
        description = "Lists where tasks wait, by skills and tenant",
        detailedDescription = """
        In and Out are tasks a second within the last minute; Drained in says when at this pace none will wait any more.
        Examples:
          queue:list
          queue:list --no-format
        """)
public final class QueueList implements Action {
    @Option(name = "--no-format", description = "Values separated by tabs, for programs")
    boolean noFormat;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Table table = new Table(
                "No task waits",
                "Skills",
                "Tenant",
                "Depth",
                "Oldest since",
                "In",
                "Out",
                "Drained in",
                "Active agents",
                "Free slots",
                "Agents");
        Answer.of(orchestrator.tasks().queues()).forEach(queue -> row(table, queue));
        table.print(session.getConsole(), noFormat);
        return null;
    }

    private static void row(Table table, QueueStatus queue) {
        table.add(
                queue.skills().isEmpty() ? "any" : list(new TreeSet<>(queue.skills())),
                queue.tenant(),
                queue.depth(),
                queue.oldestSince() == null ? "" : Printable.time(queue.oldestSince()),
                rate(queue.inPerSecond()),
                rate(queue.outPerSecond()),
                queue.drainEta() == null ? "never" : queue.drainEta().toSeconds() + " s",
                queue.activeAgents(),
                queue.freeSlots(),
                list(queue.agents()));
    }

    private static String list(Collection<String> values) {
        return Printable.brief(String.join(",", values), 40);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.2f", perSecond);
    }
}
