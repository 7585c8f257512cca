// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.Refusal;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Tells core how attempts ended, again and again while it cannot keep it, until this bundle stops. Thread-safe. */
final class Outcomes {
    private final AttemptService attempts;
    private final Retries retries;
    private final BooleanSupplier stopped;

    Outcomes(AttemptService attempts, Retries retries, BooleanSupplier stopped) {
        this.attempts = attempts;
        this.retries = retries;
        this.stopped = stopped;
    }

    /** With a result; one that core does not take fails the task, since the next would be like it. */
    CompletableFuture<Task> complete(AttemptRef attempt, String result) {
        return retries.call(
                        stopped,
                        () -> attempts.complete(List.of(new Completion(attempt, result)))
                                .get(0))
                .exceptionallyCompose(failure -> {
                    boolean unfit = Retries.isRefused(failure, Refusal.Reason.TOO_LARGE)
                            || Retries.isRefused(failure, Refusal.Reason.INVALID);
                    return unfit
                            ? fail(attempt, AttemptEnd.FAILED, "the result was refused: " + failure.getMessage(), false)
                            : CompletableFuture.failedFuture(failure);
                });
    }

    /** Without one. */
    CompletableFuture<Task> fail(AttemptRef attempt, AttemptEnd end, String error, boolean retryable) {
        return retries.call(stopped, () -> attempts.fail(attempt, end, error, retryable));
    }
}
