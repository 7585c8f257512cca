// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Threads that run a network beside the one on the caller's thread. There are so many at most; when all are busy, or after
 * the end, the caller runs it itself: nothing waits in a queue. One without work ends after a while. Thread-safe.
 */
final class Helpers {
    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    Helpers(int most) {
        this.threads = new ThreadPoolExecutor(
                0,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "skep-embedding-helper");
                    thread.setDaemon(true);
                    // An ended thread that somebody remembers, as class loaders do, shall not keep this bundle.
                    thread.setContextClassLoader(null);
                    return thread;
                },
                (task, full) -> task.run());
    }

    <T> CompletableFuture<T> run(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, threads);
    }

    /** What it gave, or the exception that it ended with. An interrupt does not end the waiting: native code reads still. */
    static <T> T result(CompletableFuture<T> of) {
        try {
            return of.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Waits for its end, however it ends. */
    static void await(CompletableFuture<?> of) {
        of.handle((result, failure) -> 0).join();
    }

    void close() {
        threads.shutdown();
    }
}
