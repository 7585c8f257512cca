// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What happens, as server-sent events. Thread-safe. */
final class EventsResource {
    private final Set<EventFeed> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final IntSupplier max;
    private final Duration keepAlive;

    EventsResource(IntSupplier max, Duration keepAlive) {
        this.max = max;
        this.keepAlive = keepAlive;
    }

    CompletionStage<Answer> events(Call call) {
        EventStream events = seen(call);
        EventCursor from = from(call, events);
        if (count.incrementAndGet() > max.getAsInt()) {
            count.decrementAndGet();
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY, "too many event streams are open (max.event.streams)", Duration.ofSeconds(5));
        }
        return first(events, from).whenComplete((answer, failure) -> {
            if (failure != null) {
                count.decrementAndGet();
            }
        });
    }

    private static EventStream seen(Call call) {
        Caller caller = call.caller();
        EventStream all = call.orchestrator().events();
        if (caller.isOwnOnly()) {
            throw Refusal.of(
                    Refusal.Reason.FORBIDDEN, "this caller may see only its own tasks, whose ends can be waited for");
        }
        return caller.tenant() == null
                ? all
                : new TenantEvents(all, call.orchestrator().tasks(), caller.tenant());
    }

    /** Looks once before the stream begins, since a refusal can still be said now. */
    private CompletionStage<Answer> first(EventStream events, EventCursor from) {
        return events.next(from, EventFeed.BATCH, Duration.ZERO).thenApply(batch -> {
            EventFeed feed = new EventFeed(events, from, batch, keepAlive, this::gone);
            open.add(feed);
            return Answer.feed("text/event-stream", feed);
        });
    }

    private void gone(EventFeed feed) {
        if (open.remove(feed)) {
            count.decrementAndGet();
        }
    }

    /** How many streams are open. */
    int open() {
        return count.get();
    }

    /** Ends every stream. */
    void close() {
        open.forEach(EventFeed::close);
    }

    private static EventCursor from(Call call, EventStream events) {
        EventCursor end = events.end();
        String seen = call.header().value("Last-Event-ID");
        String from = seen == null || seen.isEmpty() ? call.query().text("from") : seen;
        if (from == null) {
            return end;
        }
        EventCursor cursor = from.equals("start") ? events.start() : parse(from);
        if (cursor == null || cursor.shards() != end.shards()) {
            throw Refusal.invalid("from", "from must be start, or the id of an event of this server");
        }
        return cursor;
    }

    private static @Nullable EventCursor parse(String text) {
        try {
            return EventCursor.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
