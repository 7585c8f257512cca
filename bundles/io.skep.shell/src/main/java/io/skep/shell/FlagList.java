// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Flags;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Lists the flags. */
@Service
@Command(
        scope = "flag",
        name = "list",
        description = "Lists legacy mode and who gets which capability",
        detailedDescription = """
        Examples:
          flag:list
        """)
public final class FlagList implements Action {
    @Option(name = "--no-format", description = "Values separated by tabs, for programs")
    boolean noFormat;

    @Reference
    Flags flags;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Table table = new Table("No flags", "Flag", "Rule", "Offered");
        table.add(FlagNames.LEGACY_MODE, flags.legacyMode() ? "on" : "off", "-");
        flags.list().forEach(flag -> table.add(flag.capability(), flag.rule(), flag.offered() ? "yes" : "no"));
        table.print(session.getConsole(), noFormat);
        return null;
    }
}
