// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.Refusal;
import io.skep.api.task.Attempt;
import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the participants: each gets a task of its own. Every step may be done again: a question that was asked is found by
 * its key. Thread-safe.
 */
final class Panel {
    /** How the keys of questions begin. */
    static final String KEY = "thinking/";

    private static final Logger LOG = LoggerFactory.getLogger(Panel.class);
    /** Until then a question waits to be sent to its participant; afterwards any agent may take it. */
    private static final Duration SENDING = Duration.ofSeconds(1);

    /** How often a question is tried. */
    static final int ATTEMPTS = 2;

    private final TaskService tasks;

    Panel(TaskService tasks) {
        this.tasks = tasks;
    }

    /**
     * Submits the questions, all at once, and sends each to its participant.
     *
     * @param about the task, if there is one
     * @return ids of the questions, in the order of the participants; ends as a refusal
     */
    CompletionStage<List<String>> ask(Thinking thinking, @Nullable Task about, Instant now) {
        List<TaskSpec> specs = new ArrayList<>();
        for (Insights.Participant participant : thinking.participants()) {
            TaskSpecBuilder spec = TaskSpec.of(thinking.question())
                    .input(about == null ? null : about.spec().input())
                    .tenant(thinking.tenant())
                    .priority(thinking.priority())
                    .parent(thinking.below() ? thinking.task() : null)
                    .notBefore(now.plus(SENDING))
                    .deadline(Instant.parse(thinking.until()))
                    .retry(new RetryPolicy(
                            ATTEMPTS, RetryPolicy.DEFAULT.initialDelay(), RetryPolicy.DEFAULT.maxDelay()))
                    .budget(budget(thinking))
                    .idempotencyKey(KEY + thinking.id() + '/' + participant.agent());
            specs.add(spec.build());
        }
        return tasks.submit(specs).thenCompose(submitted -> {
            List<String> ids = new ArrayList<>();
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < submitted.size(); i++) {
                Task question = submitted.get(i).task();
                ids.add(question.id());
                sent.add(send(question, thinking.participants().get(i).agent()));
            }
            return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                    .thenApply(done -> ids);
        });
    }

    private static @Nullable Budget budget(Thinking thinking) {
        long tokens = thinking.tokens();
        long cost = thinking.costMicros();
        return tokens == 0 && cost == 0
                ? null
                : new Budget(null, null, tokens == 0 ? null : tokens, cost == 0 ? null : cost, null, null);
    }

    /** What somebody has taken already stays with him; then the answer names who it was. */
    private CompletableFuture<?> send(Task question, String agent) {
        if (question.state() != TaskState.QUEUED) {
            return CompletableFuture.completedFuture(null);
        }
        return tasks.route(question.id(), agent)
                .handle((sent, refused) -> {
                    if (refused != null) {
                        LOG.debug("question {} could not be sent to {}", question.id(), agent, refused);
                    }
                    return null;
                })
                .toCompletableFuture();
    }

    /** The questions as they stand when all have ended, or after a while; empty for one that is not there any more. */
    CompletionStage<List<Optional<Task>>> look(Thinking thinking, Duration atMost) {
        List<CompletableFuture<Optional<Task>>> looks = new ArrayList<>();
        for (Insights.Participant participant : thinking.participants()) {
            looks.add(tasks.awaitEnd(String.valueOf(participant.task()), atMost)
                    .thenApply(Optional::of)
                    .exceptionally(Panel::goneOrFailed)
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new))
                .thenApply(done -> looks.stream().map(CompletableFuture::join).toList());
    }

    private static Optional<Task> goneOrFailed(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof Refusal refusal && refusal.reason() == Refusal.Reason.NOT_FOUND) {
            return Optional.empty();
        }
        throw new CompletionException(cause);
    }

    /** The questions are not needed any more. */
    void cancel(Thinking thinking) {
        for (Insights.Participant participant : thinking.participants()) {
            if (participant.answer().equals(Insights.LATE) && participant.task() != null) {
                tasks.cancel(participant.task(), "the thinking went on without it");
            }
        }
    }

    /** Who did it: the agent of the newest attempt, or whom it was meant for. */
    static String doneBy(Task question, String meant) {
        List<Attempt> attempts = question.attempts();
        return attempts.isEmpty() ? meant : attempts.get(attempts.size() - 1).agent();
    }

    /** Why something was refused, with the field if one is to blame. */
    static String words(Throwable failure) {
        Throwable cause = cause(failure);
        String field = cause instanceof Refusal refusal
                ? refusal.field().map(name -> name + ": ").orElse("")
                : "";
        return field + cause.getMessage();
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
