// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The view that one node has; tests say who serves. */
final class FakeCluster implements Cluster {
    private final String self;
    volatile String advertised;
    volatile ClusterNode serving;

    FakeCluster(String self) {
        this.self = self;
    }

    static ClusterNode node(String id, String url, int protocol) {
        return new ClusterNode(
                id,
                url,
                ClusterNode.Role.SERVING,
                "1.2.3",
                protocol,
                Instant.EPOCH,
                Duration.ofSeconds(5),
                Instant.EPOCH,
                url == null ? null : Instant.EPOCH);
    }

    /** Another node, or this one, serves from now on. */
    FakeCluster serves(String id, int port) {
        serving = node(id, "http://127.0.0.1:" + port, PROTOCOL);
        return this;
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public void advertise(String url) {
        advertised = url;
    }

    @Override
    public List<ClusterNode> nodes() {
        return serving().stream().toList();
    }

    @Override
    public Optional<ClusterNode> serving() {
        return Optional.ofNullable(serving);
    }

    @Override
    public CompletionStage<ClusterNode> drain(String id) {
        return id.equals(self)
                ? CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.CONFLICT, "no other node could serve"))
                : resume(id);
    }

    @Override
    public CompletionStage<ClusterNode> resume(String id) {
        return serving()
                .filter(node -> node.id().equals(id))
                .map(CompletableFuture::completedFuture)
                .orElseGet(() ->
                        CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "there is no node " + id)));
    }
}
