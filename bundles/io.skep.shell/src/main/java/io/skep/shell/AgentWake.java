// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.agent.Agent;
import io.skep.api.plugin.Orchestrator;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Wakes an agent. */
@Service
@Command(scope = "agent", name = "wake", description = "Wakes an agent, or keeps it awake", detailedDescription = """
        Examples:
          agent:wake worker-1
          agent:wake --reason maintenance worker-1
        """)
public final class AgentWake implements Action {
    @Argument(name = "id", required = true, description = "Id of the agent")
    @Completion(AgentIds.class)
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
        Agent agent = Answer.of(orchestrator.agents().wake(id, reason));
        session.getConsole().println(Ending.line(agent));
        return null;
    }
}
