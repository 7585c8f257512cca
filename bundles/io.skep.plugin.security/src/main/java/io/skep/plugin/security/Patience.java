// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.base.Declination;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * For work that may take longer than a call may: who asks is answered if it is done soon, and else told to ask again, which
 * finds the same work under way, or its result for a minute. Thread-safe; bounded.
 */
final class Patience {
    private static final int MOST = 8;
    private static final Duration RESULT = Duration.ofMinutes(1);

    private final Duration soon;
    private final Clock clock;
    private final Map<Record, Work<?>> works = new HashMap<>();

    private record Work<T>(CompletableFuture<T> result, Instant begun) {}

    Patience(Duration soon, Clock clock) {
        this.soon = soon;
        this.clock = clock;
    }

    /**
     * The result of some work, which is begun if it is not under way.
     *
     * @param question that the work answers; equal ones are the same
     * @return ends with a {@link Declination} if it takes longer
     */
    <T> CompletionStage<T> ask(Record question, Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> result = find(question, work);
        CompletableFuture<T> answer = new CompletableFuture<>();
        result.whenComplete((done, failure) -> {
            if (failure == null) {
                answer.complete(done);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        CompletableFuture<T> late = new CompletableFuture<>();
        late.completeOnTimeout(null, soon.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> answer.completeExceptionally(
                        new Declination("it takes longer and goes on; ask the same again later")));
        answer.whenComplete((done, failure) -> late.cancel(false));
        return answer;
    }

    @SuppressWarnings("unchecked") // equal questions have answers of one type
    private synchronized <T> CompletableFuture<T> find(Record question, Supplier<CompletionStage<T>> work) {
        Instant old = clock.instant().minus(RESULT);
        works.values()
                .removeIf(known -> known.result().isCompletedExceptionally()
                        || (known.result().isDone() && known.begun().isBefore(old)));
        Work<?> known = works.get(question);
        if (known != null) {
            return (CompletableFuture<T>) known.result();
        }
        if (works.size() >= MOST
                && !works.values().removeIf(other -> other.result().isDone())) {
            throw new Declination("too much is read already; come again later");
        }
        CompletableFuture<T> begun = work.get().toCompletableFuture();
        works.put(question, new Work<>(begun, clock.instant()));
        return begun;
    }
}
