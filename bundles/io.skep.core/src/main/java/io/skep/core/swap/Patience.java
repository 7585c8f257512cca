// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.core.plugin.CoreThreads;
import io.skep.core.plugin.Failures;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits for code of plugins and for the framework that runs it, and not for ever: what hangs is left to itself. */
final class Patience {
    /** Threads that are in the code of bundles, given up or not; beyond that nothing new is begun. */
    private static final int MAX_THREADS = 64;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private Patience() {}

    /**
     * Does something on a thread of its own that may be given up.
     *
     * @param what it is, for the reason
     * @throws SwapFailedException if it throws or is not done in time
     */
    static <T> T give(String what, Duration atMost, Callable<T> work) throws SwapFailedException {
        CompletableFuture<T> done = new CompletableFuture<>();
        if (THREADS.incrementAndGet() > MAX_THREADS) {
            THREADS.decrementAndGet();
            throw new SwapFailedException(MAX_THREADS + " threads hang in the code of bundles; restart the server");
        }
        CoreThreads.daemon(() -> run(work, done), "skep-swap-" + what.replace(' ', '-'))
                .start();
        return await(what, atMost, done);
    }

    /**
     * Waits for a stage.
     *
     * @throws SwapFailedException if it fails or is not there in time
     */
    static <T> T await(String what, Duration atMost, CompletionStage<T> stage) throws SwapFailedException {
        try {
            return stage.toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CancellationException failed) {
            throw new SwapFailedException(what + " failed: " + Failures.describe(failed), failed);
        } catch (TimeoutException late) {
            throw new SwapFailedException(what + " took longer than " + atMost.toMillis() + " ms", late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SwapFailedException(what + " was interrupted: the server stops", stopped);
        }
    }

    // It runs code of bundles, which may throw anything; it becomes the reason.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private static <T> void run(Callable<T> work, CompletableFuture<T> done) {
        try {
            done.complete(work.call());
        } catch (Throwable failure) {
            done.completeExceptionally(failure);
        } finally {
            THREADS.decrementAndGet();
        }
    }
}
