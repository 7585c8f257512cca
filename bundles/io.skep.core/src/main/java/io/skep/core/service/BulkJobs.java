// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.store.Projection;
import io.skep.api.task.BulkJob;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Reads;
import io.skep.core.engine.Turn;
import io.skep.core.state.Transitions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something with many tasks: reads a page of them, has the engine decide about it in one command, waits until that
 * is durable, rests, and goes on. So it never fills the mailbox, a turn or a processor, and the others' commands come in
 * between. Thread-safe.
 */
final class BulkJobs {
    private static final Logger LOG = LoggerFactory.getLogger(BulkJobs.class);
    private static final int MAX_RUNNING = 4;
    private static final int MAX_ENDED = 100;
    /** Tasks of one command: about a millisecond of the engine's thread. */
    private static final int PAGE = 100;
    /**
     * A job rests so many times as long as a page took it: a slow page shows how little there is to spare. The collections
     * that a job causes are as many however long it takes; so spread out their pauses are less than a hundredth of its time.
     */
    private static final int REST_TIMES = 20;

    private static final Duration MAX_REST = Duration.ofMillis(250);

    private final Engine engine;
    private final Projection projection;
    private final Clock clock;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<String, Run> runs = new LinkedHashMap<>();

    BulkJobs(Engine engine, Projection projection) {
        this.engine = engine;
        this.projection = projection;
        this.clock = engine.clock();
    }

    /**
     * What a command did with a page.
     *
     * @param full whether it ended before the end of the page because no more tasks may be live
     */
    private record Done(List<String> changed, int skipped, boolean full) {}

    BulkJob begin(BulkRequest request) {
        if (request.action() == BulkRequest.Action.PRIORITIZE) {
            Checks.range("priority", request.priority(), 0, 9);
        }
        if (request.reason() != null) {
            Checks.text("reason", request.reason(), 1, 4096);
        }
        Run run = enter(request);
        run.nextPage(null);
        return run.view();
    }

    private synchronized Run enter(BulkRequest request) {
        if (runs.values().stream().filter(run -> run.endedAt == null).count() >= MAX_RUNNING) {
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY, MAX_RUNNING + " bulk jobs are under way", Duration.ofSeconds(5));
        }
        if (runs.size() >= MAX_ENDED + MAX_RUNNING) {
            runs.values().stream()
                    .filter(run -> run.endedAt != null)
                    .map(run -> run.id)
                    .findFirst()
                    .ifPresent(runs::remove);
        }
        String id = "bulk-" + Long.toString(clock.millis(), 36) + "-" + lastId.incrementAndGet();
        Run run = new Run(id, request);
        runs.put(id, run);
        return run;
    }

    CompletionStage<BulkJob> awaitEnd(String id, Duration atMost) {
        Run run = find(id);
        if (run == null) {
            throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no bulk job " + id);
        }
        return run.over
                .copy()
                .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(ended -> run.view());
    }

    private synchronized @Nullable Run find(String id) {
        return runs.get(id);
    }

    synchronized void stop(String id) {
        Run run = runs.get(id);
        if (run != null) {
            run.stopped = true;
        }
    }

    /** One job. */
    private final class Run {
        private final String id;
        private final BulkRequest request;
        private final Instant startedAt = clock.instant();
        private volatile @Nullable Instant endedAt;
        private volatile boolean stopped;
        private long changed;
        private long skipped;
        private final List<String> sample = new ArrayList<>();
        private @Nullable String error;
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        Run(String id, BulkRequest request) {
            this.id = id;
            this.request = request;
        }

        synchronized BulkJob view() {
            return new BulkJob(id, request, startedAt, endedAt, changed, skipped, sample, error);
        }

        private void nextPage(@Nullable String cursor) {
            if (stopped) {
                end("it was stopped by request");
                return;
            }
            Instant begun = clock.instant();
            Reads.on(engine.readers(), () -> read(cursor)).whenComplete((page, failure) -> {
                if (failure != null) {
                    end(message(failure));
                } else if (page.items().isEmpty()) {
                    end(null);
                } else {
                    engine.ask(turn -> decide(turn, page.items())).whenComplete((done, refused) -> {
                        if (refused != null) {
                            end(message(refused));
                        } else {
                            count(done);
                            goOn(done, page.next(), begun);
                        }
                    });
                }
            });
        }

        private void goOn(Done done, @Nullable String next, Instant begun) {
            if (done.full()) {
                end(engine.settings().maxLiveTasks() + " tasks have not ended, which is the limit");
            } else if (next == null) {
                end(null);
            } else {
                rest(Duration.between(begun, clock.instant()).multipliedBy(REST_TIMES), () -> nextPage(next));
            }
        }

        private static void rest(Duration time, Runnable then) {
            long nanos = Math.min(MAX_REST.toNanos(), time.toNanos());
            if (nanos <= 0) {
                then.run();
            } else {
                new CompletableFuture<@Nullable Void>()
                        .completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS)
                        .thenRun(then);
            }
        }

        private Page<Task> read(@Nullable String cursor) {
            TaskQuery q = request.query();
            Page<byte[]> page = projection.tasks(new TaskQuery(
                    q.states(), q.agent(), q.tenant(), q.text(), q.submittedFrom(), q.submittedTo(), PAGE, cursor));
            return new Page<>(page.items().stream().map(Forgotten::decode).toList(), page.next());
        }

        private Done decide(Turn turn, List<Task> page) {
            List<String> done = new ArrayList<>();
            int skipped = 0;
            for (Task read : page) {
                Task task = Objects.requireNonNullElse(turn.state().find(read.id()), read);
                if (!stillMatches(task) || !applies(task)) {
                    skipped++;
                } else if (hasRoom(turn, task)) {
                    done.add(task.id());
                    if (!request.dryRun()) {
                        apply(turn, task);
                    }
                } else {
                    return new Done(done, skipped, true);
                }
            }
            return new Done(done, skipped, false);
        }

        private boolean stillMatches(Task task) {
            return request.query().states().isEmpty()
                    || request.query().states().contains(task.state());
        }

        private boolean applies(Task task) {
            boolean ended = task.state().isTerminal();
            return switch (request.action()) {
                case CANCEL -> !ended;
                case RETRY -> ended && !task.isQuarantined();
                case RELEASE -> task.isQuarantined();
                case PRIORITIZE -> !ended && task.spec().priority() != request.priority();
            };
        }

        private void apply(Turn turn, Task task) {
            switch (request.action()) {
                case CANCEL ->
                    engine.trees()
                            .cancel(
                                    turn,
                                    task.id(),
                                    Objects.requireNonNullElse(request.reason(), "canceled by bulk job " + id));
                case RETRY -> turn.put(Transitions.retry(task, turn.now()));
                case RELEASE -> turn.put(Transitions.release(task, turn.now()));
                case PRIORITIZE -> turn.priority(Transitions.prioritize(task, request.priority()));
            }
        }

        private boolean hasRoom(Turn turn, Task task) {
            return !task.state().isTerminal()
                    || turn.state().liveCount() < engine.settings().maxLiveTasks();
        }

        private synchronized void count(Done done) {
            changed += done.changed().size();
            skipped += done.skipped();
            done.changed().stream().limit(BulkJob.MAX_SAMPLE - sample.size()).forEach(sample::add);
        }

        private void end(@Nullable String why) {
            synchronized (this) {
                error = why;
                endedAt = clock.instant();
            }
            LOG.info("bulk job {} ended: {}", id, view());
            over.complete(null);
        }

        private static String message(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        }
    }
}
