// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
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

/** Calls a capability. */
@Service
@Command(
        scope = "capability",
        name = "call",
        description = "Calls a capability and prints the JSON that it answers",
        detailedDescription = """
        Examples:
          capability:call semantic_routing '{"description": "fix the build"}'
          capability:call --operation approve quality_gates '{"gate": "g1"}'
        """)
public final class CapabilityCall implements Action {
    @Argument(name = "capability", required = true, description = "Id of the capability")
    @Completion(CapabilityIds.class)
    String capability;

    @Argument(index = 1, name = "data", description = "JSON of the operation's input, in single quotes")
    String data = "{}";

    @Option(name = "--operation", description = "Name of the operation; the capability's default without")
    @Nullable
    String operation;

    @Option(name = "--agent", description = "Id of the agent that it concerns")
    @Completion(AgentIds.class)
    @Nullable
    String agent;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        IntegrationRequest request = new IntegrationRequest(capability, operation, agent, data);
        IntegrationResponse response =
                Answer.within(Operation.MAX_TIMEOUT.plus(Answer.PROMPTLY), orchestrator.call(request));
        String problem = response.fold(
                answered -> "",
                declined -> "declined: " + declined.reason(),
                failed -> failed.plugin() + " failed: " + failed.cause(),
                timedOut -> timedOut.plugin() + " did not answer within "
                        + timedOut.after().toMillis() + " ms",
                gone -> "gone: " + gone.reason());
        if (!(response instanceof IntegrationResponse.Answered answered)) {
            throw new CommandFailed(problem);
        }
        session.getConsole().println(Printable.line(answered.data()));
        return null;
    }
}
