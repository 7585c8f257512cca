// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The answer to an agent's heartbeat.
 *
 * @param agent the agent as it stands
 * @param leaseUntil when the next one is due at the latest
 * @param commands what the agent is told; each is told again until the attempt it is about has ended
 */
public record Heartbeat(Agent agent, Instant leaseUntil, List<AgentCommand> commands) {
    public Heartbeat {
        Objects.requireNonNull(agent);
        Objects.requireNonNull(leaseUntil);
        commands = List.copyOf(commands);
    }
}
