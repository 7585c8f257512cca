// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Plugins;
import io.skep.api.plugin.Health;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Asks a plugin how it is. */
@Service
@Command(
        scope = "plugin",
        name = "health",
        description = "Asks a plugin how it is; fails unless it can serve",
        detailedDescription = """
        Examples:
          plugin:health context-routing
        """)
public final class PluginHealth implements Action {
    @Argument(name = "name", required = true, description = "Name of the plugin")
    @Completion(PluginNames.class)
    String name;

    @Reference
    Plugins plugins;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Health health = Answer.of(plugins.health(name, Answer.PROMPTLY));
        if (!health.healthy()) {
            throw new CommandFailed(name + " is not healthy: " + health.detail());
        }
        session.getConsole().println(Printable.line(name + " is healthy: " + health.detail()));
        return null;
    }
}
