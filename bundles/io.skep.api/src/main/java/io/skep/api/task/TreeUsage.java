// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a task with a {@link Budget} and its descendants have used up so far. Immutable.
 *
 * @param attempts begun at all of them
 * @param descendants below the task, ended ones included
 * @param usage reported by the agents of all of them
 * @param startedAt when the first attempt began, or null
 */
public record TreeUsage(
        int attempts,
        int descendants,
        Usage usage,
        @Nullable Instant startedAt) {
    /** Nothing. */
    public static final TreeUsage NONE = new TreeUsage(0, 0, Usage.NONE, null);

    public TreeUsage {
        Objects.requireNonNull(usage);
    }
}
