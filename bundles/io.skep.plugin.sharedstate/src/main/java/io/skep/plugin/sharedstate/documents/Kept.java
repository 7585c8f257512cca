// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How all this is kept, schema {@value #SCHEMA}: {@code t:TENANT} is a {@link Ledger}, {@code d:TENANT:KEY} an {@link
 * Entry}, {@code l:TENANT:NAME} a {@link Lock}. A document of another schema is neither read nor written over: what concerns
 * it is declined. For one thread.
 */
final class Kept {
    static final int SCHEMA = 1;
    private static final int MAX_HEADS = 20_000;

    private final ConditionalState state;
    private final Codec codec;
    /** Of documents that were read, so that looking through many of them reads only those that are new. */
    private final Map<String, Head> heads = new HashMap<>();

    /** What orders documents. */
    record Head(Document document, long revision, boolean deleted) {}

    Kept(ConditionalState state, Codec codec) {
        this.state = state;
        this.codec = codec;
    }

    static String ledgerKey(String tenant) {
        return "t:" + tenant;
    }

    static String entryKey(String tenant, String key) {
        return "d:" + tenant + ':' + key;
    }

    static String lockKey(String tenant, String name) {
        return "l:" + tenant + ':' + name;
    }

    Optional<Document> find(String key) {
        return state.get(key);
    }

    SortedMap<String, Document> startingWith(String prefix) {
        return state.startingWith(prefix);
    }

    <T> T read(String key, Document document, Class<T> type) {
        if (document.schema() != SCHEMA) {
            throw new Declination("what is kept as " + key + " was written by a newer version of this plugin");
        }
        try {
            return codec.readKept(document.json(), type);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("what is kept as " + key + " cannot be read", damaged);
        }
    }

    Document write(Object value) {
        return new Document(SCHEMA, codec.write(value));
    }

    Head head(String key, Document document) {
        @Nullable Head known = heads.get(key);
        if (known != null && known.document().equals(document)) {
            return known;
        }
        if (heads.size() >= MAX_HEADS) {
            heads.clear();
        }
        Entry entry = read(key, document, Entry.class);
        Head head = new Head(document, entry.revision(), entry.deleted());
        heads.put(key, head);
        return head;
    }

    /** How long a value is as it is kept. */
    int chars(Object value) {
        return codec.write(value).length();
    }
}
