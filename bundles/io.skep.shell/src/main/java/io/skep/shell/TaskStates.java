// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.task.TaskState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes states of tasks. */
@Service
public final class TaskStates implements Completer {
    private static final List<String> NAMES =
            Arrays.stream(TaskState.values()).map(TaskState::wire).toList();

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(NAMES).complete(session, line, candidates);
    }

    static Set<TaskState> of(List<String> names) throws CommandFailed {
        Set<TaskState> states = EnumSet.noneOf(TaskState.class);
        for (String name : names) {
            if (!NAMES.contains(name)) {
                throw new CommandFailed("no state " + name + "; there are " + String.join(", ", NAMES));
            }
            states.add(TaskState.ofWire(name));
        }
        return states;
    }
}
