// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin's documents of schema 1; those of another one are neither read nor touched. Thread-safe. */
final class Documents {
    private static final Logger LOG = LoggerFactory.getLogger(Documents.class);
    private static final int SCHEMA = 1;

    private final PluginState state;
    private final Codec codec;

    Documents(PluginState state, Codec codec) {
        this.state = state;
        this.codec = codec;
    }

    /** The document of a key, unless there is none or it cannot be read. */
    <T> Optional<T> find(String key, Class<T> type) {
        return state.get(key).filter(document -> document.schema() == SCHEMA).flatMap(document -> {
            try {
                return Optional.of(codec.readKept(document.json(), type));
            } catch (JsonProcessingException unreadable) {
                LOG.warn("document {} cannot be read: {}", key, unreadable.getOriginalMessage());
                return Optional.empty();
            }
        });
    }

    /** Keeps a record; ends as a {@link Declination} if another version of the plugin has written there. */
    CompletionStage<Void> put(String key, Object document) {
        return isOthers(key)
                ? CompletableFuture.failedFuture(
                        new Declination("document " + key + " was written by another version of the plugin"))
                : state.put(key, new PluginState.Document(SCHEMA, codec.write(document)));
    }

    /** The same where a failure is no more than noted. */
    void note(String key, Object document) {
        put(key, document).whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.debug("document {} could not be kept", key, refused);
            }
        });
    }

    /** Removes one of these, if there is one. */
    CompletionStage<Void> remove(String key) {
        return isOthers(key) ? CompletableFuture.completedFuture(null) : state.remove(key);
    }

    /** The same where a failure is no more than noted. */
    void forget(String key) {
        remove(key).whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.debug("document {} could not be removed", key, refused);
            }
        });
    }

    /** What follows a prefix in the keys that begin so, in their order. */
    List<String> under(String prefix) {
        return state.keys().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    boolean isTrial() {
        return state.isTrial();
    }

    boolean isServing() {
        return state.isServing();
    }

    private boolean isOthers(String key) {
        return state.get(key).filter(document -> document.schema() != SCHEMA).isPresent();
    }
}
