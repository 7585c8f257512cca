// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.StoreException;
import io.skep.api.store.TrimmedException;
import io.skep.core.codec.EventCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The stream of events: the newest are kept in memory, older ones are read from the log. Thread-safe. The lock is held
 * for moments, and never while a reader is told.
 */
public final class EventLog implements EventStream {
    /** Events of one shard in memory. */
    private static final int KEPT = 4096;

    private static final int MAX_BATCH = 10_000;
    private static final Duration MAX_WAIT = Duration.ofMinutes(1);

    private final LogStore log;
    private final Executor readers;
    private final int maxWaits;
    private final List<Deque<Event>> recent = new ArrayList<>();
    private final long[] last;
    private final Object lock = new Object();
    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

    private record Wait(EventCursor from, int max, CompletableFuture<EventBatch> answer) {}

    EventLog(LogStore log, Executor readers, int maxWaits) {
        this.log = log;
        this.readers = readers;
        this.maxWaits = maxWaits;
        this.last = new long[log.shards()];
        for (int shard = 0; shard < last.length; shard++) {
            recent.add(new ArrayDeque<>());
            last[shard] = log.lastSeq(shard);
        }
    }

    @Override
    public EventCursor start() {
        long[] before = new long[log.shards()];
        for (int shard = 0; shard < before.length; shard++) {
            before[shard] = log.firstSeq(shard) - 1;
        }
        return EventCursor.of(before);
    }

    @Override
    public EventCursor end() {
        synchronized (lock) {
            return EventCursor.of(last);
        }
    }

    @Override
    public CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait) {
        if (from.shards() != last.length) {
            return CompletableFuture.failedFuture(Refusal.invalid("from", "this position is of another server"));
        }
        if (max < 1 || max > MAX_BATCH || wait.isNegative() || wait.compareTo(MAX_WAIT) > 0) {
            return CompletableFuture.failedFuture(
                    Refusal.invalid("max", "max is 1 to " + MAX_BATCH + " and wait at most " + MAX_WAIT));
        }
        Wait waiting = new Wait(from, max, new CompletableFuture<>());
        Reads.on(readers, () -> read(from, max)).whenComplete((events, failure) -> {
            if (failure != null) {
                waiting.answer().completeExceptionally(failure);
            } else if (!events.isEmpty() || wait.isZero()) {
                waiting.answer().complete(batch(from, events));
            } else {
                waitForMore(waiting, wait);
            }
        });
        return waiting.answer();
    }

    /** Publishes what has become durable, in order. Called by one thread. */
    void publish(List<Turn.Logged> logged) {
        if (logged.isEmpty()) {
            return;
        }
        synchronized (lock) {
            for (Turn.Logged entry : logged) {
                Deque<Event> events = recent.get(entry.shard());
                events.add(entry.change().event(entry.shard(), entry.seq()));
                if (events.size() > KEPT) {
                    events.remove();
                }
                last[entry.shard()] = entry.seq();
            }
        }
        waits.forEach(this::wake);
    }

    /** Goes on from what the log says, when turns have failed of which a part may be durable all the same. */
    void resync() {
        synchronized (lock) {
            for (int shard = 0; shard < last.length; shard++) {
                long durable = log.lastSeq(shard);
                if (durable != last[shard]) {
                    recent.get(shard).clear();
                    last[shard] = durable;
                }
            }
        }
        waits.forEach(this::wake);
    }

    private void waitForMore(Wait wait, Duration duration) {
        if (waits.size() >= maxWaits) {
            wait.answer()
                    .completeExceptionally(Refusal.retryLater(
                            Refusal.Reason.BUSY, maxWaits + " readers wait for events already", Duration.ofSeconds(1)));
            return;
        }
        // A timer of its own: one of the answer would, once that is canceled, hold it until it runs out (JDK-8303742).
        CompletableFuture<EventBatch> over = new CompletableFuture<>();
        over.thenAccept(nothing -> {
            waits.remove(wait);
            wait.answer().complete(nothing);
        });
        waits.add(wait);
        EventBatch nothing = new EventBatch(List.of(), wait.from());
        over.completeOnTimeout(nothing, duration.toMillis(), TimeUnit.MILLISECONDS);
        wait.answer().whenComplete((batch, failure) -> over.complete(nothing));
        wake(wait);
    }

    private void wake(Wait wait) {
        boolean more;
        synchronized (lock) {
            more = false;
            for (int shard = 0; shard < last.length; shard++) {
                more |= last[shard] > wait.from().seen(shard);
            }
        }
        if (more && waits.remove(wait)) {
            try {
                readers.execute(() -> answer(wait));
            } catch (RejectedExecutionException full) {
                wait.answer().completeExceptionally(Reads.busy());
            }
        }
    }

    private void answer(Wait wait) {
        try {
            wait.answer().complete(batch(wait.from(), read(wait.from(), wait.max())));
        } catch (Refusal | StoreException failure) {
            wait.answer().completeExceptionally(failure);
        }
    }

    private static EventBatch batch(EventCursor from, List<Event> events) {
        EventCursor next = from;
        for (Event event : events) {
            next = next.after(event);
        }
        return new EventBatch(events, next);
    }

    /** The next events of all shards, by time and, even if the clock was set back, by number within a shard. */
    private List<Event> read(EventCursor from, int max) {
        PriorityQueue<Deque<Event>> heads = new PriorityQueue<>(
                Comparator.comparing((Deque<Event> shard) -> shard.element().at()));
        int each = Math.max(1, max / last.length);
        for (int shard = 0; shard < last.length; shard++) {
            Deque<Event> next = new ArrayDeque<>(read(shard, from.seen(shard) + 1, each));
            if (!next.isEmpty()) {
                heads.add(next);
            }
        }
        List<Event> events = new ArrayList<>();
        while (!heads.isEmpty() && events.size() < max) {
            Deque<Event> oldest = heads.remove();
            events.add(oldest.remove());
            if (!oldest.isEmpty()) {
                heads.add(oldest);
            }
        }
        return events;
    }

    private List<Event> read(int shard, long fromSeq, int max) {
        synchronized (lock) {
            if (fromSeq > last[shard]) {
                return List.of();
            }
            Event oldest = recent.get(shard).peek();
            if (oldest != null && oldest.seq() <= fromSeq) {
                return recent.get(shard).stream()
                        .skip(fromSeq - oldest.seq())
                        .limit(max)
                        .toList();
            }
        }
        return readLog(shard, fromSeq, max);
    }

    private List<Event> readLog(int shard, long fromSeq, int max) {
        try {
            List<Event> events = new ArrayList<>();
            for (LogRecord record : log.read(shard, fromSeq, max)) {
                events.add(EventCodec.decode(shard, record));
            }
            return events;
        } catch (TrimmedException trimmed) {
            throw Refusal.of(
                    Refusal.Reason.NOT_FOUND,
                    "events before " + log.firstSeq(shard) + " of shard " + shard + " are gone");
        } catch (IOException unreadable) {
            throw new StoreException("an event of shard " + shard + " cannot be read", unreadable);
        }
    }
}
