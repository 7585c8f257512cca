// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Lists the servers that share the store. */
@Service
@Command(
        scope = "node",
        name = "list",
        description = "Lists the servers that share the store, the one that serves first",
        detailedDescription = """
        The first one serves. Times are those of the database.
        Examples:
          node:list
          node:list --no-format
        """)
public final class NodeList implements Action {
    @Option(name = "--no-format", description = "Values separated by tabs, for programs")
    boolean noFormat;

    @Reference
    Cluster cluster;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() {
        Table table = new Table(
                "No server was heard of", "Id", "Here", "Role", "Url", "Version", "Since", "Age", "Serves until");
        cluster.nodes().forEach(node -> row(table, node));
        table.print(session.getConsole(), noFormat);
        return null;
    }

    private void row(Table table, ClusterNode node) {
        table.add(
                node.id(),
                node.id().equals(cluster.self()) ? "yes" : "",
                node.role().wire(),
                node.url() == null ? "" : node.url(),
                node.version(),
                Printable.time(node.since()),
                node.age().toSeconds() + " s",
                node.servesUntil() == null ? "" : Printable.time(node.servesUntil()));
    }
}
