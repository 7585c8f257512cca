// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.monitoring.performance.Performance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept, as documents of schema {@value #SCHEMA}, each change of several of them as a whole together with the position
 * in the events up to which they count: what is learned from an event is so kept once, whoever dies when. A change is
 * made only if nobody else has made one since this was loaded. Another schema is neither read nor written over.
 * Thread-safe; used for changes by the follower's thread only, one at a time.
 */
final class Vault implements Performance.Source {
    static final int SCHEMA = 1;
    private static final String PLACE = "place";
    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);

    private final ConditionalState documents;
    private final Codec codec;
    private Optional<Document> place = Optional.empty();
    private long number;
    private volatile boolean busy;
    private volatile boolean lost;

    /** Up to where everything that is kept counts, and the how manieth change that is. */
    private record Place(long number, @Nullable String cursor) {}

    Vault(ConditionalState documents, Codec codec) {
        this.documents = documents;
        this.codec = codec;
    }

    /** Begins anew with what is kept now; where it counts up to, if it says so. */
    @Nullable
    EventCursor load() {
        lost = false;
        place = documents.get(PLACE);
        Place read = read(PLACE, Place.class).orElse(new Place(0, null));
        number = read.number();
        try {
            return read.cursor() == null ? null : EventCursor.parse(read.cursor());
        } catch (IllegalArgumentException strange) {
            LOG.warn("the position {} is none; what is kept counts from now on", read.cursor(), strange);
            return null;
        }
    }

    /** What is kept under a key, if it is ours. */
    @Override
    public <T> Optional<T> read(String key, Class<T> type) {
        return documents.get(key).filter(Vault::isOurs).flatMap(document -> parse(key, document, type));
    }

    /** What is kept under the keys that begin so. */
    @Override
    public <T> List<T> readAll(String prefix, Class<T> type) {
        List<T> all = new ArrayList<>();
        documents.startingWith(prefix).forEach((key, document) -> {
            if (isOurs(document)) {
                parse(key, document, type).ifPresent(all::add);
            }
        });
        return all;
    }

    private <T> Optional<T> parse(String key, Document document, Class<T> type) {
        try {
            return Optional.of(codec.readKept(document.json(), type));
        } catch (JsonProcessingException unreadable) {
            LOG.warn("the document {} cannot be read; it begins anew", key, unreadable);
            return Optional.empty();
        }
    }

    /** A change is under way, or this must be loaded first. */
    boolean isBusy() {
        return busy || lost;
    }

    /** Somebody else has changed what is kept, or no change is possible: load. */
    boolean isLost() {
        return lost;
    }

    /**
     * Makes a change; null removes a document.
     *
     * @return whether it was made; never fails
     */
    CompletionStage<Boolean> commit(Map<String, Optional<Object>> written, EventCursor at) {
        if (place.isPresent() && !isOurs(place.get())) {
            return CompletableFuture.completedFuture(false);
        }
        Document next = document(new Place(++number, at.toString()));
        Map<String, Optional<Document>> all = new HashMap<>();
        written.forEach((key, value) -> {
            if (documents.get(key).stream().allMatch(Vault::isOurs)) {
                all.put(key, value.map(this::document));
            }
        });
        all.put(PLACE, Optional.of(next));
        busy = true;
        return documents.change(new StateChange(Map.of(PLACE, place), all)).handle((outcome, refused) -> {
            boolean done = outcome != null && outcome.ending() == ConditionalState.Ending.DONE;
            if (done) {
                place = Optional.of(next);
            } else {
                lost = true;
                LOG.debug("what was learned could not be kept", refused);
            }
            busy = false;
            return done;
        });
    }

    /** Changes one document that calls change: tried again when somebody else was faster. */
    <T> CompletionStage<T> update(String key, Class<T> type, T none, UnaryOperator<T> change) {
        return update(key, type, none, change, 8);
    }

    private <T> CompletionStage<T> update(String key, Class<T> type, T none, UnaryOperator<T> change, int tries) {
        Optional<Document> before = documents.get(key);
        if (!before.stream().allMatch(Vault::isOurs)) {
            throw new Declination("another version of the plugin keeps this in another form; bring that one back");
        }
        T next = change.apply(read(key, type).orElse(none));
        StateChange wanted = new StateChange(Map.of(key, before), Map.of(key, Optional.of(document(next))));
        return documents.change(wanted).thenCompose(outcome -> {
            if (outcome.ending() == ConditionalState.Ending.DONE) {
                return CompletableFuture.completedFuture(next);
            }
            if (tries == 1) {
                throw new Declination("too many change the same at once; ask again");
            }
            return update(key, type, none, change, tries - 1);
        });
    }

    /** Whether a document is there. */
    boolean isThere(String key) {
        return documents.get(key).isPresent();
    }

    /** Removes a document by itself, if nobody was faster; never fails. */
    CompletionStage<Void> remove(String key) {
        Optional<Document> before = documents.get(key);
        return documents
                .change(new StateChange(Map.of(key, before), Map.of(key, Optional.empty())))
                .handle((outcome, refused) -> {
                    if (refused != null) {
                        LOG.debug("the document {} could not be removed", key, refused);
                    }
                    return null;
                });
    }

    private Document document(Object value) {
        return new Document(SCHEMA, codec.write(value));
    }

    private static boolean isOurs(Document document) {
        return document.schema() == SCHEMA;
    }
}
