// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Lists the plugins. */
@Service
@Command(scope = "plugin", name = "list", description = "Lists the plugins that are there", detailedDescription = """
        Examples:
          plugin:list
        """)
public final class PluginList implements Action {
    @Option(name = "--no-format", description = "Values separated by tabs, for programs")
    boolean noFormat;

    @Reference
    Plugins plugins;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Table table = new Table(
                "No plugins",
                "Name",
                "Version",
                "Generation",
                "State",
                "In flight",
                "Calls",
                "Errors",
                "p50 ms",
                "p99 ms",
                "Share");
        plugins.list().forEach(plugin -> row(table, plugin));
        table.print(session.getConsole(), noFormat);
        return null;
    }

    private static void row(Table table, PluginStatus plugin) {
        PluginStatus.Load load = plugin.load();
        table.add(
                plugin.name(),
                plugin.version(),
                plugin.generation(),
                plugin.state().wire(),
                load.inFlight(),
                load.calls(),
                load.errors(),
                millis(load.p50Micros()),
                millis(load.p99Micros()),
                plugin.sharePercent() + "%");
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.3f", micros / 1000.0);
    }
}
