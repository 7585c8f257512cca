// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import java.time.Instant;
import java.util.Objects;

/**
 * The durable part of an agent. What a restart forgets (lease, load, connection) is not in it.
 *
 * @param connected whether a connector drives it
 * @param secretHash hexadecimal SHA-256 of its bearer token, empty for a connected one
 */
public record AgentRecord(
        AgentSpec spec,
        boolean connected,
        AgentState state,
        String cause,
        Instant since,
        Instant registeredAt,
        String secretHash) {
    public AgentRecord {
        Objects.requireNonNull(spec);
        Objects.requireNonNull(state);
        Objects.requireNonNull(cause);
        Objects.requireNonNull(since);
        Objects.requireNonNull(registeredAt);
        Objects.requireNonNull(secretHash);
    }

    /** {@link AgentSpec#id()}. */
    public String id() {
        return spec.id();
    }

    /** This agent in another state. */
    public AgentRecord in(AgentState newState, String newCause, Instant now) {
        return new AgentRecord(spec, connected, newState, newCause, now, registeredAt, secretHash);
    }
}
