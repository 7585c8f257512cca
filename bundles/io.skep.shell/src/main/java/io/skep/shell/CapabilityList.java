// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Lists what can be called now. */
@Service
@Command(
        scope = "capability",
        name = "list",
        description = "Lists the capabilities that can be called now",
        detailedDescription = """
        Examples:
          capability:list
        """)
public final class CapabilityList implements Action {
    @Option(name = "--no-format", description = "Values separated by tabs, for programs")
    boolean noFormat;

    @Reference
    Orchestrator orchestrator;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Table table = new Table("No capabilities", "Capability", "Operation", "Summary", "Timeout ms", "Example");
        for (Capability capability : orchestrator.capabilities()) {
            capability.operations().forEach(operation -> row(table, capability.id(), operation));
        }
        table.print(session.getConsole(), noFormat);
        return null;
    }

    private static void row(Table table, String capability, Operation operation) {
        table.add(
                capability,
                operation.name(),
                operation.summary(),
                operation.timeout().toMillis(),
                operation.examples().get(0));
    }
}
