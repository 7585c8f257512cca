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

/** Takes a plugin away. */
@Service
@Command(
        scope = "plugin",
        name = "remove",
        description = "Takes a plugin away when its calls have ended, and prints the phases as they come",
        detailedDescription = """
        Examples:
          plugin:remove context-routing
          plugin:remove --no-wait context-routing
        """)
public final class PluginRemove implements Action {
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
        SwapJob job = Answer.of(plugins.remove(name, Actor.of(session)));
        JobTail.tell(job, plugins, session.getConsole(), noWait, JobTail.LONGEST);
        return null;
    }
}
