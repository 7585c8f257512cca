// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.Refusal;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The servers of a store that only one can have. Thread-safe. */
public final class SingleNode implements Cluster {
    /** Its name: it needs none to be told from others. */
    public static final String ID = "local";

    private final String version;
    private final Clock clock;
    private final Instant since;
    private volatile @Nullable String url;

    /**
     * A server that has just come.
     *
     * @param version of the product
     */
    public SingleNode(String version, Clock clock) {
        this.version = version;
        this.clock = clock;
        since = clock.instant();
    }

    @Override
    public String self() {
        return ID;
    }

    @Override
    public void advertise(@Nullable String newUrl) {
        url = newUrl;
    }

    private ClusterNode node() {
        Duration age = Duration.between(since, clock.instant());
        return new ClusterNode(ID, url, ClusterNode.Role.SERVING, version, PROTOCOL, since, age, null, null);
    }

    @Override
    public List<ClusterNode> nodes() {
        return List.of(node());
    }

    @Override
    public Optional<ClusterNode> serving() {
        return Optional.of(node());
    }

    @Override
    public CompletionStage<ClusterNode> drain(String id) {
        return CompletableFuture.failedFuture(
                id.equals(ID)
                        ? Refusal.of(
                                Refusal.Reason.CONFLICT,
                                "no other server can serve: the store is the embedded one, which a single server has")
                        : missing(id));
    }

    @Override
    public CompletionStage<ClusterNode> resume(String id) {
        return id.equals(ID) ? CompletableFuture.completedFuture(node()) : CompletableFuture.failedFuture(missing(id));
    }

    private static Refusal missing(String id) {
        return Refusal.of(Refusal.Reason.NOT_FOUND, "there is no node " + id);
    }
}
