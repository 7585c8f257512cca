// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.Refusal;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The documents that a plugin's generations change at once, as one of them sees these. Thread-safe. */
public final class GenerationDocuments implements ConditionalState {
    private final Generation generation;
    private final Store store;

    /** The durable documents of plugins. */
    public interface Store {
        /** The documents of a plugin by key, as they are now. */
        NavigableMap<String, Document> of(String plugin);

        /** As {@link ConditionalState#change}, whoever asks. */
        CompletionStage<Outcome> change(String plugin, StateChange change);
    }

    /** Of that generation's plugin. */
    public GenerationDocuments(Generation generation, Store store) {
        this.generation = generation;
        this.store = store;
    }

    @Override
    public Optional<Document> get(String key) {
        return Optional.ofNullable(store.of(generation.name()).get(key));
    }

    @Override
    public SortedMap<String, Document> startingWith(String prefix) {
        return Collections.unmodifiableSortedMap(
                new TreeMap<>(store.of(generation.name()).subMap(prefix, prefix + Character.MAX_VALUE)));
    }

    @Override
    public CompletionStage<Outcome> change(StateChange change) {
        try {
            generation.checkWrites();
            return store.change(generation.name(), change);
        } catch (Refusal refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
