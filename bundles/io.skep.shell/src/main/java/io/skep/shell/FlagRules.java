// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.FlagRule;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes rules of flags, as far as they can be guessed. */
@Service
public final class FlagRules implements Completer {
    private static final List<String> USUAL = List.of("on", "off", "10", "25", "50", "tenant:", "agent:");

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(USUAL).complete(session, line, candidates);
    }

    /** A rule; a number by itself is a percentage, since Karaf takes the sign only in quotes. */
    static FlagRule parse(String text) throws CommandFailed {
        try {
            return FlagRule.parse(text.matches("[0-9]{1,3}") ? text + "%" : text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed("rule: " + e.getMessage());
        }
    }

    static boolean onOrOff(String text) throws CommandFailed {
        if (!text.equals("on") && !text.equals("off")) {
            throw new CommandFailed("rule: legacy mode is on or off, not \"" + text + "\"");
        }
        return text.equals("on");
    }
}
