// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server of those that share a store, as the store's own clock and rows show it: an immutable snapshot.
 *
 * @param id names it among those of its store
 * @param url where the others reach its HTTP interface, without a path; null if it does not say
 * @param role what it does
 * @param version of the product
 * @param protocol number of the way in which servers hand calls on to each other; those with another one do not
 * @param since when it came
 * @param age how long that is ago
 * @param heardUntil until when it counts as there unless it is heard of again; null if it is the only one
 * @param servesUntil until when it serves unless it renews that; null if it does not serve, or is the only one
 */
public record ClusterNode(
        String id,
        @Nullable String url,
        Role role,
        String version,
        int protocol,
        Instant since,
        Duration age,
        @Nullable Instant heardUntil,
        @Nullable Instant servesUntil) {
    /** What a server does. */
    public enum Role {
        /** It has the shards, and carries calls out. */
        SERVING,
        /** It takes calls for the one that serves, and takes its place when that one goes. */
        EDGE,
        /** It has the shards, and is about to let them go. */
        DRAINING,
        /** It takes calls for the one that serves, and does not take its place. */
        DRAINED,
        /** It has not been heard of in time. */
        SILENT;

        /** The name at the edges, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ClusterNode {
        Objects.requireNonNull(id);
        Objects.requireNonNull(role);
        Objects.requireNonNull(version);
        Objects.requireNonNull(since);
        Objects.requireNonNull(age);
    }

    /** Whether it has the shards. */
    public boolean isServing() {
        return role == Role.SERVING || role == Role.DRAINING;
    }
}
