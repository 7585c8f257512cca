// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.time.Instant;
import java.util.Objects;

/**
 * The right to a slot of an agent for a while.
 *
 * @param id what a task names to be given to the slot
 * @param agent whose slot
 * @param until when it ends by itself
 */
public record Reservation(String id, String agent, Instant until) {
    public Reservation {
        Objects.requireNonNull(id);
        Objects.requireNonNull(agent);
        Objects.requireNonNull(until);
    }
}
