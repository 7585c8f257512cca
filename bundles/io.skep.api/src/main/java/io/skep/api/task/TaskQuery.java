// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list, newest submission first. A null or empty criterion does not restrict.
 *
 * @param states any of these
 * @param agent id of the agent of the newest attempt
 * @param tenant exactly this
 * @param text contained in name or description, ignoring the case of ASCII letters
 * @param submittedFrom not before
 * @param submittedTo before
 * @param limit at most so many, 1 to 1,000
 * @param cursor {@link io.skep.api.Page#next()} of the page before, or null
 */
public record TaskQuery(
        Set<TaskState> states,
        @Nullable String agent,
        @Nullable String tenant,
        @Nullable String text,
        @Nullable Instant submittedFrom,
        @Nullable Instant submittedTo,
        int limit,
        @Nullable String cursor) {
    /** The largest {@link #limit}. */
    public static final int MAX_LIMIT = 1000;

    public TaskQuery {
        states = Set.copyOf(states);
    }

    /** The newest {@code limit} tasks of any kind. */
    public static TaskQuery newest(int limit) {
        return new TaskQuery(Set.of(), null, null, null, null, null, limit, null);
    }
}
