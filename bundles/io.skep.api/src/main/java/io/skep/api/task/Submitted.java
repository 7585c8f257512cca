// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.Objects;

/**
 * The answer to one submitted task.
 *
 * @param task the task
 * @param duplicate true if its idempotency key was known, and nothing was created
 */
public record Submitted(Task task, boolean duplicate) {
    public Submitted {
        Objects.requireNonNull(task);
    }
}
