// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Waits for many stages without a tree of them. */
final class Gather {
    private Gather() {}

    /**
     * How one stage ended.
     *
     * @param value null if it failed
     * @param failure null if it did not
     */
    record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {}

    /** Completes, never exceptionally, when all have ended, with their outcomes in order. */
    static <T> CompletionStage<List<Outcome<T>>> all(List<? extends CompletionStage<T>> stages) {
        CompletableFuture<List<Outcome<T>>> all = new CompletableFuture<>();
        if (stages.isEmpty()) {
            all.complete(List.of());
            return all;
        }
        List<Outcome<T>> outcomes = new ArrayList<>();
        outcomes.addAll(Collections.nCopies(stages.size(), new Outcome<T>(null, null)));
        AtomicInteger left = new AtomicInteger(stages.size());
        for (int i = 0; i < stages.size(); i++) {
            int at = i;
            stages.get(i).whenComplete((value, failure) -> {
                outcomes.set(at, new Outcome<>(value, failure));
                if (left.decrementAndGet() == 0) {
                    all.complete(outcomes);
                }
            });
        }
        return all;
    }
}
