// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
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
@Command(
        scope = "plugin",
        name = "show",
        description = "Shows a plugin: its generations, what they offer, and what happened to it",
        detailedDescription = """
        Examples:
          plugin:show context-routing
        """)
public final class PluginShow implements Action {
    @Argument(name = "name", required = true, description = "Name of the plugin")
    @Completion(PluginNames.class)
    String name;

    @Reference
    Plugins plugins;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        PluginDetail plugin = Answer.found(plugins.find(name), "plugin", name);
        Facts facts = new Facts(session.getConsole());
        facts.add("name", plugin.name());
        facts.add("desired", plugin.desired() == null ? "none" : plugin.desired());
        facts.add("kept", String.join(", ", plugin.kept()));
        plugin.generations().forEach(generation -> add(facts, generation));
        facts.add("job", plugin.job() == null ? null : JobTail.line(plugin.job()));
        plugin.history()
                .forEach(e -> facts.add(
                        "history", Printable.time(e.at()) + " " + e.event() + " by " + e.actor() + ": " + e.detail()));
        return null;
    }

    private static void add(Facts facts, PluginStatus generation) {
        PluginStatus.Load load = generation.load();
        facts.add("generation", generation.generation());
        facts.add("  version", generation.version());
        facts.add("  state", generation.state().wire() + ": " + generation.cause());
        facts.add("  share", generation.sharePercent() + "%");
        facts.add("  calls", load.calls() + ", " + load.errors() + " failed, " + load.inFlight() + " in flight");
        generation
                .capabilities()
                .forEach(c -> c.operations()
                        .forEach(o -> facts.add("  offers", c.id() + " " + o.name() + ": " + o.summary())));
    }
}
