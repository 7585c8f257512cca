// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.plugin.base.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decisions about one group and what was learned of it, as a document. It is written only if nobody else has written it
 * since it was read, so that two generations never decide the same thing. Used by one thread, which waits for the store;
 * {@link #decisions} by any.
 */
final class Book {
    static final int SCHEMA = 1;
    /** The most decisions that are kept of a group. */
    static final int MOST = 50;

    private static final Logger LOG = LoggerFactory.getLogger(Book.class);
    private static final long WAIT_MILLIS = 2000;

    private final ConditionalState documents;
    private final Codec codec;
    private final String key;
    private Optional<Document> read = Optional.empty();
    private volatile List<Decision> decisions = List.of();
    private long last;
    private Holt.@Nullable Kept arrivals;
    private @Nullable Double workMillis;
    private boolean isForeign;

    /**
     * The document.
     *
     * @param last number of the last decision
     * @param decisions newest first
     * @param arrivals how tasks came
     * @param workMillis how long an attempt took
     */
    record Kept(
            long last,
            @Nullable List<Decision> decisions,
            Holt.@Nullable Kept arrivals,
            @Nullable Double workMillis) {}

    Book(ConditionalState documents, Codec codec, String key) {
        this.documents = documents;
        this.codec = codec;
        this.key = key;
    }

    /** Reads what is kept, in place of what it knew. */
    void load() {
        read = documents.get(key);
        isForeign = read.isPresent() && read.get().schema() != SCHEMA;
        decisions = List.of();
        last = 0;
        if (read.isEmpty() || isForeign) {
            return;
        }
        try {
            Kept kept = codec.readKept(read.get().json(), Kept.class);
            last = kept.last();
            decisions = kept.decisions() == null ? List.of() : List.copyOf(kept.decisions());
            arrivals = kept.arrivals();
            workMillis = kept.workMillis();
        } catch (JsonProcessingException unreadable) {
            isForeign = true;
            LOG.warn("the document {} cannot be read; nothing is decided about its group", key, unreadable);
        }
    }

    /** Why nothing may be decided, or null. */
    @Nullable
    String trouble() {
        return isForeign ? "what is kept of it, this version cannot read" : null;
    }

    /** Newest first. */
    List<Decision> decisions() {
        return decisions;
    }

    /** The number that the next decision has. */
    long next() {
        return last + 1;
    }

    Holt.@Nullable Kept arrivals() {
        return arrivals;
    }

    @Nullable
    Double workMillis() {
        return workMillis;
    }

    /** What was learned, to be written with the next decision. */
    void learned(Holt.Kept rate, @Nullable Double millis) {
        arrivals = rate;
        workMillis = millis;
    }

    /** Takes a decision in, or in place of the one with its number; and keeps it. Answers whether it is kept. */
    boolean keep(Decision decision) throws InterruptedException {
        List<Decision> all = new ArrayList<>(decisions);
        all.removeIf(other -> other.id() == decision.id());
        all.add(decision);
        all.sort((one, other) -> Long.compare(other.id(), one.id()));
        return write(Math.max(last, decision.id()), List.copyOf(all.subList(0, Math.min(MOST, all.size()))));
    }

    private boolean write(long number, List<Decision> all) throws InterruptedException {
        if (isForeign) {
            return false;
        }
        Document next = new Document(SCHEMA, codec.write(new Kept(number, all, arrivals, workMillis)));
        try {
            ConditionalState.Outcome outcome = documents
                    .change(new StateChange(Map.of(key, read), Map.of(key, Optional.of(next))))
                    .toCompletableFuture()
                    .get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            if (outcome.ending() == ConditionalState.Ending.DONE) {
                read = Optional.of(next);
                decisions = all;
                last = number;
                return true;
            }
            LOG.debug("{} was written by another generation", key);
        } catch (ExecutionException | TimeoutException failed) {
            // What is in the store now is not known: it is read again, and with it what may have been kept after all.
            LOG.debug("{} was not written", key, failed);
        }
        load();
        return false;
    }
}
