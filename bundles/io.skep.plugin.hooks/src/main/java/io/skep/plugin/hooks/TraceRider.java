// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TraceContext;
import io.skep.plugin.base.PluginThreads;
import io.skep.plugin.hooks.tracing.Export;
import io.skep.plugin.hooks.tracing.Span;
import io.skep.plugin.hooks.tracing.Spans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the spans of tasks that ended to the receiver of traces, as it reads of their ends in the stream. It goes on when the
 * receiver has them, or has said that it never will: while it is away nothing is lost that the log still has, and nothing
 * waits in memory. Where it stands is kept whenever something was sent; what a kill, or a swap in the middle of a request,
 * brings a second time has the same ids. Public methods are thread-safe.
 */
final class TraceRider implements AutoCloseable {
    /** No hook can be called so. */
    static final String PLACE = ":traces";

    private static final Logger LOG = LoggerFactory.getLogger(TraceRider.class);
    private static final Set<String> ENDS = Set.of("task.completed", "task.failed", "task.canceled", "task.rejected");
    private static final int BATCH = 500;
    private static final Duration WAIT = Duration.ofMillis(500);
    private static final long PAUSE_MILLIS = 50;
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 30_000;
    private static final long CLOSE_MILLIS = 2_000;
    private static final long FIND_SECONDS = 10;

    private final Orchestrator orchestrator;
    private final Export export;
    private final Places places;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    /** Null until this generation serves. */
    private volatile @Nullable Place place;

    private volatile @Nullable String trouble;

    TraceRider(Orchestrator orchestrator, Export export, Places places) {
        this.orchestrator = orchestrator;
        this.export = export;
        this.places = places;
        thread = PluginThreads.daemon(this::run, "skep-hooks-traces");
    }

    void start() {
        places.begin(PLACE);
        thread.start();
    }

    /** Where it stands; null while this generation does not serve. */
    @Nullable
    Place place() {
        return place;
    }

    /** What keeps it from going on, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        try {
            while (!isClosed()) {
                if (!orchestrator.state().isServing()) {
                    place = null;
                    pause(PAUSE_MILLIS);
                } else if (isSwitchedOn()) {
                    Place now = place;
                    step(now == null ? places.load(PLACE) : now);
                } else {
                    pause(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException stopped) {
            LOG.debug("stopped", stopped);
        } finally {
            Place last = place;
            if (last != null) {
                places.last(PLACE, last);
            }
        }
    }

    /** Off is as if the plugin were not there: it goes on where it stood when it is on again. */
    private boolean isSwitchedOn() {
        return orchestrator.capabilities().stream()
                .anyMatch(offered -> offered.id().equals(Capabilities.OBSERVABILITY));
    }

    private boolean pause(long millis) throws InterruptedException {
        return closed.await(millis, TimeUnit.MILLISECONDS);
    }

    private void step(Place from) throws InterruptedException {
        place = from;
        try {
            EventBatch batch = get(orchestrator.events().next(from.position(), BATCH, WAIT));
            List<Span> spans = spans(batch.events());
            Place sent = send(from, spans);
            trouble = null;
            place = sent.moved(batch.next());
            places.keep(PLACE, sent.moved(batch.next()), !spans.isEmpty());
        } catch (ExecutionException | TimeoutException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            if (cause instanceof Refusal refusal && refusal.reason() == Refusal.Reason.NOT_FOUND) {
                skip(from);
            } else {
                troubled("the events cannot be read: " + cause.getMessage());
                pause(FIRST_MILLIS);
            }
        }
    }

    /** The log has been trimmed beyond where this stood. */
    private void skip(Place from) {
        Place next = from.trimmed(orchestrator.events().start());
        LOG.warn("traces: {} events were trimmed from the log before they were read", next.missed() - from.missed());
        place = next;
        places.keep(PLACE, next, true);
    }

    private List<Span> spans(List<Event> events) throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> ended = new LinkedHashSet<>();
        for (Event event : events) {
            if (ENDS.contains(event.type())) {
                ended.add(event.subject());
            }
        }
        List<CompletionStage<Optional<Task>>> tasks = new ArrayList<>();
        ended.forEach(id -> tasks.add(orchestrator.tasks().find(id)));
        List<Span> spans = new ArrayList<>();
        for (CompletionStage<Optional<Task>> task : tasks) {
            // One that goes on again is told of at its next end.
            get(task)
                    .filter(found ->
                            found.state().isTerminal() && TraceContext.of(found).isSampled())
                    .ifPresent(found -> spans.addAll(Spans.of(found)));
        }
        spans.removeIf(span -> span.end() == null);
        return spans;
    }

    private Place send(Place from, List<Span> spans) throws InterruptedException {
        Place now = from;
        for (int i = 0; i < spans.size(); i += Export.MOST) {
            now = sendAll(now, spans.subList(i, Math.min(spans.size(), i + Export.MOST)));
        }
        return now;
    }

    private Place sendAll(Place from, List<Span> spans) throws InterruptedException {
        Place now = from;
        long pauseMillis = FIRST_MILLIS;
        Export.Result result = export.send(spans);
        while (result.end() == Export.End.LATER) {
            now = now.counted(0, 1, 0);
            place = now;
            troubled(String.valueOf(result.reason()));
            if (pause(pauseMillis) || !orchestrator.state().isServing()) {
                throw new InterruptedException("it is another's to send now");
            }
            pauseMillis = Math.min(LONGEST_MILLIS, pauseMillis * 2);
            result = export.send(spans);
        }
        if (result.end() == Export.End.REFUSED) {
            LOG.warn("traces: the receiver will not have {} spans: {}", spans.size(), result.reason());
            return now.counted(0, 0, spans.size());
        }
        return now.counted(spans.size(), 0, 0);
    }

    private void troubled(String what) {
        if (trouble == null) {
            LOG.warn("traces: {}", what);
        }
        trouble = what;
    }

    /** Whoever stops waiting leaves nothing behind. */
    private static <T> T get(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            return future.get(FIND_SECONDS, TimeUnit.SECONDS);
        } finally {
            future.cancel(true);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        export.close();
    }
}
