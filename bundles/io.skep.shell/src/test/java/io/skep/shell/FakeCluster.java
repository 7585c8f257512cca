// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The servers that a test put in. */
final class FakeCluster implements Cluster {
    final List<ClusterNode> nodes = new ArrayList<>();
    final List<String> asked = new ArrayList<>();

    @Override
    public String self() {
        return "here";
    }

    @Override
    public void advertise(String url) {
        throw new UnsupportedOperationException(url);
    }

    @Override
    public List<ClusterNode> nodes() {
        return nodes;
    }

    @Override
    public Optional<ClusterNode> serving() {
        return nodes.stream().filter(ClusterNode::isServing).findFirst();
    }

    @Override
    public CompletionStage<ClusterNode> drain(String id) {
        return find("drain", id);
    }

    @Override
    public CompletionStage<ClusterNode> resume(String id) {
        return find("resume", id);
    }

    private CompletionStage<ClusterNode> find(String what, String id) {
        asked.add(what + " " + id);
        return nodes.stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .map(CompletableFuture::completedFuture)
                .orElseGet(() ->
                        CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "there is no node " + id)));
    }
}
