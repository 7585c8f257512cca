// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a plugin keeps in the store under its name: small JSON documents, each with the version of its schema. The next
 * version of the plugin starts from what the last one wrote, and after a rollback the last one finds what the next one
 * wrote: a new schema must stay readable to the version before it, and a version must leave documents alone whose schema
 * it does not know. Thread-safe; reads answer from memory.
 *
 * <p>There is one writer, the generation that serves. A generation that is being tried (warmed up, or with a share of the
 * calls) reads and writes a copy of its own, which is dropped when it is promoted or rolled back: read again what was
 * kept in fields when {@link #revision()} has changed.
 */
@ProviderType
public interface PluginState {
    /** The longest document in characters. */
    int MAX_CHARS = 256 << 10;

    /** How many documents a plugin may keep. */
    int MAX_DOCUMENTS = 10_000;

    /**
     * A document.
     *
     * @param schema the version of its schema, from 1
     * @param json its text
     */
    record Document(int schema, String json) {
        public Document {
            if (schema < 1) {
                throw new IllegalArgumentException("schema " + schema + " is not positive");
            }
            java.util.Objects.requireNonNull(json);
        }
    }

    /** The keys of all documents. */
    SortedSet<String> keys();

    /** The document of a key. */
    Optional<Document> get(String key);

    /**
     * Keeps a document in place of the one before.
     *
     * @param key letters, digits, dot, underscore, hyphen and colon, at most 200
     * @return completes when it is durable (for a generation that is being tried: at once); ends with a {@link
     *     io.skep.api.Refusal} when it is too large, there are too many, or the generation no longer serves
     */
    CompletionStage<Void> put(String key, Document document);

    /** Removes a document, if there is one; completes and ends like {@link #put}. */
    CompletionStage<Void> remove(String key);

    /** Grows whenever what can be read may have changed without this generation's doing. */
    long revision();

    /** Whether this generation is being tried while another one serves. */
    default boolean isTrial() {
        return false;
    }

    /**
     * Whether this generation serves, or is about to as the only one: neither while it is tried, nor once another one has
     * taken its place. What a plugin does by itself, and not because a call asks for it, it does only while this is so, or
     * two generations would do it side by side.
     */
    default boolean isServing() {
        return true;
    }
}
