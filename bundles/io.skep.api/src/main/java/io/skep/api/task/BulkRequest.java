// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to do with many tasks. Immutable.
 *
 * @param action what
 * @param query which; its limit and cursor mean nothing here. A task that does not match any more when its turn comes is
 *     skipped
 * @param priority the new one for {@link Action#PRIORITIZE}, 0 to 9; of no meaning for others
 * @param reason in words, for {@link Action#CANCEL}; null for a general one
 * @param dryRun whether it is only counted what would be done
 */
public record BulkRequest(
        Action action,
        TaskQuery query,
        int priority,
        @Nullable String reason,
        boolean dryRun) {
    /** What can be done with many tasks. */
    public enum Action {
        /** {@link TaskService#cancel}; tasks that have ended are skipped. */
        CANCEL,
        /** {@link TaskService#retry}; tasks that have not ended or are quarantined are skipped. */
        RETRY,
        /** {@link TaskService#release}; tasks that are not quarantined are skipped. */
        RELEASE,
        /** Gives another priority to tasks that have not ended. */
        PRIORITIZE
    }

    public BulkRequest {
        Objects.requireNonNull(action);
        Objects.requireNonNull(query);
    }
}
