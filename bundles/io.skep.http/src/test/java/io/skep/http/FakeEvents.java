// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The events of {@link FakeCore}, in two shards. */
final class FakeEvents implements EventStream {
    private final FakeCore core;
    private final List<Event> all = new ArrayList<>();
    private List<CompletableFuture<Void>> waiting = new ArrayList<>();
    volatile boolean trimmed;

    FakeEvents(FakeCore core) {
        this.core = core;
    }

    void add(String type, String subject, String cause, String agent, long token) {
        List<CompletableFuture<Void>> those;
        synchronized (core) {
            int shard = all.size() % 2;
            all.add(new Event(shard, all.size() / 2 + 1, core.now(), type, subject, cause, agent, token));
            those = waiting;
            waiting = new ArrayList<>();
        }
        those.forEach(f -> f.complete(null));
    }

    @Override
    public EventCursor start() {
        return EventCursor.start(2);
    }

    @Override
    public EventCursor end() {
        synchronized (core) {
            EventCursor end = EventCursor.start(2);
            for (Event event : all) {
                end = end.after(event);
            }
            return end;
        }
    }

    @Override
    public CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait) {
        EventBatch batch = after(from, max);
        if (trimmed) {
            return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "no longer\nretained"));
        }
        if (core.late && wait.isZero()) {
            return core.stage(() -> batch);
        }
        if (!batch.events().isEmpty() || wait.isZero()) {
            return CompletableFuture.completedFuture(batch);
        }
        CompletableFuture<Void> more = new CompletableFuture<>();
        synchronized (core) {
            waiting.add(more);
        }
        return more.completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS)
                .thenApplyAsync(v -> {
                    if (trimmed) {
                        throw Refusal.of(Refusal.Reason.NOT_FOUND, "no longer\nretained");
                    }
                    return after(from, max);
                });
    }

    private EventBatch after(EventCursor from, int max) {
        synchronized (core) {
            List<Event> events = new ArrayList<>();
            EventCursor next = from;
            for (Event event : all) {
                if (event.seq() > from.seen(event.shard()) && events.size() < max) {
                    events.add(event);
                    next = next.after(event);
                }
            }
            return new EventBatch(events, next);
        }
    }
}
