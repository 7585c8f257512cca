// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a service answers, for a bounded time, and turns every other ending into one line. */
final class Answer {
    /** How long a command waits for an answer that should come at once. */
    static final Duration PROMPTLY = Duration.ofSeconds(10);

    private Answer() {}

    static <T> T of(CompletionStage<T> stage) throws CommandFailed, InterruptedException {
        return within(PROMPTLY, stage);
    }

    static <T> T within(Duration atMost, CompletionStage<T> stage) throws CommandFailed, InterruptedException {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            return future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailed(reason(e));
        } catch (TimeoutException e) {
            throw new CommandFailed("no answer within " + atMost.toMillis() + " ms; whether it was done is unknown");
        }
    }

    /** What was looked for by id. */
    static <T> T found(Optional<T> value, String kind, String id) throws CommandFailed {
        if (value.isEmpty()) {
            throw new CommandFailed("no " + kind + " " + id);
        }
        return value.get();
    }

    /** What was looked for by name, where there may be several. */
    static <T> List<T> some(List<T> values, String kind, String name) throws CommandFailed {
        if (values.isEmpty()) {
            throw new CommandFailed("no " + kind + " " + name);
        }
        return values;
    }

    private static String reason(ExecutionException e) {
        if (e.getCause() instanceof Refusal refusal) {
            return refusal.field().map(field -> field + ": ").orElse("") + refusal.getMessage();
        }
        return String.valueOf(e.getCause());
    }
}
