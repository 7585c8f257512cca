// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.task.TaskService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The events of one tenant's tasks. What else happens, to agents and plugins, serves every tenant and so belongs to none;
 * a task that is not there any more is nobody's. A batch may be empty although something has happened elsewhere. For one
 * reader.
 */
final class TenantEvents implements EventStream {
    private static final String OF_TASKS = "task.";
    /** Tasks whose tenant is remembered; with more of them it is asked for again. */
    private static final int MAX_KNOWN = 10_000;

    private final EventStream all;
    private final TaskService tasks;
    private final String tenant;
    private final Map<String, CompletableFuture<Boolean>> known = new ConcurrentHashMap<>();

    TenantEvents(EventStream all, TaskService tasks, String tenant) {
        this.all = all;
        this.tasks = tasks;
        this.tenant = tenant;
    }

    @Override
    public EventCursor start() {
        return all.start();
    }

    @Override
    public EventCursor end() {
        return all.end();
    }

    @Override
    public CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait) {
        return all.next(from, max, wait).thenCompose(this::ofTenant);
    }

    private CompletionStage<EventBatch> ofTenant(EventBatch batch) {
        if (known.size() > MAX_KNOWN) {
            known.clear();
        }
        List<Event> ofTasks = batch.events().stream()
                .filter(event -> event.type().startsWith(OF_TASKS))
                .toList();
        Map<String, CompletableFuture<Boolean>> own = new ConcurrentHashMap<>();
        ofTasks.forEach(event -> own.computeIfAbsent(event.subject(), this::isOwn));
        return CompletableFuture.allOf(own.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> new EventBatch(
                        ofTasks.stream()
                                .filter(event -> Objects.requireNonNull(own.get(event.subject()))
                                        .join())
                                .toList(),
                        batch.next()));
    }

    private CompletableFuture<Boolean> isOwn(String task) {
        return known.computeIfAbsent(
                task,
                id -> tasks.find(id)
                        .thenApply(found -> found.map(it -> it.spec().tenant().equals(tenant))
                                .orElse(false))
                        .toCompletableFuture());
    }
}
