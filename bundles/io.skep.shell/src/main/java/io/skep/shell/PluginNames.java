// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes names of plugins. */
@Service
public final class PluginNames implements Completer {
    @Reference
    Plugins plugins;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(plugins.list().stream()
                        .map(PluginStatus::name)
                        .distinct()
                        .toList())
                .complete(session, line, candidates);
    }
}
