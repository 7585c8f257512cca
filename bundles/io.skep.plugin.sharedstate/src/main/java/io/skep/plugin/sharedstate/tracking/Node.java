// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One task of a tree as the events tell it. Immutable.
 *
 * @param id of the task
 * @param parent id of the task of which it is a part, or null for the root
 * @param dependsOn ids of the tasks that must end first
 * @param skills that it needs, sorted and joined by commas: tasks of the same skills are expected to take as long
 * @param state it is in
 * @param since when it came into it, in milliseconds since 1970
 * @param readySince since when it waits or waited for an agent; 0 before that
 * @param begunAt when its newest attempt was assigned; 0 if none lasts
 * @param agent of its newest attempt, or null
 * @param cause why it did not complete, or null
 */
record Node(
        String id,
        @Nullable String parent,
        List<String> dependsOn,
        String skills,
        TaskState state,
        long since,
        long readySince,
        long begunAt,
        @Nullable String agent,
        @Nullable String cause) {
    private static final int MAX_CAUSE = 200;

    static Node of(Task task) {
        Attempt attempt = task.currentAttempt().orElse(null);
        return new Node(
                task.id(),
                task.spec().parent(),
                task.spec().dependsOn(),
                skills(task),
                task.state(),
                task.since().toEpochMilli(),
                millis(task.queuedAt()),
                attempt == null ? 0 : attempt.assignedAt().toEpochMilli(),
                attempt == null ? null : attempt.agent(),
                causeOf(task.state(), task.cause()));
    }

    private static long millis(@Nullable Instant when) {
        return when == null ? 0 : when.toEpochMilli();
    }

    /** What tasks have in common that are expected to take as long. */
    static String skills(Task task) {
        return String.join(",", new TreeSet<>(task.spec().skills()));
    }

    /** The same after an event. */
    Node became(TaskState next, long at, @Nullable String by, String why) {
        boolean begins = next.isHeld() && !state.isHeld();
        long begun = next.isHeld() ? (begins ? at : begunAt) : 0;
        boolean again = next == TaskState.QUEUED && (state.isTerminal() || readySince == 0);
        return new Node(
                id,
                parent,
                dependsOn,
                skills,
                next,
                at,
                again ? at : readySince,
                begun,
                next.isHeld() ? by : agent,
                causeOf(next, why));
    }

    private static @Nullable String causeOf(TaskState state, String cause) {
        if (!state.isTerminal() || state == TaskState.COMPLETED) {
            return null;
        }
        return cause.length() > MAX_CAUSE ? cause.substring(0, MAX_CAUSE) : cause;
    }
}
