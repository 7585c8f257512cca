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
 * @param result JSON text, once completed; what its agent says that it is, while {@link TaskState#IN_REVIEW}
 * @param error why it did not complete, once it has ended otherwise
 * @param queuedAt since when it waits or waited for an agent: kept over failed attempts, set anew when it is tried again
 *     by request; null before everything that it waits for has ended
 * @param releasedAt the token of the newest attempt when it was last released from quarantine: those up to it are not
 *     counted any more; 0 if it never was
 * @param spent what it and its descendants have used of its budget, or null if it has none
 * @param selection which agent it is for, or null while nobody has said
 * @param review what was said of it at checkpoints, or null for nothing
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
        @Nullable String error,
        @Nullable Instant queuedAt,
        long releasedAt,
        @Nullable TreeUsage spent,
        @Nullable Selection selection,
        @Nullable Review review) {
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

    /** Attempts that count against {@link RetryPolicy#maxAttempts()}. */
    public int countedAttempts() {
        int counted = 0;
        for (Attempt attempt : attempts) {
            AttemptEnd end = attempt.end();
            counted += end != null && end.isCounted() && attempt.token() > releasedAt ? 1 : 0;
        }
        return counted;
    }

    /**
     * Whether it failed at every one of two or more attempts that it had. Such a task is tried again only when it is
     * released, so that a retry of many does not bring it back among them.
     */
    public boolean isQuarantined() {
        int counted = countedAttempts();
        return state == TaskState.FAILED
                && counted > 1
                && counted >= spec.retry().maxAttempts();
    }

    /** The shard that the task belongs to. */
    public int shard() {
        return Integer.parseInt(id, 0, 2, 16);
    }
}
