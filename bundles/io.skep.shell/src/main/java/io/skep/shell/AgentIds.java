// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.agent.Agent;
import io.skep.api.plugin.Orchestrator;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes ids of agents. */
@Service
public final class AgentIds implements Completer {
    @Reference
    Orchestrator orchestrator;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(
                        orchestrator.agents().list().stream().map(Agent::id).toList())
                .complete(session, line, candidates);
    }
}
