// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.plugin.ConditionalState.Ending;
import io.skep.api.plugin.ConditionalState.Outcome;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.api.plugin.StateChange.Delegation;
import io.skep.api.task.Task;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Turn;
import io.skep.core.plugin.GenerationDocuments;
import io.skep.core.state.StateDocument;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Changes of plugins' documents under conditions, each a command to the engine. Thread-safe. */
public final class ConditionalDocuments implements GenerationDocuments.Store {
    private final Engine engine;
    private final Documents documents;

    /** Over an engine and its documents. */
    public ConditionalDocuments(Engine engine, Documents documents) {
        this.engine = engine;
        this.documents = documents;
    }

    @Override
    public NavigableMap<String, Document> of(String plugin) {
        return documents.of(plugin);
    }

    @Override
    public CompletionStage<Outcome> change(String plugin, StateChange change) {
        return Tasks.refusing(() -> {
            change.written().forEach((key, document) -> documents.check(key, document.orElse(null)));
            return engine.ask(turn -> decide(turn, plugin, change));
        });
    }

    private static Outcome decide(Turn turn, String plugin, StateChange change) {
        Delegation delegation = change.delegation();
        Task task = delegation == null ? null : turn.state().task(delegation.task());
        if (task != null && Sending.isDelegated(task)) {
            return new Outcome(Ending.DELEGATED, task);
        }
        if (!holds(turn.state().shardOfPlugin(plugin).documents(plugin), change)) {
            return new Outcome(Ending.CONFLICT, null);
        }
        Documents.requireRoom(turn, plugin, change.written());
        if (delegation != null && task != null) {
            Sending.requireDelegable(turn, task, delegation);
            turn.keepTogether();
        }
        // Nothing refuses from here on: a turn has all of it or nothing.
        change.written().forEach((key, document) -> turn.put(new StateDocument(plugin, key, document.orElse(null))));
        return new Outcome(Ending.DONE, delegated(turn, task, delegation));
    }

    private static @Nullable Task delegated(Turn turn, @Nullable Task task, @Nullable Delegation delegation) {
        return task == null || delegation == null ? null : Sending.delegate(turn, task, delegation);
    }

    private static boolean holds(Map<String, Document> present, StateChange change) {
        return change.expected().entrySet().stream()
                .allMatch(entry ->
                        Optional.ofNullable(present.get(entry.getKey())).equals(entry.getValue()));
    }
}
