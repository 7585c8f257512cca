// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes ids of servers. */
@Service
public final class NodeIds implements Completer {
    @Reference
    Cluster cluster;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(
                        cluster.nodes().stream().map(ClusterNode::id).toList())
                .complete(session, line, candidates);
    }

    /** What became of a server, in a line. */
    static String line(ClusterNode node) {
        return "node " + node.id() + " is " + node.role().wire();
    }
}
