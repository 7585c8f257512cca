// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Orchestrator;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes ids of capabilities. */
@Service
public final class CapabilityIds implements Completer {
    @Reference
    Orchestrator orchestrator;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(
                        orchestrator.capabilities().stream().map(Capability::id).toList())
                .complete(session, line, candidates);
    }
}
