// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task as it stands. An immutable snapshot.
 *
 * @param id unique; starts with the two hexadecimal digits of its shard
 * @param spec what was asked for, with names in {@code dependsOn} resolved to ids
 * @param state where it is
 * @param cause why it is there, in words
 * @param submittedAt when it was accepted
 * @param since when it came into this state
 * @param waitingFor ids of the tasks that must still complete first
 * @param notBefore earliest next start while queued, or null
 * @param attempts every attempt so far, oldest first
 * @param progress the last word of its agent, or null
 * @param prompt what its agent wants to know while {@link TaskState#INPUT_REQUIRED}, or null
 * @param answer the last answer to a prompt, JSON text, or null
 * @param result JSON text, once completed
 * @param error why it did not complete, once it has ended otherwise
 */
public record Task(
        String id,
        TaskSpec spec,
        TaskState state,
        String cause,
        Instant submittedAt,
        Instant since,
        Set<String> waitingFor,
        @Nullable Instant notBefore,
        List<Attempt> attempts,
        @Nullable String progress,
        @Nullable String prompt,
        @Nullable String answer,
        @Nullable String result,
        @Nullable String error) {
    public Task {
        Objects.requireNonNull(id);
        Objects.requireNonNull(spec);
        Objects.requireNonNull(state);
        Objects.requireNonNull(cause);
        Objects.requireNonNull(submittedAt);
        Objects.requireNonNull(since);
        waitingFor = Set.copyOf(waitingFor);
        attempts = List.copyOf(attempts);
    }

    /** The fencing token of the newest attempt, 0 before the first. */
    public long token() {
        return attempts.isEmpty() ? 0 : attempts.get(attempts.size() - 1).token();
    }

    /** The attempt that an agent holds now, if any. */
    public Optional<Attempt> currentAttempt() {
        return state.isHeld() ? Optional.of(attempts.get(attempts.size() - 1)) : Optional.empty();
    }

    /** The shard that the task belongs to. */
    public int shard() {
        return Integer.parseInt(id, 0, 2, 16);
    }
}
