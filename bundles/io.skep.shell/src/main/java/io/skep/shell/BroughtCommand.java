// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Access;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Need;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/**
 * A command that a plugin asked for: it calls one operation of a capability. Holds words only, no class of the plugin,
 * since sessions remember commands that are gone. Thread-safe; equal only to itself.
 */
final class BroughtCommand implements Command {
    private static final List<String> OPTIONS = List.of("--agent", "--task", "--tenant");

    private final String capability;
    private final String operation;
    private final String summary;
    private final String example;
    private final String scope;
    private final String name;
    private final Need need;
    private final Orchestrator orchestrator;
    private final Access access;

    /** The command {@code name}, which is noun:verb. */
    BroughtCommand(String capability, Operation operation, String name, Orchestrator orchestrator, Access access) {
        this.capability = capability;
        this.operation = operation.name();
        summary = Printable.line(operation.summary());
        example = Printable.line(operation.examples().get(0));
        need = operation.need();
        this.orchestrator = orchestrator;
        this.access = access;
        int colon = name.indexOf(':');
        this.scope = name.substring(0, colon);
        this.name = name.substring(colon + 1);
    }

    @Override
    public String getScope() {
        return scope;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getDescription() {
        return summary;
    }

    /** None of its own: Karaf completes the name. */
    @Override
    public @Nullable Completer getCompleter(boolean scoped) {
        return null;
    }

    @Override
    public @Nullable Parser getParser() {
        return null;
    }

    @Override
    public @Nullable Object execute(Session session, List<Object> arguments)
            throws CommandFailed, InterruptedException {
        Map<String, String> options = new HashMap<>();
        List<String> data = new ArrayList<>();
        for (Iterator<Object> words = arguments.iterator(); words.hasNext(); ) {
            String word = String.valueOf(words.next());
            if (word.equals("--help")) {
                help(session.getConsole());
                return null;
            } else if (OPTIONS.contains(word) && words.hasNext()) {
                options.put(word, String.valueOf(words.next()));
            } else if (word.startsWith("--")) {
                throw new CommandFailed(
                        OPTIONS.contains(word)
                                ? word + " needs a value"
                                : "no option " + word + "; there are " + String.join(", ", OPTIONS));
            } else {
                data.add(word);
            }
        }
        IntegrationRequest request = new IntegrationRequest(
                capability,
                operation,
                options.get("--agent"),
                options.get("--task"),
                options.get("--tenant"),
                CallData.json(data));
        session.getConsole().println(Calls.answer(orchestrator, access, request, need, scope + ':' + name));
        return null;
    }

    private void help(PrintStream out) {
        String full = scope + ":" + name;
        out.println("DESCRIPTION");
        out.println("        " + full);
        out.println("        " + summary);
        out.println("SYNTAX");
        out.println("        " + full + " [--agent ID] [--task ID] [--tenant NAME] ['JSON' | KEY=VALUE ...]");
        out.println("DETAILS");
        out.println("        Calls the operation " + operation + " of " + capability + ".");
        out.println("        Examples:");
        out.println("          " + full + " '" + example + "'");
    }
}
