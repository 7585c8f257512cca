// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Access;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Need;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Calls a capability. */
@Service
@Command(
        scope = "capability",
        name = "call",
        description = "Calls a capability and prints the JSON that it answers",
        detailedDescription = """
        Examples:
          capability:call semantic_routing '{"description": "fix the build"}'
          capability:call --operation approve quality_gates gate=g1
        """)
public final class CapabilityCall implements Action {
    @Argument(name = "capability", required = true, description = "Id of the capability")
    @Completion(CapabilityIds.class)
    String capability;

    @Argument(
            index = 1,
            name = "data",
            multiValued = true,
            description = "JSON of the operation's input, in single quotes; or key=value for each member")
    List<String> data = List.of();

    @Option(name = "--operation", description = "Name of the operation; the capability's default without")
    @Nullable
    String operation;

    @Option(name = "--agent", description = "Id of the agent that it concerns")
    @Completion(AgentIds.class)
    @Nullable
    String agent;

    @Option(name = "--task", description = "Id of the task that it concerns")
    @Completion(TaskIds.class)
    @Nullable
    String task;

    @Option(name = "--tenant", description = "On whose behalf")
    @Nullable
    String tenant;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Access access;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        IntegrationRequest request =
                new IntegrationRequest(capability, operation, agent, task, tenant, CallData.json(data));
        session.getConsole().println(Calls.answer(orchestrator, access, request, need(), "capability:call"));
        return null;
    }

    /** What is not there needs what every call does, and is told to be gone. */
    private Need need() {
        return orchestrator.capabilities().stream()
                .filter(offered -> offered.id().equals(capability))
                .flatMap(offered -> offered.operation(operation).stream())
                .map(Operation::need)
                .findAny()
                .orElse(Need.CALL);
    }
}
