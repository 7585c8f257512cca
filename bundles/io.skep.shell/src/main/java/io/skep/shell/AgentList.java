// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.agent.Agent;
import io.skep.api.plugin.Orchestrator;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Lists the agents. */
@Service
@Command(scope = "agent", name = "list", description = "Lists the agents", detailedDescription = """
        Examples:
          agent:list
          agent:list --no-format
        """)
public final class AgentList implements Action {
    @Option(name = "--no-format", description = "Values separated by tabs, for programs")
    boolean noFormat;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Table table = new Table("No agents", "Id", "State", "Busy", "Slots", "Skills", "Since", "Cause");
        orchestrator.agents().list().forEach(agent -> row(table, agent));
        table.print(session.getConsole(), noFormat);
        return null;
    }

    private static void row(Table table, Agent agent) {
        table.add(
                agent.id(),
                agent.state().wire(),
                agent.busy(),
                agent.spec().slots(),
                Printable.brief(
                        String.join(
                                ",", agent.spec().skillIds().stream().sorted().toList()),
                        40),
                Printable.time(agent.since()),
                Printable.brief(agent.cause(), 60));
    }
}
