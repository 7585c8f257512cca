// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.Objects;

/**
 * Names an attempt, as its agent does in every call.
 *
 * @param task the task's id
 * @param token the fencing token that came with the assignment
 * @param agent the calling agent's id
 */
public record AttemptRef(String task, long token, String agent) {
    public AttemptRef {
        Objects.requireNonNull(task);
        Objects.requireNonNull(agent);
    }
}
