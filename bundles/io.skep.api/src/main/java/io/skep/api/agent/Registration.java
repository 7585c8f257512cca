// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.util.Objects;

/**
 * The answer to a registration.
 *
 * @param agent the agent
 * @param secret its bearer token, told this once and stored only as a hash
 */
public record Registration(Agent agent, String secret) {
    public Registration {
        Objects.requireNonNull(agent);
        Objects.requireNonNull(secret);
    }

    /** Without the secret, so that it does not reach a log. */
    @Override
    public String toString() {
        return "Registration[" + agent.id() + "]";
    }
}
