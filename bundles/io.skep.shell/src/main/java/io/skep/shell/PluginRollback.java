// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Brings the version before the present one of a plugin back. */
@Service
@Command(
        scope = "plugin",
        name = "rollback",
        description = "Brings the version before the present one back, and prints the phases as they come",
        detailedDescription = """
        Examples:
          plugin:rollback context-routing
          plugin:rollback --no-wait context-routing
        """)
public final class PluginRollback implements Action {
    @Argument(name = "name", required = true, description = "Name of the plugin")
    @Completion(PluginNames.class)
    String name;

    @Option(name = "--no-wait", description = "Prints the id of the job and does not follow it")
    boolean noWait;

    @Reference
    Plugins plugins;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Guarded.plugin(name);
        SwapJob job = Answer.of(plugins.rollback(name, Actor.of(session)));
        JobTail.tell(job, plugins, session.getConsole(), noWait, JobTail.LONGEST);
        return null;
    }
}
