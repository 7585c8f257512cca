// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.event.Event;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An agent holds a task.
 *
 * @param startedAt when the agent began, or null if it has not
 */
record Holding(
        String task,
        String agent,
        long token,
        TaskState state,
        Instant assignedAt,
        @Nullable Instant startedAt) {

    /** What is held of the task as it stands, if anything. */
    static Optional<Holding> of(Task task) {
        Attempt attempt = task.currentAttempt().orElse(null);
        return attempt == null
                ? Optional.empty()
                : Optional.of(new Holding(
                        task.id(),
                        attempt.agent(),
                        attempt.token(),
                        task.state(),
                        attempt.assignedAt(),
                        attempt.startedAt()));
    }

    /** What the event makes of it: the same attempt in another state, or another attempt. */
    static Holding after(@Nullable Holding before, Event event, TaskState state) {
        Holding same = before != null && before.token == event.token() ? before : null;
        Instant assigned = same == null ? event.at() : same.assignedAt;
        Instant started = same == null || same.startedAt == null ? event.at() : same.startedAt;
        return new Holding(
                event.subject(),
                Objects.requireNonNullElse(event.agent(), ""),
                event.token(),
                state,
                assigned,
                state == TaskState.ASSIGNED ? null : started);
    }

    boolean isBegun() {
        return startedAt != null;
    }

    /** How long the agent has had it. */
    Duration age(Instant now) {
        return Duration.between(assignedAt, now);
    }

    /** How long the agent has worked on it, zero if it has not begun. */
    Duration worked(Instant now) {
        return startedAt == null ? Duration.ZERO : Duration.between(startedAt, now);
    }

    /** Whether both say that the same attempt is in the same state; times of the stream and of the task may differ. */
    boolean isSameAs(@Nullable Holding other) {
        return other != null && token == other.token && state == other.state && agent.equals(other.agent);
    }
}
