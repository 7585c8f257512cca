// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.event.EventStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps where the hooks after something stand, each at most once in the configured time. Thread-safe. */
final class Places {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);
    private static final String PREFIX = "cursor.";
    private static final long LAST_MILLIS = 1_000;

    private final Documents documents;
    private final EventStream events;
    private final long pauseNanos;
    /** When each was kept last, and as what; of the hooks that there are. */
    private final Map<String, Note> notes = new ConcurrentHashMap<>();

    private record Note(long nanos, Place place) {}

    Places(Documents documents, EventStream events, Duration pause) {
        this.documents = documents;
        this.events = events;
        this.pauseNanos = pause.toNanos();
    }

    /** Where a hook stands; a new one at the end of what has happened. */
    Place load(String hook) {
        return find(hook).orElseGet(() -> Place.at(events.end()));
    }

    private Optional<Place> find(String hook) {
        return documents.find(PREFIX + hook, Place.class).filter(Place::isReadable);
    }

    /** A new hook gets what happens from now on; completes when that is durable. */
    CompletionStage<Void> begin(String hook) {
        return find(hook).isPresent()
                ? CompletableFuture.completedFuture(null)
                : documents.put(PREFIX + hook, Place.at(events.end()));
    }

    /** Keeps a place, if it is another one and the time has come, or always if that is said. */
    void keep(String hook, Place place, boolean always) {
        long now = System.nanoTime();
        Note before = notes.get(hook);
        if (!always && before != null && now - before.nanos() < pauseNanos) {
            return;
        }
        if (before == null || !place.isSame(before.place())) {
            notes.put(hook, new Note(now, place));
            documents.note(PREFIX + hook, place);
        }
    }

    /** The last one of this generation, which is waited for a moment. */
    void last(String hook, Place place) {
        Note before = notes.remove(hook);
        if (before != null && place.isSame(before.place())) {
            return;
        }
        boolean wasInterrupted = Thread.interrupted();
        try {
            documents.put(PREFIX + hook, place).toCompletableFuture().get(LAST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException notKept) {
            LOG.debug("where hook {} stands was not kept at the end", hook, notKept);
        } catch (InterruptedException again) {
            wasInterrupted = true;
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The hook is gone. */
    CompletionStage<Void> remove(String hook) {
        notes.remove(hook);
        return documents.remove(PREFIX + hook);
    }
}
