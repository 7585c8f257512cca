// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task as the projection keeps it: the columns that are searched, and the task itself as opaque bytes.
 *
 * @param id the task's id
 * @param tenant whose
 * @param state {@link io.skep.api.task.TaskState#wire()}
 * @param agent the agent of the newest attempt, or null
 * @param text name and description
 * @param submittedAtMillis milliseconds since 1970 UTC
 * @param endedAtMillis the same for its end, or null if it has not ended
 * @param idempotencyKey or null
 * @param body the encoded task, not to be changed
 */
public record TaskRow(
        String id,
        String tenant,
        String state,
        @Nullable String agent,
        String text,
        long submittedAtMillis,
        @Nullable Long endedAtMillis,
        @Nullable String idempotencyKey,
        byte[] body) {
    public TaskRow {
        Objects.requireNonNull(id);
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(state);
        Objects.requireNonNull(text);
        Objects.requireNonNull(body);
    }
}
