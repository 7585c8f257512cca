// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.task.Attempt;
import io.skep.api.task.Review;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TreeUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A task being changed: starts as a copy of one, ends as another. Not thread-safe, lives within one transition. */
public final class TaskDraft {
    private final String id;
    TaskSpec spec;
    private final Instant submittedAt;
    TaskState state;
    String cause;
    Instant since;
    Set<String> waitingFor = Set.of();

    @Nullable
    Instant notBefore;

    List<Attempt> attempts = List.of();

    @Nullable
    String progress;

    @Nullable
    String prompt;

    @Nullable
    String answer;

    @Nullable
    String result;

    @Nullable
    String error;

    @Nullable
    Instant queuedAt;

    long releasedAt;

    @Nullable
    TreeUsage spent;

    @Nullable
    Selection selection;

    @Nullable
    Review review;

    /** A new task. */
    public TaskDraft(String id, TaskSpec spec, TaskState state, String cause, Instant now) {
        this.id = id;
        this.spec = spec;
        this.submittedAt = now;
        this.state = state;
        this.cause = cause;
        this.since = now;
        this.queuedAt = state == TaskState.QUEUED ? now : null;
        this.spent = spec.budget() == null ? null : TreeUsage.NONE;
    }

    /** A copy of {@code task}. */
    public TaskDraft(Task task) {
        id = task.id();
        spec = task.spec();
        submittedAt = task.submittedAt();
        state = task.state();
        cause = task.cause();
        since = task.since();
        waitingFor = task.waitingFor();
        notBefore = task.notBefore();
        attempts = task.attempts();
        progress = task.progress();
        prompt = task.prompt();
        answer = task.answer();
        result = task.result();
        error = task.error();
        queuedAt = task.queuedAt();
        releasedAt = task.releasedAt();
        spent = task.spent();
        selection = task.selection();
        review = task.review();
    }

    TaskDraft in(TaskState newState, String newCause, Instant now) {
        state = newState;
        cause = newCause;
        since = now;
        if (newState == TaskState.QUEUED) {
            queuedAt = queuedAt == null ? now : queuedAt;
            selection = null;
        }
        return this;
    }

    TaskDraft addAttempt(Attempt attempt) {
        List<Attempt> more = new ArrayList<>(attempts.size() + 1);
        more.addAll(attempts);
        more.add(attempt);
        attempts = List.copyOf(more);
        return this;
    }

    TaskDraft lastAttempt(UnaryOperator<Attempt> change) {
        List<Attempt> changed = new ArrayList<>(attempts);
        int last = changed.size() - 1;
        changed.set(last, change.apply(changed.get(last)));
        attempts = List.copyOf(changed);
        return this;
    }

    TaskDraft attempt(long token, UnaryOperator<Attempt> change) {
        attempts = attempts.stream()
                .map(attempt -> attempt.token() == token ? change.apply(attempt) : attempt)
                .toList();
        return this;
    }

    /** The task as it stands now. */
    public Task build() {
        return new Task(
                id,
                spec,
                state,
                cause,
                submittedAt,
                since,
                waitingFor,
                notBefore,
                attempts,
                progress,
                prompt,
                answer,
                result,
                error,
                queuedAt,
                releasedAt,
                spent,
                selection,
                review);
    }
}
