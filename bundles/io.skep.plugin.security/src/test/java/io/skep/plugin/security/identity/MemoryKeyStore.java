// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import io.skep.plugin.security.identity.local.KeyStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Keeps documents in memory, and fails or waits when the test wants it. */
public final class MemoryKeyStore implements KeyStore {
    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private volatile boolean failing;
    private volatile Runnable whileLoading = () -> {};
    private volatile Executor executor = Runnable::run;

    @Override
    public Optional<String> load(String name) {
        Optional<String> read = Optional.ofNullable(documents.get(name));
        Runnable once = whileLoading;
        whileLoading = () -> {};
        once.run();
        return read;
    }

    @Override
    public CompletionStage<Void> save(String name, String json) {
        if (failing) {
            return CompletableFuture.failedStage(new IllegalStateException("the disk is full"));
        }
        return CompletableFuture.runAsync(() -> documents.put(name, json), executor);
    }

    /** Fails from now on, or no more. */
    public void failing(boolean is) {
        failing = is;
    }

    /** Saves with this executor. */
    public void on(Executor other) {
        executor = other;
    }

    /** Does something once, when a document has been read and is not answered yet. */
    public void whileLoading(Runnable something) {
        whileLoading = something;
    }

    /** All that is kept. */
    public Map<String, String> documents() {
        return documents;
    }
}
