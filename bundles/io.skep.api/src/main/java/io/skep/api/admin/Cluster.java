// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The servers that share a store, of which one serves; there as soon as a store is configured, and not only while this
 * server serves. Thread-safe; never blocks. What it answers from memory is what the store held moments ago.
 */
@ProviderType
public interface Cluster {
    /** The way in which servers of this version hand calls on to each other; see {@link ClusterNode#protocol()}. */
    int PROTOCOL = 1;

    /** The id of this server; empty while it has none yet. */
    String self();

    /** Tells the others where they reach this server, {@code https://host:port} or null for nowhere; from then on. */
    void advertise(@Nullable String url);

    /** Every server that was heard of within the last hour, the one that serves first, then by id; from memory. */
    List<ClusterNode> nodes();

    /** The one that serves, if any does; from memory. */
    Optional<ClusterNode> serving();

    /**
     * Has a server let go of the shards, if it has them, and take them no more until it is told to or starts anew.
     *
     * @return the server as it stands; ends with a {@link io.skep.api.Refusal} whose reason is {@code NOT_FOUND}, {@code
     *     CONFLICT} (no other server could serve), {@code BUSY} (too many such requests wait) or {@code UNAVAILABLE} (the
     *     store cannot be reached)
     */
    CompletionStage<ClusterNode> drain(String id);

    /** Lets a server take the shards again; ends as {@link #drain}, but never with {@code CONFLICT}. */
    CompletionStage<ClusterNode> resume(String id);
}
