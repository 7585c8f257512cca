// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import io.skep.api.payload.PayloadService;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.StoreStatus;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Reads;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with the store while it works, on a thread of its own. */
public final class StoreJobs implements StoreAdmin, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreJobs.class);
    private static final int MAX_KEPT = 20;
    private static final int MAX_NAME = 64;
    private static final Duration MAX_WAIT = Duration.ofMinutes(5);
    private static final Duration MAX_CLOSE = Duration.ofSeconds(10);
    private static final DateTimeFormatter NOW =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Engine engine;
    private final StoreFiles files;
    private final StoreFiles.Source source;
    private final Supplier<PayloadService.Hold> holdPayloads;
    private final Executor worker;
    private final AtomicLong lastId = new AtomicLong();
    private final Deque<Run> runs = new ArrayDeque<>();

    /**
     * Over the store of an engine.
     *
     * @param source of the rows for a rebuild
     * @param holdPayloads lets no payload go while a backup copies them
     * @param worker carries jobs out
     */
    public StoreJobs(
            Engine engine,
            StoreFiles files,
            StoreFiles.Source source,
            Supplier<PayloadService.Hold> holdPayloads,
            Executor worker) {
        this.engine = engine;
        this.files = files;
        this.source = source;
        this.holdPayloads = holdPayloads;
        this.worker = worker;
    }

    @Override
    public CompletionStage<StoreStatus> status() {
        return Reads.on(engine.readers(), files::status);
    }

    @Override
    public synchronized List<StoreJob> jobs() {
        return runs.stream().map(Run::view).toList();
    }

    @Override
    public CompletionStage<StoreJob> begin(StoreJob.Kind kind, @Nullable String name, String actor) {
        return Tasks.refusing(() -> {
            String what = checked(kind, name);
            Run run = enter(kind, actor);
            worker.execute(() -> run.carryOut(what));
            return CompletableFuture.completedFuture(run.view());
        });
    }

    private String checked(StoreJob.Kind kind, @Nullable String name) {
        return switch (kind) {
            case BACKUP, EXPORT -> {
                String directory = name == null ? NOW.format(engine.clock().instant()) : name;
                Checks.name("name", directory, MAX_NAME);
                if (!Character.isLetterOrDigit(directory.charAt(0))) {
                    throw Refusal.invalid("name", "must begin with a letter or a digit");
                }
                yield directory;
            }
            case IMPORT -> {
                if (name == null || name.isBlank()) {
                    throw Refusal.invalid("directory", "must be the directory of an export");
                }
                yield name;
            }
            case COMPACT, REBUILD -> {
                if (name != null) {
                    throw Refusal.invalid("name", "only a backup or an export has a name");
                }
                yield "";
            }
        };
    }

    private synchronized Run enter(StoreJob.Kind kind, String actor) {
        Run newest = runs.peekFirst();
        if (newest != null && !newest.over.isDone()) {
            StoreJob job = newest.view();
            throw Refusal.of(
                    Refusal.Reason.CONFLICT,
                    "job " + job.id() + " of " + job.actor() + " is under way: "
                            + job.kind().wire());
        }
        Instant now = engine.clock().instant();
        String id = "store-" + Long.toString(now.toEpochMilli(), 36) + "-" + lastId.incrementAndGet();
        Run run = new Run(new StoreJob(id, kind, actor, now, null, "beginning", 0, 0, null, null));
        runs.addFirst(run);
        if (runs.size() > MAX_KEPT) {
            runs.removeLast();
        }
        return run;
    }

    @Override
    public CompletionStage<StoreJob> awaitEnd(String id, Duration atMost) {
        return Tasks.refusing(() -> {
            Checks.duration("wait", atMost, Duration.ZERO, MAX_WAIT);
            Run run = find(id);
            if (atMost.isZero() || run.over.isDone()) {
                return CompletableFuture.completedFuture(run.view());
            }
            return run.over
                    .copy()
                    .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(ended -> run.view());
        });
    }

    @Override
    public CompletionStage<StoreJob> stop(String id) {
        return Tasks.refusing(() -> {
            Run run = find(id);
            run.stopped = "it was stopped by request";
            return CompletableFuture.completedFuture(run.view());
        });
    }

    private synchronized Run find(String id) {
        return runs.stream()
                .filter(run -> run.view().id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no job " + id));
    }

    private synchronized @Nullable Run newest() {
        return runs.peekFirst();
    }

    /** Ends the job that is under way, so that what it has written is removed; bounded. */
    @Override
    public void close() {
        Run run = newest();
        if (run != null) {
            run.stopped = "the server stops";
            run.over
                    .copy()
                    .completeOnTimeout(null, MAX_CLOSE.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    /** One job. */
    private final class Run {
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private volatile @Nullable String stopped;
        private volatile StoreJob job;

        Run(StoreJob job) {
            this.job = job;
        }

        StoreJob view() {
            return job;
        }

        private void at(String step, long done, long total) {
            String why = stopped;
            if (why != null) {
                throw new CancellationException(why);
            }
            StoreJob now = job;
            job = new StoreJob(now.id(), now.kind(), now.actor(), now.startedAt(), null, step, done, total, null, null);
        }

        // Whatever goes wrong in there is the end of the job, which must not stay under way for ever.
        @SuppressWarnings("checkstyle:IllegalCatch")
        private void carryOut(String name) {
            try {
                end(result(name), null);
            } catch (CancellationException | Refusal | StoreException failed) {
                end(null, Objects.requireNonNullElse(failed.getMessage(), failed.toString()));
            } catch (Throwable defect) {
                LOG.error("job {} failed", job.id(), defect);
                end(null, "internal error: " + defect);
            }
        }

        private String result(String name) {
            return switch (job.kind()) {
                case BACKUP -> "backup " + holding(() -> files.backup(name, this::at));
                case EXPORT ->
                    "export " + holding(() -> files.export(name, this::at))
                            + "; changes are refused until the server is" + " started anew or changes to another store";
                case IMPORT ->
                    "kept as " + files.stage(path(name), this::at) + " for the next store without records that opens";
                case COMPACT -> files.compact(this::at) + " bytes given back to the disk";
                case REBUILD -> {
                    files.rebuildProjection(source, this::at);
                    yield "the projection is written anew";
                }
            };
        }

        private Path holding(Supplier<Path> copying) {
            PayloadService.Hold hold = holdPayloads.get();
            try {
                return copying.get();
            } finally {
                hold.close();
            }
        }

        private static Path path(String name) {
            try {
                return Path.of(name);
            } catch (InvalidPathException e) {
                throw Refusal.invalid("directory", "is no path: " + e.getReason());
            }
        }

        private void end(@Nullable String result, @Nullable String error) {
            StoreJob now = job;
            job = new StoreJob(
                    now.id(),
                    now.kind(),
                    now.actor(),
                    now.startedAt(),
                    engine.clock().instant(),
                    now.step(),
                    now.done(),
                    now.total(),
                    result,
                    error);
            LOG.info("{} {} of {}: {}", now.kind().wire(), now.id(), now.actor(), error == null ? result : error);
            over.complete(null);
        }
    }
}
