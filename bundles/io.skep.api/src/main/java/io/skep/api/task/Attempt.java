// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import io.skep.api.LocalProgram;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One try of one agent at one task. Immutable.
 *
 * @param token the fencing token: the number of the attempt, strictly growing per task from 1
 * @param agent the id of the agent
 * @param assignedAt when it was given to the agent
 * @param startedAt when the agent began, or null
 * @param endedAt when it ended, or null while it lasts
 * @param end how it ended, or null while it lasts
 * @param cause the end in words, or null
 * @param program the local process that does the work, recorded before it runs, or null for remote agents
 * @param usage what it has used so far, as its agent says
 */
public record Attempt(
        long token,
        String agent,
        Instant assignedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable AttemptEnd end,
        @Nullable String cause,
        @Nullable LocalProgram program,
        Usage usage) {
    public Attempt {
        Objects.requireNonNull(usage);
        Objects.requireNonNull(agent);
        Objects.requireNonNull(assignedAt);
    }
}
