// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.plugin.PluginState;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Turn;
import io.skep.core.plugin.GenerationState;
import io.skep.core.state.StateDocument;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The durable documents of plugins. Thread-safe; reads answer from memory. */
public final class Documents implements GenerationState.Store {
    private static final long MAX_TOTAL_CHARS = 16L << 20;

    private final Engine engine;
    private final Map<String, AtomicLong> revisions = new ConcurrentHashMap<>();

    /** Over an engine. */
    public Documents(Engine engine) {
        this.engine = engine;
    }

    @Override
    public NavigableMap<String, PluginState.Document> of(String plugin) {
        return engine.state().shardOfPlugin(plugin).documents(plugin);
    }

    @Override
    public long revision(String plugin) {
        AtomicLong count = revisions.get(plugin);
        return count == null ? 0 : count.get();
    }

    @Override
    public CompletionStage<Void> put(String plugin, String key, PluginState.@Nullable Document document) {
        return Tasks.refusing(() -> {
            check(key, document);
            return engine.ask(turn -> decide(turn, new StateDocument(plugin, key, document)))
                    .thenAccept(done -> revisions
                            .computeIfAbsent(plugin, p -> new AtomicLong())
                            .incrementAndGet());
        });
    }

    @Override
    public void check(String key, PluginState.@Nullable Document document) {
        if (!key.matches("[A-Za-z0-9._-]{1,128}")) {
            throw Refusal.invalid("key", "a key has 1 to 128 letters, digits, dots, underscores and hyphens");
        }
        if (document != null && document.json().length() > PluginState.MAX_CHARS) {
            throw Refusal.of(
                    Refusal.Reason.TOO_LARGE,
                    "document",
                    "a document has at most " + PluginState.MAX_CHARS + " characters, not "
                            + document.json().length());
        }
    }

    private static boolean decide(Turn turn, StateDocument change) {
        Map<String, PluginState.Document> present =
                turn.state().shardOfPlugin(change.plugin()).documents(change.plugin());
        PluginState.Document document = change.document();
        if (document == null) {
            if (present.containsKey(change.key())) {
                turn.put(change);
            }
            return true;
        }
        if (!present.containsKey(change.key()) && present.size() >= PluginState.MAX_DOCUMENTS) {
            throw Refusal.of(
                    Refusal.Reason.TOO_LARGE, "a plugin keeps at most " + PluginState.MAX_DOCUMENTS + " documents");
        }
        long chars = document.json().length();
        for (Map.Entry<String, PluginState.Document> other : present.entrySet()) {
            chars += other.getKey().equals(change.key())
                    ? 0
                    : other.getValue().json().length();
        }
        if (chars > MAX_TOTAL_CHARS) {
            throw Refusal.of(
                    Refusal.Reason.TOO_LARGE,
                    "the documents of a plugin have at most " + MAX_TOTAL_CHARS + " characters together");
        }
        turn.put(change);
        return true;
    }
}
