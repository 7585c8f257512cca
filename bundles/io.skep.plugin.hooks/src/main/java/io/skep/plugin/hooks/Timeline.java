// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.admin.Caller;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.plugin.base.Declination;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a task that is known here, in order of time: its events (what gates and hooks said of it among them), its
 * attempts, and the hooks that were carried out for it of late. Thread-safe.
 */
final class Timeline {
    private static final int MAX_BATCHES = 200;
    private static final int BATCH = 1_000;
    private static final int MOST = 1_000;
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final Orchestrator orchestrator;
    private final Supplier<List<Runner.Delivery>> deliveries;

    /**
     * What happened at a time.
     *
     * @param kind {@code event}, {@code attempt} or {@code hook}
     * @param what the type of the event; {@code assigned}, {@code started} or how the attempt ended; the name of the hook
     * @param detail why, or how, in words
     * @param attempt its number, or 0
     */
    record Entry(
            String at,
            String kind,
            String what,
            String detail,
            @Nullable String agent,
            long attempt) {}

    /**
     * The timeline.
     *
     * @param isComplete whether all that the log still has was looked through, and nothing was left out
     */
    record Shown(String task, String state, boolean isComplete, List<Entry> entries) {}

    private record Scan(List<Event> found, boolean isComplete) {}

    Timeline(Orchestrator orchestrator, Supplier<List<Runner.Delivery>> deliveries) {
        this.orchestrator = orchestrator;
        this.deliveries = deliveries;
    }

    /** That of a task which the caller may see. */
    CompletionStage<Shown> of(String id, IntegrationRequest request) {
        return seen(orchestrator, id, request).thenCompose(task -> events(task).thenApply(scan -> shown(task, scan)));
    }

    /** A task which the caller may see; one that is out of its reach is declined like one that is not there. */
    static CompletionStage<Task> seen(Orchestrator orchestrator, String id, IntegrationRequest request) {
        return orchestrator
                .tasks()
                .find(id)
                .thenApply(found -> found.filter(known -> isSeen(known, request.caller()))
                        .orElseThrow(() ->
                                new Declination("there is no task \"" + id.replaceAll("[^A-Za-z0-9._-]", "?") + "\"")));
    }

    private static boolean isSeen(Task task, @Nullable Caller caller) {
        return caller == null
                || (caller.reaches(task.spec().tenant())
                        && (!caller.isOwnOnly()
                                || caller.principal().id().equals(task.spec().owner())));
    }

    /** Its shard alone is read: of the others there is nothing after their ends. */
    private CompletionStage<Scan> events(Task task) {
        EventStream events = orchestrator.events();
        EventCursor end = events.end();
        EventCursor start = events.start();
        int shard = task.shard();
        if (shard >= end.shards()) {
            return CompletableFuture.completedFuture(new Scan(List.of(), false));
        }
        long[] from = new long[end.shards()];
        for (int i = 0; i < from.length; i++) {
            from[i] = i == shard ? start.seen(i) : end.seen(i);
        }
        boolean isWhole = start.seen(shard) == 0;
        long until = System.nanoTime() + LONGEST.toNanos();
        return scan(task.id(), EventCursor.of(from), end.seen(shard), until, new ArrayList<>(), MAX_BATCHES)
                .thenApply(scan -> new Scan(scan.found(), scan.isComplete() && isWhole));
    }

    private CompletionStage<Scan> scan(
            String id, EventCursor from, long end, long until, List<Event> found, int batches) {
        int shard = Integer.parseInt(id, 0, 2, 16);
        boolean isOver = from.seen(shard) >= end;
        if (isOver || batches == 0 || System.nanoTime() - until > 0 || found.size() > MOST) {
            return CompletableFuture.completedFuture(new Scan(found, isOver));
        }
        return orchestrator
                .events()
                .next(from, BATCH, Duration.ZERO)
                .thenCompose(batch -> scan(id, taken(batch, id, found), end, until, found, batches - 1));
    }

    private static EventCursor taken(EventBatch batch, String id, List<Event> found) {
        batch.events().stream().filter(event -> event.subject().equals(id)).forEach(found::add);
        return batch.next();
    }

    private Shown shown(Task task, Scan scan) {
        List<Entry> entries = new ArrayList<>();
        for (Event event : scan.found()) {
            entries.add(new Entry(
                    event.at().toString(), "event", event.type(), event.cause(), event.agent(), event.token()));
        }
        for (Attempt attempt : task.attempts()) {
            add(entries, attempt, attempt.assignedAt(), "assigned", "");
            add(entries, attempt, attempt.startedAt(), "started", "");
            add(
                    entries,
                    attempt,
                    attempt.endedAt(),
                    String.valueOf(attempt.end()).toLowerCase(Locale.ROOT),
                    attempt.cause());
        }
        for (Runner.Delivery delivery : deliveries.get()) {
            if (delivery.subject().equals(task.id())) {
                String detail = String.format(
                        Locale.ROOT,
                        "%s on %s, %.3f ms: %s",
                        delivery.outcome(),
                        delivery.type(),
                        delivery.millis(),
                        delivery.reason());
                entries.add(new Entry(delivery.at(), "hook", delivery.hook(), detail, null, 0));
            }
        }
        entries.sort(Comparator.comparing(entry -> Instant.parse(entry.at())));
        boolean isAll = entries.size() <= MOST;
        return new Shown(
                task.id(),
                task.state().wire(),
                scan.isComplete() && isAll,
                isAll ? entries : List.copyOf(entries.subList(entries.size() - MOST, entries.size())));
    }

    private static void add(
            List<Entry> entries, Attempt attempt, @Nullable Instant at, String what, @Nullable String detail) {
        if (at != null) {
            entries.add(new Entry(
                    at.toString(), "attempt", what, detail == null ? "" : detail, attempt.agent(), attempt.token()));
        }
    }
}
