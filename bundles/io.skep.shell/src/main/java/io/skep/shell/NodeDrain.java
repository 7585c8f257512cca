// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Cluster;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Has a server let another one serve. */
@Service
@Command(
        scope = "node",
        name = "drain",
        description = "Has a server let another one serve, and take its place no more",
        detailedDescription = """
        It goes on to take calls for the one that serves. Until node:resume, or its next start, it does not serve again.
        Without an id it is this server. The only one that could serve is not drained.
        Examples:
          node:drain
          node:drain 4be1c9b0-2f0c-4e65-9d32-3b7f6a0f9e11
        """)
public final class NodeDrain implements Action {
    @Argument(name = "id", description = "Id of the server; this one without it")
    @Completion(NodeIds.class)
    @Nullable
    String id;

    @Reference
    Cluster cluster;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        session.getConsole().println(NodeIds.line(Answer.of(cluster.drain(id == null ? cluster.self() : id))));
        return null;
    }
}
