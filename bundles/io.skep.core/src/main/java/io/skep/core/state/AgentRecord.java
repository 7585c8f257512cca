// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The durable part of an agent. What a restart forgets (lease, load, connection) is not in it.
 *
 * @param connected whether a connector drives it
 * @param secretHash hexadecimal SHA-256 of its bearer token, empty for a connected one
 * @param formers versions that were replaced while they held attempts, oldest first
 */
public record AgentRecord(
        AgentSpec spec,
        boolean connected,
        AgentState state,
        String cause,
        Instant since,
        Instant registeredAt,
        String secretHash,
        List<Former> formers) {
    public AgentRecord {
        Objects.requireNonNull(spec);
        Objects.requireNonNull(state);
        Objects.requireNonNull(cause);
        Objects.requireNonNull(since);
        Objects.requireNonNull(registeredAt);
        Objects.requireNonNull(secretHash);
        formers = List.copyOf(formers);
    }

    /**
     * A version that ends what it holds and gets nothing more.
     *
     * @param version {@link AgentSpec#version()}
     * @param secretHash of its bearer token
     * @param until attempts that were assigned until then are its own
     */
    public record Former(String version, String secretHash, Instant until) {
        public Former {
            Objects.requireNonNull(version);
            Objects.requireNonNull(secretHash);
            Objects.requireNonNull(until);
        }
    }

    /** {@link AgentSpec#id()}. */
    public String id() {
        return spec.id();
    }

    /** Whether an attempt that was assigned then belongs to a version that was replaced since. */
    public boolean isFormers(Instant assignedAt) {
        return !formers.isEmpty()
                && !assignedAt.isAfter(formers.get(formers.size() - 1).until());
    }

    /**
     * Those that still hold attempts.
     *
     * @param formers oldest first
     * @param assignedAt when the attempts that the agent holds were assigned
     */
    public static List<Former> holding(List<Former> formers, List<Instant> assignedAt) {
        List<Former> holding = new ArrayList<>();
        Instant from = Instant.MIN;
        for (Former former : formers) {
            Instant after = from;
            if (assignedAt.stream().anyMatch(at -> at.isAfter(after) && !at.isAfter(former.until()))) {
                holding.add(former);
            }
            from = former.until();
        }
        return holding;
    }

    /** This agent with other versions that drain. */
    public AgentRecord with(List<Former> others) {
        return new AgentRecord(spec, connected, state, cause, since, registeredAt, secretHash, others);
    }

    /** This agent in another state. */
    public AgentRecord in(AgentState newState, String newCause, Instant now) {
        return new AgentRecord(spec, connected, newState, newCause, now, registeredAt, secretHash, formers);
    }
}
