// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.Refusal;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.PluginState;
import io.skep.api.plugin.StateChange;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A plugin's state that is lost with the instance: same limits, same refusals as the real one. Thread-safe. */
public final class InMemoryPluginState implements PluginState {
    private final TreeMap<String, Document> documents = new TreeMap<>();
    private long revision;
    private boolean serving = true;

    /** A state without a document. */
    public InMemoryPluginState() {}

    /** A state with these documents. */
    public InMemoryPluginState(Map<String, Document> documents) {
        this.documents.putAll(documents);
    }

    /** Every document as it stands. */
    public synchronized SortedMap<String, Document> documents() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(documents));
    }

    /** Puts other documents in the place of all, as happens to a generation that is promoted or rolled back. */
    public synchronized void become(Map<String, Document> others) {
        documents.clear();
        documents.putAll(others);
        revision++;
    }

    /** Refuses every change from now on, as it does to a generation that no longer serves. */
    public synchronized void retire() {
        serving = false;
    }

    @Override
    public synchronized SortedSet<String> keys() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(documents.keySet()));
    }

    @Override
    public synchronized Optional<Document> get(String key) {
        return Optional.ofNullable(documents.get(key));
    }

    @Override
    public synchronized CompletionStage<Void> put(String key, Document document) {
        Refusal refusal = refusal(key, document);
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        documents.put(key, document);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<Void> remove(String key) {
        if (!serving) {
            return CompletableFuture.failedFuture(retired());
        }
        documents.remove(key);
        return CompletableFuture.completedFuture(null);
    }

    /** The same documents, as several generations change them at once; of tasks there is none to delegate. */
    public ConditionalState conditional() {
        return new ConditionalState() {
            @Override
            public Optional<Document> get(String key) {
                return InMemoryPluginState.this.get(key);
            }

            @Override
            public SortedMap<String, Document> startingWith(String prefix) {
                return new TreeMap<>(documents().subMap(prefix, prefix + Character.MAX_VALUE));
            }

            @Override
            public CompletionStage<Outcome> change(StateChange change) {
                return InMemoryPluginState.this.change(change);
            }
        };
    }

    private synchronized CompletionStage<ConditionalState.Outcome> change(StateChange change) {
        StateChange.Delegation delegation = change.delegation();
        if (delegation != null) {
            return CompletableFuture.failedFuture(
                    Refusal.of(Refusal.Reason.NOT_FOUND, "there is no task " + delegation.task()));
        }
        for (Map.Entry<String, Optional<Document>> written : change.written().entrySet()) {
            Refusal refusal = serving ? null : retired();
            if (refusal == null && written.getValue().isPresent()) {
                refusal = refusal(written.getKey(), written.getValue().get());
            }
            if (refusal != null) {
                return CompletableFuture.failedFuture(refusal);
            }
        }
        for (Map.Entry<String, Optional<Document>> expected : change.expected().entrySet()) {
            if (!expected.getValue().equals(Optional.ofNullable(documents.get(expected.getKey())))) {
                return CompletableFuture.completedFuture(
                        new ConditionalState.Outcome(ConditionalState.Ending.CONFLICT, null));
            }
        }
        change.written().forEach((key, document) -> {
            documents.remove(key);
            document.ifPresent(kept -> documents.put(key, kept));
        });
        return CompletableFuture.completedFuture(new ConditionalState.Outcome(ConditionalState.Ending.DONE, null));
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    private @Nullable Refusal refusal(String key, Document document) {
        if (!serving) {
            return retired();
        }
        if (!key.matches("[A-Za-z0-9._:-]{1,200}")) {
            return Refusal.invalid("key", "a key is letters, digits, dot, underscore, hyphen and colon, at most 200");
        }
        if (document.json().length() > MAX_CHARS) {
            return Refusal.of(Refusal.Reason.TOO_LARGE, "a document has at most " + MAX_CHARS + " characters");
        }
        if (!documents.containsKey(key) && documents.size() == MAX_DOCUMENTS) {
            return Refusal.of(Refusal.Reason.TOO_LARGE, "a plugin keeps at most " + MAX_DOCUMENTS + " documents");
        }
        return null;
    }

    private static Refusal retired() {
        return Refusal.of(Refusal.Reason.CONFLICT, "this generation no longer serves");
    }
}
