// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream of one shard that tells what a test puts in. A reader waits at most a moment, so that the stream holds nobody
 * who has gone. Thread-safe.
 */
public final class InMemoryEvents implements EventStream {
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);
    private static final int MAX_EVENTS = 100_000;

    private final List<Event> events = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(EventCursor from, int max, CompletableFuture<EventBatch> answer) {}

    /** Tells of something that became of a task or agent; see {@link Event} for each value. */
    public void tell(String type, String subject, String cause, @Nullable String agent, long token) {
        List<Waiting> woken;
        synchronized (this) {
            if (events.size() == MAX_EVENTS) {
                throw new IllegalStateException("a test tells of at most " + MAX_EVENTS + " events");
            }
            events.add(new Event(0, events.size() + 1, Instant.now(), type, subject, cause, agent, token));
            woken = List.copyOf(waiting);
            waiting.clear();
        }
        woken.forEach(waits -> waits.answer().complete(after(waits.from(), waits.max())));
    }

    @Override
    public EventCursor start() {
        return EventCursor.start(1);
    }

    @Override
    public synchronized EventCursor end() {
        return EventCursor.of(events.size());
    }

    @Override
    public synchronized CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait) {
        EventBatch batch = after(from, max);
        if (!batch.events().isEmpty() || wait.isZero()) {
            return CompletableFuture.completedFuture(batch);
        }
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            if (all.next().answer().isDone()) {
                all.remove();
            }
        }
        Waiting waits = new Waiting(from, max, new CompletableFuture<>());
        waiting.add(waits);
        long nanos = Math.min(wait.toNanos(), LONGEST_WAIT.toNanos());
        waits.answer().completeOnTimeout(batch, nanos, TimeUnit.NANOSECONDS);
        return waits.answer();
    }

    private synchronized EventBatch after(EventCursor from, int max) {
        int seen = (int) from.seen(0);
        int end = Math.min(events.size(), seen + max);
        return new EventBatch(events.subList(seen, end), EventCursor.of(end));
    }
}
