// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Flags;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Sets a flag. */
@Service
@Command(
        scope = "flag",
        name = "set",
        description = "Says who gets a capability, or switches legacy mode, for the next call on",
        detailedDescription = """
        Examples:
          flag:set semantic_routing off
          flag:set semantic_routing '25%'
          flag:set semantic_routing 25
          flag:set semantic_routing '10%, tenant:acme, agent:builder-1'
          flag:set legacy.mode on
        """)
public final class FlagSet implements Action {
    @Argument(name = "flag", required = true, description = "Id of a capability, or legacy.mode")
    @Completion(FlagNames.class)
    String flag;

    @Argument(
            index = 1,
            name = "rule",
            required = true,
            description = "on, off, a percentage, tenant:NAME, agent:ID; percent signs and spaces in single quotes")
    @Completion(FlagRules.class)
    String rule;

    @Reference
    Flags flags;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Guarded.flag(flag);
        String set;
        if (flag.equals(FlagNames.LEGACY_MODE)) {
            boolean on = FlagRules.onOrOff(rule);
            set = Answer.of(flags.setLegacyMode(on, Actor.of(session))) ? "on" : "off";
        } else {
            FlagRule parsed = FlagRules.parse(rule);
            set = Answer.of(flags.set(FlagNames.checked(flag), parsed, Actor.of(session)))
                    .rule()
                    .toString();
        }
        session.getConsole().println(flag + " " + set);
        return null;
    }
}
