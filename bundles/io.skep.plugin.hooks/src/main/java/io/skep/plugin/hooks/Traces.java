// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TraceContext;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.hooks.tracing.Export;
import io.skep.plugin.hooks.tracing.Span;
import io.skep.plugin.hooks.tracing.Spans;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks as traces: shown to who asks, and sent to the receiver that is configured. Thread-safe. */
final class Traces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);
    private static final int MOST_ABOVE = 32;

    private final Orchestrator orchestrator;
    private final Tracing settings;
    private final @Nullable TraceRider rider;
    /** Whether they could be the last time. */
    private final AtomicBoolean headersWereRead = new AtomicBoolean(true);

    /**
     * How the export does; counts are since the first export of this server.
     *
     * @param endpoint where to, or null if nothing is exported
     * @param exported spans that the receiver has
     * @param failed requests that did not succeed and were made again
     * @param refused spans that it will not have, which are gone
     * @param missedEvents events that the log no longer had when they were to be read; tasks that ended with them are gone
     * @param lagEvents events that are not read yet
     * @param trouble what keeps it from going on, or null
     */
    record Status(
            @Nullable String endpoint,
            long exported,
            long failed,
            long refused,
            long missedEvents,
            long lagEvents,
            @Nullable String trouble) {}

    /** What happened during a span. */
    record Happened(String at, String name, Map<String, Object> attributes) {}

    /** A span; {@code end} is null while it lasts. */
    record Shown(
            String spanId,
            @Nullable String parentSpanId,
            String name,
            String kind,
            String start,
            @Nullable String end,
            @Nullable String error,
            Map<String, Object> attributes,
            List<Happened> events) {
        static Shown of(Span span) {
            Instant end = span.end();
            return new Shown(
                    span.context().spanId(),
                    span.parent(),
                    span.name(),
                    span.kind().name().toLowerCase(Locale.ROOT),
                    span.start().toString(),
                    end == null ? null : end.toString(),
                    span.error(),
                    span.attributes(),
                    span.events().stream()
                            .map(event -> new Happened(event.at().toString(), event.name(), event.attributes()))
                            .toList());
        }
    }

    /** The spans of a task and of those above it, from the top. */
    record Trace(String traceId, boolean isSampled, String task, List<Shown> spans) {}

    Traces(Orchestrator orchestrator, Tracing settings, Places places) {
        this.orchestrator = orchestrator;
        this.settings = settings;
        URI endpoint = settings.endpoint();
        rider = endpoint == null
                ? null
                : new TraceRider(
                        orchestrator,
                        new Export(endpoint, () -> headers(settings.headers()), settings.service(), settings.timeout()),
                        places);
    }

    void start() {
        if (rider != null) {
            rider.start();
        }
    }

    /** Read each time, so that they can be changed. */
    private Map<String, String> headers(@Nullable Path file) {
        Map<String, String> headers = new HashMap<>();
        if (file != null) {
            try {
                for (String line : Files.readAllLines(file)) {
                    int colon = line.indexOf(':');
                    if (colon > 0 && !line.startsWith("#")) {
                        headers.put(
                                line.substring(0, colon).strip(),
                                line.substring(colon + 1).strip());
                    }
                }
            } catch (IOException unreadable) {
                if (headersWereRead.compareAndSet(true, false)) {
                    LOG.warn("the headers for the receiver of traces cannot be read: {}", unreadable.toString());
                }
                return headers;
            }
            headersWereRead.set(true);
        }
        return headers;
    }

    Status status() {
        Place place = rider == null ? null : rider.place();
        URI endpoint = settings.endpoint();
        return new Status(
                endpoint == null ? null : endpoint.toString(),
                place == null ? 0 : place.delivered(),
                place == null ? 0 : place.failed(),
                place == null ? 0 : place.dropped(),
                place == null ? 0 : place.missed(),
                place == null
                        ? 0
                        : Place.between(place.position(), orchestrator.events().end()),
                trouble());
    }

    /** What keeps the export from going on, or null. */
    @Nullable
    String trouble() {
        return rider == null ? null : rider.trouble();
    }

    /** That of a task which the caller may see. */
    CompletionStage<Trace> of(Requests.OfTask asked, IntegrationRequest request) {
        String id = Inputs.required("task", asked.task() == null ? request.task() : asked.task());
        return Timeline.seen(orchestrator, id, request)
                .thenCompose(task -> above(task, new ArrayList<>(List.of(task))))
                .thenApply(Traces::trace);
    }

    /** A tree is of one tenant and one owner, so who sees a part may see what it is a part of. */
    private CompletionStage<List<Task>> above(Task task, List<Task> line) {
        String parent = task.spec().parent();
        if (parent == null || line.size() > MOST_ABOVE) {
            return CompletableFuture.completedFuture(line);
        }
        return orchestrator.tasks().find(parent).thenCompose((Optional<Task> found) -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(line);
            }
            line.add(0, found.get());
            return above(found.get(), line);
        });
    }

    private static Trace trace(List<Task> line) {
        Task asked = line.get(line.size() - 1);
        TraceContext context = TraceContext.of(asked);
        return new Trace(
                context.traceId(),
                context.isSampled(),
                asked.id(),
                line.stream()
                        .flatMap(task -> Spans.of(task).stream())
                        .map(Shown::of)
                        .toList());
    }

    @Override
    public void close() {
        if (rider != null) {
            rider.close();
        }
    }
}
