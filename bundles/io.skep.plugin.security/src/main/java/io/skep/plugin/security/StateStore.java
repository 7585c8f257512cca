// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Declination;
import io.skep.plugin.security.identity.local.KeyStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Identities among the plugin's documents, so that the next version finds them. Thread-safe. */
final class StateStore implements KeyStore {
    private static final int SCHEMA = 1;
    private static final String PREFIX = "identity-";

    private final PluginState state;
    private volatile @Nullable String unknown;

    StateStore(PluginState state) {
        this.state = state;
    }

    /** Why nobody can be let in by what is kept, or null: a document that only another version can read may revoke anything. */
    @Nullable
    String trouble() {
        String key = unknown;
        return key == null ? null : trouble(key);
    }

    private static String trouble(String key) {
        return "the document " + key + " has a schema that this version does not know";
    }

    @Override
    public Optional<String> load(String name) {
        Optional<PluginState.Document> document = state.get(PREFIX + name);
        if (document.isPresent() && document.get().schema() != SCHEMA) {
            unknown = PREFIX + name;
            return Optional.empty();
        }
        return document.map(PluginState.Document::json);
    }

    @Override
    public CompletionStage<Void> save(String name, String json) {
        Optional<PluginState.Document> before = state.get(PREFIX + name);
        if (before.isPresent() && before.get().schema() != SCHEMA) {
            return CompletableFuture.failedFuture(new Declination(trouble(PREFIX + name)));
        }
        return state.put(PREFIX + name, new PluginState.Document(SCHEMA, json));
    }
}
