// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.PluginState;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a plugin as one generation of it sees them: the durable ones while it serves and while it ends the
 * calls that it has; a copy of its own while another one serves and it is being tried. Thread-safe.
 */
public final class GenerationState implements PluginState {
    private final Generation generation;
    private final Store store;
    private final AtomicBoolean trial;
    private final NavigableMap<String, Document> copy;

    /** The durable documents of plugins. */
    public interface Store {
        /** The documents of a plugin by key, as they are now. */
        NavigableMap<String, Document> of(String plugin);

        /** How often they have changed. */
        long revision(String plugin);

        /** Writes or, with null, removes one. */
        CompletionStage<Void> put(String plugin, String key, @Nullable Document document);

        /**
         * Whether a document may be kept.
         *
         * @throws Refusal if not
         */
        void check(String key, @Nullable Document document);
    }

    /** {@code trial}: whether another generation serves. */
    GenerationState(Generation generation, Store store, boolean trial) {
        this.generation = generation;
        this.store = store;
        this.trial = new AtomicBoolean(trial);
        this.copy = trial ? new ConcurrentSkipListMap<>(store.of(generation.name())) : Collections.emptyNavigableMap();
    }

    @Override
    public SortedSet<String> keys() {
        return new TreeSet<>(documents().keySet());
    }

    @Override
    public Optional<Document> get(String key) {
        return Optional.ofNullable(documents().get(key));
    }

    @Override
    public CompletionStage<Void> put(String key, Document document) {
        return change(key, document);
    }

    @Override
    public CompletionStage<Void> remove(String key) {
        return change(key, null);
    }

    @Override
    public long revision() {
        // One more from the moment on at which the copy is dropped.
        return isTrial() ? 0 : store.revision(generation.name()) + 1;
    }

    private CompletionStage<Void> change(String key, @Nullable Document document) {
        try {
            if (isTrial()) {
                store.check(key, document);
                return keepInCopy(key, document);
            }
            generation.checkWrites();
            return store.put(generation.name(), key, document);
        } catch (Refusal refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private CompletionStage<Void> keepInCopy(String key, @Nullable Document document) {
        if (document == null) {
            copy.remove(key);
        } else if (copy.size() < MAX_DOCUMENTS || copy.containsKey(key)) {
            copy.put(key, document);
        } else {
            throw Refusal.of(Refusal.Reason.TOO_LARGE, "a plugin keeps at most " + MAX_DOCUMENTS + " documents");
        }
        return CompletableFuture.completedFuture(null);
    }

    private NavigableMap<String, Document> documents() {
        return isTrial() ? copy : store.of(generation.name());
    }

    @Override
    public boolean isTrial() {
        if (trial.get() && generation.hasServed() && trial.compareAndSet(true, false)) {
            copy.clear();
        }
        return trial.get();
    }

    @Override
    public boolean isServing() {
        return !isTrial() && generation.writes() && generation.state() != PluginStatus.State.DRAINING;
    }
}
