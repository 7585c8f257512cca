// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Flags;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes names of flags. */
@Service
public final class FlagNames implements Completer {
    static final String LEGACY_MODE = "legacy.mode";

    @Reference
    Flags flags;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        Stream<String> capabilities = flags.list().stream().map(Flags.Flag::capability);
        return new StringsCompleter(
                        Stream.concat(capabilities, Stream.of(LEGACY_MODE)).toList())
                .complete(session, line, candidates);
    }

    /** What can be the id of a capability, whether there is one or not. */
    static String checked(String name) throws CommandFailed {
        if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
            throw new CommandFailed("\"" + name + "\" is neither the id of a capability nor " + LEGACY_MODE);
        }
        return name;
    }
}
