// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Reads of the store, which block, on an executor that refuses what does not fit. */
public final class Reads {
    private Reads() {}

    /** What {@code read} gives; ends as busy if too many reads wait already. */
    public static <T> CompletableFuture<T> on(Executor readers, Supplier<T> read) {
        try {
            return CompletableFuture.supplyAsync(read, readers);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(busy());
        }
    }

    static Refusal busy() {
        return Refusal.retryLater(Refusal.Reason.BUSY, "too many reads of the store wait", Duration.ofSeconds(1));
    }
}
