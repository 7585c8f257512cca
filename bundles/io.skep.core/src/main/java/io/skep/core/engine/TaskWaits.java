// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Those who wait for tasks to end. Thread-safe. */
public final class TaskWaits {
    private final Map<String, Set<Wait>> waits = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int max;

    /** Equal to itself only. */
    private static final class Wait {
        private final CompletableFuture<@Nullable Task> end;

        Wait(CompletableFuture<@Nullable Task> end) {
            this.end = end;
        }
    }

    TaskWaits(int max) {
        this.max = max;
    }

    /**
     * Waits for a task to end.
     *
     * @param current reads the task as it stands
     * @param durable completes when what is in memory now is durable
     * @return the task when it has ended, or as it stands after that time
     */
    public CompletableFuture<Task> await(
            String id, Duration atMost, Supplier<@Nullable Task> current, Supplier<CompletableFuture<?>> durable) {
        if (waiting.incrementAndGet() > max) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(Refusal.retryLater(
                    Refusal.Reason.BUSY, max + " waits for the end of a task already", Duration.ofSeconds(1)));
        }
        Wait wait = new Wait(new CompletableFuture<>());
        waits.compute(id, (i, set) -> {
            Set<Wait> all = set == null ? ConcurrentHashMap.newKeySet() : set;
            all.add(wait);
            return all;
        });
        Task now = current.get();
        if (now != null && now.state().isTerminal()) {
            durable.get().whenComplete((done, failure) -> {
                if (failure == null) {
                    wait.end.complete(now);
                } else {
                    wait.end.completeExceptionally(failure);
                }
            });
        }
        return wait.end
                .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((ended, failure) -> forget(id, wait))
                .thenApply(ended -> {
                    Task last = ended == null ? current.get() : ended;
                    if (last == null) {
                        throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no task " + id);
                    }
                    return last;
                });
    }

    void ended(List<Turn.Logged> logged) {
        if (waits.isEmpty()) {
            return;
        }
        for (Turn.Logged entry : logged) {
            Task task = entry.change().task();
            if (task != null && task.state().isTerminal()) {
                waits.getOrDefault(task.id(), Set.of()).forEach(wait -> wait.end.complete(task));
            }
        }
    }

    private void forget(String id, Wait wait) {
        waiting.decrementAndGet();
        waits.computeIfPresent(id, (i, set) -> {
            set.remove(wait);
            return set.isEmpty() ? null : set;
        });
    }
}
