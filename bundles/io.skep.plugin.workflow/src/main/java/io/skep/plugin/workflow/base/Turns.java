// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Lets asynchronous work happen one after the other, in the order in which it came, without a lock. Thread-safe. */
public final class Turns {
    private final AtomicReference<CompletableFuture<Void>> last =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    /** Begins when everything before has ended, however that was; ends as the work does. */
    public <T> CompletableFuture<T> next(Supplier<CompletionStage<T>> work) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        CompletableFuture<Void> before = last.getAndSet(over);
        CompletableFuture<T> mine = before.thenCompose(ready -> work.get());
        mine.whenComplete((done, failed) -> over.complete(null));
        return mine.copy();
    }
}
