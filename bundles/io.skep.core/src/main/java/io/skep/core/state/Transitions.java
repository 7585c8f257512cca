// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.LocalProgram;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Review;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every transition of a task: pure functions of the task, what happened and when. A transition that the state does not
 * allow is a defect of the caller and throws {@link IllegalStateException}.
 */
public final class Transitions {
    private Transitions() {}

    /** A task comes into being; {@code waitingFor} are the tasks that must complete first. */
    public static Task submit(String id, TaskSpec spec, Set<String> waitingFor, Instant now) {
        TaskDraft draft = waitingFor.isEmpty()
                ? new TaskDraft(id, spec, TaskState.QUEUED, "submitted", now)
                : new TaskDraft(id, spec, TaskState.SUBMITTED, "waits for other tasks", now);
        draft.waitingFor = waitingFor;
        draft.notBefore = spec.notBefore();
        return draft.build();
    }

    /** A task that this one waits for need not be waited for any more. */
    public static Task dependencyMet(Task task, String dependency, Instant now) {
        require(task, task.state() == TaskState.SUBMITTED);
        Set<String> rest = new HashSet<>(task.waitingFor());
        rest.remove(dependency);
        TaskDraft draft = new TaskDraft(task);
        draft.waitingFor = rest;
        return (rest.isEmpty() ? draft.in(TaskState.QUEUED, "every task it waits for has ended", now) : draft).build();
    }

    /** What a dependency's end means for the task that waits for it. */
    public static Task resolve(Task task, Task dependency, Instant now) {
        TaskSpec.DependencyFailure policy = task.spec().onDependencyFailure();
        if (dependency.state() == TaskState.COMPLETED || policy == TaskSpec.DependencyFailure.RUN) {
            return dependencyMet(task, dependency.id(), now);
        }
        TaskState end = policy == TaskSpec.DependencyFailure.CANCEL ? TaskState.CANCELED : TaskState.REJECTED;
        String cause = "task " + dependency.id() + ", on which it depends, is "
                + dependency.state().wire();
        return end(task, end, cause, now);
    }

    /** An agent gets the task; {@code working} if it asked for it and so begins at once. */
    public static Task assign(Task task, String agent, boolean working, Instant now) {
        require(task, task.state() == TaskState.QUEUED);
        Attempt attempt =
                new Attempt(task.token() + 1, agent, now, working ? now : null, null, null, null, null, Usage.NONE);
        TaskDraft draft = new TaskDraft(task)
                .in(
                        working ? TaskState.WORKING : TaskState.ASSIGNED,
                        (working ? "claimed by " : "assigned to ") + agent,
                        now)
                .addAttempt(attempt);
        draft.notBefore = null;
        draft.progress = null;
        return draft.build();
    }

    /** The agent begins, in {@code program} if that is a local process. */
    public static Task start(Task task, @Nullable LocalProgram program, Instant now) {
        require(task, task.state() == TaskState.ASSIGNED);
        return new TaskDraft(task)
                .in(TaskState.WORKING, "started", now)
                .lastAttempt(a ->
                        new Attempt(a.token(), a.agent(), a.assignedAt(), now, null, null, null, program, a.usage()))
                .build();
    }

    /** The agent says how it goes. */
    public static Task progress(Task task, String line) {
        require(task, task.state().isHeld());
        TaskDraft draft = new TaskDraft(task);
        draft.progress = line;
        return draft.build();
    }

    /** The agent needs an answer. */
    public static Task requireInput(Task task, String prompt, Instant now) {
        require(task, task.state() == TaskState.WORKING);
        TaskDraft draft = new TaskDraft(task).in(TaskState.INPUT_REQUIRED, "its agent asks", now);
        draft.prompt = prompt;
        draft.answer = null;
        return draft.build();
    }

    /** The answer came. */
    public static Task answer(Task task, String answer, Instant now) {
        require(task, task.state() == TaskState.INPUT_REQUIRED);
        TaskDraft draft = new TaskDraft(task).in(TaskState.WORKING, "answered", now);
        draft.prompt = null;
        draft.answer = answer;
        return draft.build();
    }

    /** The agent is done. */
    public static Task complete(Task task, String result, Instant now) {
        require(task, task.state().isHeld());
        TaskDraft draft = closeAttempt(task, AttemptEnd.COMPLETED, null, now).in(TaskState.COMPLETED, "completed", now);
        draft.result = result;
        draft.error = null;
        return draft.build();
    }

    /** The agent is done, and its result is to be checked. */
    public static Task propose(Task task, String result, Instant now) {
        require(task, task.state().isHeld());
        TaskDraft draft = closeAttempt(task, AttemptEnd.COMPLETED, null, now)
                .in(TaskState.IN_REVIEW, "its result is being checked", now);
        draft.result = result;
        draft.error = null;
        return draft.build();
    }

    /** The result counts; {@code cause} says how it passed. */
    public static Task accept(Task task, String cause, Instant now) {
        require(task, task.state() == TaskState.IN_REVIEW);
        return new TaskDraft(task).in(TaskState.COMPLETED, cause, now).build();
    }

    /** The result is not good enough: another attempt is to do better. */
    public static Task sendBack(Task task, List<String> feedback, Instant now) {
        require(task, task.state() == TaskState.IN_REVIEW);
        Review before = review(task);
        TaskDraft draft = new TaskDraft(task);
        draft.queuedAt = null;
        draft.in(TaskState.QUEUED, "sent back: " + String.join("; ", feedback), now);
        draft.result = null;
        draft.review = new Review(before.admitted(), before.attachments(), before.sentBack() + 1, feedback);
        return draft.build();
    }

    /** The task, which waits, has passed the checks before its start; {@code cause} says how. */
    public static Task admit(Task task, Map<String, String> attachments, String cause) {
        require(task, task.state() == TaskState.QUEUED);
        Review before = review(task);
        TaskDraft draft = new TaskDraft(task);
        draft.cause = cause;
        draft.review = new Review(true, attachments, before.sentBack(), before.feedback());
        return draft.build();
    }

    private static Review review(Task task) {
        return Objects.requireNonNullElse(task.review(), Review.NONE);
    }

    /**
     * The attempt ended without a result: back to the queue, or the end of the task.
     *
     * @param jitter a random number from 0 inclusive to 1 exclusive, for the delay
     */
    public static Task endAttempt(
            Task task, AttemptEnd end, String cause, boolean retryable, double jitter, Instant now) {
        require(task, task.state().isHeld());
        TaskDraft draft = closeAttempt(task, end, cause, now);
        int counted = task.countedAttempts() + (end.isCounted() ? 1 : 0);
        if (!end.isCounted()) {
            return draft.in(TaskState.QUEUED, "again: " + cause, now).build();
        }
        if (retryable && counted < task.spec().retry().maxAttempts()) {
            draft.in(TaskState.QUEUED, "attempt " + task.token() + " failed: " + cause, now);
            draft.notBefore = now.plus(delay(task.spec().retry(), counted, jitter));
            return draft.build();
        }
        String last = retryable
                ? " (attempt " + counted + " of " + task.spec().retry().maxAttempts() + ")"
                : "";
        return ended(draft, TaskState.FAILED, cause + last, now);
    }

    /** The task ends without a result, whatever it was doing. */
    public static Task end(Task task, TaskState state, String cause, Instant now) {
        require(task, !task.state().isTerminal() && state.isTerminal() && state != TaskState.COMPLETED);
        AttemptEnd end = state == TaskState.CANCELED ? AttemptEnd.CANCELED : AttemptEnd.TIMED_OUT;
        TaskDraft draft = task.state().isHeld() ? closeAttempt(task, end, cause, now) : new TaskDraft(task);
        return ended(draft, state, cause, now);
    }

    /** Somebody wants an ended task tried again. */
    public static Task retry(Task task, Instant now) {
        require(task, task.state().isTerminal());
        TaskDraft draft = new TaskDraft(task);
        draft.queuedAt = null;
        draft.in(TaskState.QUEUED, "retried by request", now);
        draft.notBefore = null;
        draft.progress = null;
        draft.result = null;
        draft.error = null;
        draft.review = null;
        return draft.build();
    }

    /** Exponential backoff with equal jitter, as {@link RetryPolicy} states it. */
    static Duration delay(RetryPolicy retry, int failures, double jitter) {
        long initial = retry.initialDelay().toMillis();
        long max = retry.maxDelay().toMillis();
        int doublings = Math.min(failures - 1, 40);
        long ceiling = initial > max >> doublings ? max : initial << doublings;
        return Duration.ofMillis(ceiling / 2 + (long) (jitter * (ceiling - ceiling / 2.0)));
    }

    /**
     * The agent says what an attempt, which may be over, has used.
     *
     * @param total since the attempt began; less than was said before changes nothing
     */
    public static Task use(Task task, long token, Usage total) {
        return new TaskDraft(task)
                .attempt(
                        token,
                        a -> new Attempt(
                                a.token(),
                                a.agent(),
                                a.assignedAt(),
                                a.startedAt(),
                                a.endedAt(),
                                a.end(),
                                a.cause(),
                                a.program(),
                                a.usage().plus(total.since(a.usage()))))
                .build();
    }

    /** The task and its descendants have used so much of its budget. */
    public static Task spend(Task task, TreeUsage spent) {
        TaskDraft draft = new TaskDraft(task);
        draft.spent = spent;
        return draft.build();
    }

    /** The task, which waits, is for that agent or is held; or with null nobody has said any more. */
    public static Task select(Task task, @Nullable Selection selection) {
        require(task, task.state() == TaskState.QUEUED);
        TaskDraft draft = new TaskDraft(task);
        draft.selection = selection;
        return draft.build();
    }

    /** Somebody wants the task done sooner or later. */
    public static Task prioritize(Task task, int priority) {
        require(task, !task.state().isTerminal());
        TaskDraft draft = new TaskDraft(task);
        draft.spec = task.spec().toBuilder().priority(priority).build();
        return draft.build();
    }

    /** Somebody wants a quarantined task tried again, with all its attempts. */
    public static Task release(Task task, Instant now) {
        require(task, task.isQuarantined());
        TaskDraft draft = new TaskDraft(retry(task, now));
        draft.cause = "released from quarantine";
        draft.releasedAt = task.token();
        return draft.build();
    }

    private static Task ended(TaskDraft draft, TaskState state, String cause, Instant now) {
        draft.in(state, cause, now);
        draft.error = cause;
        draft.notBefore = null;
        draft.prompt = null;
        draft.result = null;
        draft.waitingFor = Set.of();
        return draft.build();
    }

    private static TaskDraft closeAttempt(Task task, AttemptEnd end, @Nullable String cause, Instant now) {
        TaskDraft draft = new TaskDraft(task)
                .lastAttempt(a -> new Attempt(
                        a.token(), a.agent(), a.assignedAt(), a.startedAt(), now, end, cause, a.program(), a.usage()));
        draft.prompt = null;
        draft.answer = null;
        return draft;
    }

    private static void require(Task task, boolean allowed) {
        if (!allowed) {
            throw new IllegalStateException(
                    "task " + task.id() + " is " + task.state().wire());
        }
    }
}
