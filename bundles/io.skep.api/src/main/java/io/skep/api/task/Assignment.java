// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Instant;
import java.util.Objects;

/**
 * A task given to an agent.
 *
 * @param task the task, whose {@link Task#token()} is the fencing token of this assignment
 * @param leaseUntil when the attempt is lost unless a heartbeat renews it; far in the future for connected agents, whose
 *     connector answers for them
 */
public record Assignment(Task task, Instant leaseUntil) {
    public Assignment {
        Objects.requireNonNull(task);
        Objects.requireNonNull(leaseUntil);
    }
}
