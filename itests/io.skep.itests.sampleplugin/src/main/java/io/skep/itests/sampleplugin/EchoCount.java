// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.sampleplugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.api.plugin.PluginState;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts echoes in the store, in batches: what is not yet a full batch when a version goes is not counted. Schema 1 is
 * {@code {"echoes":n}}; from 2 on there is {@code characters} too, which version 1 need not know to read it. A document
 * of a newer schema is read and left as it is. Thread-safe.
 */
final class EchoCount {
    static final String KEY = "echoes";

    /** Echoes between two writes. */
    static final int BATCH = 100;

    /** What was counted. */
    record Totals(long echoes, long characters) {
        static final Totals NONE = new Totals(0, 0);

        Totals plus(long moreEchoes, long moreCharacters) {
            return new Totals(echoes + moreEchoes, characters + moreCharacters);
        }
    }

    private final PluginState state;
    private final int schema;
    private final ObjectMapper json;
    private final LongAdder echoes = new LongAdder();
    private final LongAdder characters = new LongAdder();
    private final AtomicBoolean writing = new AtomicBoolean();

    EchoCount(PluginState state, int schema, ObjectMapper json) {
        this.state = state;
        this.schema = schema;
        this.json = json;
    }

    void add(int length) {
        characters.add(length);
        echoes.increment();
        if (echoes.sum() >= BATCH && writing.compareAndSet(false, true)) {
            write();
        }
    }

    /** What is kept and what is still to be. */
    Totals totals() {
        return read(state.get(KEY)).plus(echoes.sum(), characters.sum());
    }

    /** Adds what was counted to what is kept: always to what is there now, which another generation may have written. */
    private void write() {
        Optional<PluginState.Document> kept = state.get(KEY);
        if (kept.isPresent() && kept.get().schema() > schema) {
            writing.set(false);
            return;
        }
        long newEchoes = echoes.sumThenReset();
        long newCharacters = characters.sumThenReset();
        String text = text(read(kept).plus(newEchoes, newCharacters));
        state.put(KEY, new PluginState.Document(schema, text)).whenComplete((done, failure) -> {
            if (failure != null) {
                echoes.add(newEchoes);
                characters.add(newCharacters);
            }
            writing.set(false);
        });
    }

    private String text(Totals totals) {
        ObjectNode document = json.createObjectNode().put(KEY, totals.echoes());
        return schema < 2
                ? document.toString()
                : document.put("characters", totals.characters()).toString();
    }

    private Totals read(Optional<PluginState.Document> kept) {
        if (kept.isEmpty()) {
            return Totals.NONE;
        }
        try {
            JsonNode document = json.readTree(kept.get().json());
            return new Totals(
                    document.path(KEY).asLong(), document.path("characters").asLong());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the document " + KEY + " is not JSON", e);
        }
    }
}
