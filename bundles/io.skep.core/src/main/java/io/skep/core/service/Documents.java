// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.plugin.PluginState;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Turn;
import io.skep.core.plugin.GenerationState;
import io.skep.core.state.Shard;
import io.skep.core.state.StateDocument;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
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
        if (!key.matches("[A-Za-z0-9._:-]{1,200}")) {
            throw Refusal.invalid("key", "a key has 1 to 200 letters, digits, dots, underscores, hyphens and colons");
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
        if (change.document() != null || present.containsKey(change.key())) {
            requireRoom(turn, change.plugin(), Map.of(change.key(), Optional.ofNullable(change.document())));
            turn.put(change);
        }
        return true;
    }

    /**
     * Looks whether a plugin may keep what these documents become.
     *
     * @param written by key; empty for one that is removed
     * @throws Refusal if they would be too many, or too long together
     */
    static void requireRoom(Turn turn, String plugin, Map<String, Optional<PluginState.Document>> written) {
        Shard shard = turn.state().shardOfPlugin(plugin);
        Map<String, PluginState.Document> present = shard.documents(plugin);
        long count = present.size();
        long chars = shard.documentChars(plugin);
        boolean grows = false;
        for (Map.Entry<String, Optional<PluginState.Document>> entry : written.entrySet()) {
            PluginState.Document before = present.get(entry.getKey());
            PluginState.Document after = entry.getValue().orElse(null);
            count += (after == null ? 0 : 1) - (before == null ? 0 : 1);
            chars += length(after) - length(before);
            grows |= after != null;
        }
        if (grows && count > PluginState.MAX_DOCUMENTS) {
            throw Refusal.of(
                    Refusal.Reason.TOO_LARGE, "a plugin keeps at most " + PluginState.MAX_DOCUMENTS + " documents");
        }
        if (grows && chars > MAX_TOTAL_CHARS) {
            throw Refusal.of(
                    Refusal.Reason.TOO_LARGE,
                    "the documents of a plugin have at most " + MAX_TOTAL_CHARS + " characters together");
        }
    }

    private static long length(PluginState.@Nullable Document document) {
        return document == null ? 0 : document.json().length();
    }
}
