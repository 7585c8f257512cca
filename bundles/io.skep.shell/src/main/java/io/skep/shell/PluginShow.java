// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Server;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Shows a plugin. */
@Service
@Command(scope = "plugin", name = "show", description = "Shows a plugin and what it offers", detailedDescription = """
        Examples:
          plugin:show context-routing
        """)
public final class PluginShow implements Action {
    @Argument(name = "name", required = true, description = "Name of the plugin")
    @Completion(PluginNames.class)
    String name;

    @Reference
    Server server;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Facts facts = new Facts(session.getConsole());
        for (PluginStatus plugin : Answer.some(
                server.plugins().stream().filter(p -> p.name().equals(name)).toList(), "plugin", name)) {
            facts.add("name", plugin.name());
            facts.add("version", plugin.version());
            facts.add("generation", plugin.generation());
            facts.add("state", plugin.state());
            facts.add("cause", plugin.cause());
            plugin.capabilities()
                    .forEach(c -> c.operations()
                            .forEach(o -> facts.add("offers", c.id() + " " + o.name() + ": " + o.summary())));
        }
        return null;
    }
}
