// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Says something to core until it is answered: a full disk or a busy moment must not lose an outcome. Thread-safe. */
final class Retries {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Workers workers;

    Retries(Workers workers) {
        this.workers = workers;
    }

    /**
     * Calls, and calls again as long as the answer is a refusal that may pass.
     *
     * @param stop whether nobody is interested any more; then the refusal is passed on
     * @return ends with the exception itself, never wrapped
     */
    <T> CompletableFuture<T> call(BooleanSupplier stop, Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        attempt(stop, call, answer);
        return answer;
    }

    private <T> void attempt(BooleanSupplier stop, Supplier<CompletionStage<T>> call, CompletableFuture<T> answer) {
        // A throw of the call itself ends the stage like any other failure.
        CompletableFuture.completedFuture(call).thenCompose(Supplier::get).whenComplete((value, thrown) -> {
            if (thrown == null) {
                answer.complete(value);
                return;
            }
            Throwable failure = cause(thrown);
            if (failure instanceof Refusal refusal && mayPass(refusal) && !stop.getAsBoolean()) {
                workers.later(refusal.retryAfter().orElse(PAUSE), () -> attempt(stop, call, answer));
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }

    /** Whether core refused for that reason. */
    static boolean isRefused(Throwable failure, Refusal.Reason reason) {
        return cause(failure) instanceof Refusal refusal && refusal.reason() == reason;
    }

    /** Whether core refused and may not do so later. */
    static boolean mayPass(Throwable failure) {
        return cause(failure) instanceof Refusal refusal && refusal.reason().isRetryable();
    }

    /** What lies behind the wrapping of stages. */
    static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
