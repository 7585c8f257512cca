// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Registration;
import io.skep.api.agent.Skill;
import io.skep.api.plugin.Orchestrator;
import java.time.Duration;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Registers an agent that claims its tasks over HTTP. */
@Service
@Command(
        scope = "agent",
        name = "register",
        description = "Registers an agent that claims its tasks, and prints its secret once",
        detailedDescription = """
        Examples:
          agent:register worker-1
          agent:register --skill java --skill review --slots 2 worker-1
        """)
public final class AgentRegister implements Action {
    @Argument(name = "id", required = true, description = "Id of the agent")
    String id;

    @Option(name = "--skill", multiValued = true, description = "Id of a skill that it has; may be repeated")
    List<String> skills = List.of();

    @Option(name = "--slots", description = "How many tasks it takes at once")
    int slots = 1;

    @Option(name = "--lease", description = "How long it may be silent, in seconds")
    long leaseSeconds = AgentSpec.DEFAULT_LEASE.toSeconds();

    @Option(name = "--description", description = "What it is, in words")
    String description = "";

    @Option(name = "--replace", description = "Replaces an agent of that id, which gets a new secret")
    boolean replace;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        List<Skill> offered = skills.stream().map(Skill::of).toList();
        Duration lease = Duration.ofSeconds(leaseSeconds);
        AgentSpec spec = new AgentSpec(id, id, description, "1", offered, slots, lease);
        Registration registration = Answer.of(orchestrator.agents().register(spec, replace));
        Facts facts = new Facts(session.getConsole());
        facts.add("id", registration.agent().id());
        facts.add("state", registration.agent().state().wire());
        facts.add("secret", registration.secret());
        return null;
    }
}
