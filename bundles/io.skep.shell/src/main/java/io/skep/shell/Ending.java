// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.agent.Agent;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import org.apache.karaf.shell.api.console.Session;

/** How a task or an agent stands, on one line. */
final class Ending {
    private Ending() {}

    /** Prints the result of a task that has completed; for any other the command fails. */
    static void print(Session session, Task task) throws CommandFailed {
        if (task.state() != TaskState.COMPLETED) {
            throw new CommandFailed(line(task));
        }
        session.getConsole().println(Printable.line(task.result()));
    }

    static String line(Task task) {
        String why = task.error() == null ? task.cause() : task.error();
        return Printable.line(task.id() + " " + task.state().wire() + ": " + why);
    }

    static String line(Agent agent) {
        return Printable.line(agent.id() + " " + agent.state().wire() + ": " + agent.cause());
    }

    /** The agent of the newest attempt; a hyphen for none. */
    static String agent(Task task) {
        return task.attempts().isEmpty()
                ? "-"
                : task.attempts().get(task.attempts().size() - 1).agent();
    }
}
