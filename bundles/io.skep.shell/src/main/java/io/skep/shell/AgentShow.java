// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.agent.Agent;
import io.skep.api.plugin.Orchestrator;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Shows an agent. */
@Service
@Command(
        scope = "agent",
        name = "show",
        description = "Shows an agent and the tasks that it holds",
        detailedDescription = """
        Examples:
          agent:show worker-1
        """)
public final class AgentShow implements Action {
    @Argument(name = "id", required = true, description = "Id of the agent")
    @Completion(AgentIds.class)
    String id;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Agent agent = Answer.found(orchestrator.agents().find(id), "agent", id);
        Facts facts = new Facts(session.getConsole());
        facts.add("id", agent.id());
        facts.add("name", agent.spec().name());
        facts.add("description", agent.spec().description());
        facts.add("version", agent.spec().version());
        facts.add("state", agent.state().wire());
        facts.add("cause", agent.cause());
        facts.add("since", Printable.time(agent.since()));
        facts.add("registered", Printable.time(agent.registeredAt()));
        facts.add("driven", agent.connected() ? "by this server" : "claims its tasks");
        facts.add("lease", agent.spec().lease().toMillis() + " ms, until " + Printable.time(agent.leaseUntil()));
        facts.add("busy", agent.busy() + " of " + agent.spec().slots() + " slots");
        facts.add("reserved", agent.reserved() == 0 ? null : agent.reserved() + " slots for tasks to come");
        agent.spec().skills().forEach(skill -> facts.add("skill", skill.id() + ": " + skill.description()));
        orchestrator
                .agents()
                .held(id)
                .forEach(task ->
                        facts.add("holds", task.id() + " " + task.state().wire()));
        return null;
    }
}
