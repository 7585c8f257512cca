// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agent as it stands. An immutable snapshot.
 *
 * @param spec what it says of itself
 * @param connected whether it is driven by a connector in this server (push); else it claims (pull)
 * @param state what it is
 * @param cause why, in words
 * @param since when it came into this state
 * @param registeredAt when it first registered
 * @param busy slots in use, counted from the attempts that it holds
 * @param reserved slots that are held free for tasks to come
 * @param leaseUntil when it counts as silent, or null for a connected one and for one that sleeps
 * @param drainingVersions versions that were replaced while they held attempts, and may end these; oldest first
 */
public record Agent(
        AgentSpec spec,
        boolean connected,
        AgentState state,
        String cause,
        Instant since,
        Instant registeredAt,
        int busy,
        int reserved,
        @Nullable Instant leaseUntil,
        List<String> drainingVersions) {
    public Agent {
        drainingVersions = List.copyOf(drainingVersions);
        Objects.requireNonNull(spec);
        Objects.requireNonNull(state);
        Objects.requireNonNull(cause);
        Objects.requireNonNull(since);
        Objects.requireNonNull(registeredAt);
    }

    /** {@link AgentSpec#id()}. */
    public String id() {
        return spec.id();
    }
}
