// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.api.Refusal;
import io.skep.api.embedding.Embedder;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.PluginThreads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of this work, of the least priority and within its share of a core: first what waits to be consolidated,
 * then what cannot be found yet, then vectors. Thread-safe.
 */
final class Caretaker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);
    private static final long REST_SECONDS = 30;
    private static final long CLOSE_MILLIS = 1_000;

    private final Indexer indexer;
    private final Consolidating consolidating;
    private final ConsolidationSettings settings;
    private final Supplier<Optional<Embedder>> embedder;
    private final Map<String, Job> waiting = new LinkedHashMap<>();
    private final Semaphore something = new Semaphore(0);
    private final Thread thread;
    private final Slices pace;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean closed;
    /** What runs now is to end. */
    private volatile boolean unwanted;

    private volatile @Nullable String running;

    // Nothing relies on the priority: the share of a core is kept by pauses. It is a hint to the system, for within a
    // slice.
    @SuppressWarnings("ThreadPriorityCheck")
    Caretaker(
            Indexer indexer,
            Consolidating consolidating,
            ConsolidationSettings settings,
            Supplier<Optional<Embedder>> embedder) {
        this.indexer = indexer;
        this.consolidating = consolidating;
        this.settings = settings;
        this.embedder = embedder;
        this.pace = new Slices(settings.cpuPercent(), () -> closed || unwanted);
        this.thread = PluginThreads.daemon(this::run, "skep-context-consolidation");
        this.thread.setPriority(Thread.MIN_PRIORITY);
    }

    void start() {
        thread.start();
    }

    /**
     * Puts a session in the queue. One that waits already with the same wish is not put there again.
     *
     * @throws Refusal {@code BUSY} if too many wait
     */
    CompletableFuture<Results.Consolidation> add(Job job) {
        String key = job.session() + ' ' + job.level() + ' ' + job.tokens() + ' ' + job.dryRun();
        synchronized (waiting) {
            Job same = waiting.get(key);
            if (same != null) {
                return same.done();
            }
            if (closed || waiting.size() >= settings.waiting()) {
                throw Refusal.of(
                        Refusal.Reason.BUSY,
                        waiting.size() + " sessions wait to be consolidated already; try again later");
            }
            waiting.put(key, job);
        }
        wake();
        return job.done();
    }

    /** Ends what is done to these sessions, with their old contexts intact, and what waits. */
    void cancel(Collection<String> sessions) {
        List<Job> gone = new ArrayList<>();
        synchronized (waiting) {
            waiting.values().removeIf(job -> sessions.contains(job.session()) && gone.add(job));
            String now = running;
            unwanted = now != null && sessions.contains(now);
        }
        gone.forEach(Caretaker::unwanted);
    }

    private static void unwanted(Job job) {
        job.done()
                .completeExceptionally(
                        Refusal.of(Refusal.Reason.BUSY, "it was stopped, with the old context intact; ask again"));
    }

    /** There is something to do. */
    void wake() {
        something.release();
    }

    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    @Nullable
    String running() {
        return running;
    }

    long done() {
        return done.get();
    }

    long failed() {
        return failed.get();
    }

    private void run() {
        while (!closed) {
            try {
                pace.begin();
                if (!work()) {
                    // Whatever comes releases a permit, also while this was at work.
                    if (something.tryAcquire(REST_SECONDS, TimeUnit.SECONDS)) {
                        something.drainPermits();
                    }
                }
            } catch (CancellationException stopped) {
                LOG.debug("stopped at work", stopped);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (Declination | Refusal | IllegalStateException e) {
                LOG.warn("work on the archive has failed and is tried again later: {}", e.toString());
                LOG.debug("why", e);
            }
        }
    }

    private boolean work() {
        Job job = next();
        if (job != null) {
            consolidate(job);
            return true;
        }
        if (indexer.work(pace)) {
            return true;
        }
        Embedder encoder = embedder.get().orElse(null);
        return encoder != null && indexer.understand(encoder, pace);
    }

    private @Nullable Job next() {
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                return null;
            }
            String first = waiting.keySet().iterator().next();
            Job job = waiting.remove(first);
            running = job == null ? null : job.session();
            unwanted = false;
            return job;
        }
    }

    private void consolidate(Job job) {
        try {
            job.done().complete(consolidating.run(job, pace));
            done.incrementAndGet();
        } catch (CancellationException stopped) {
            unwanted(job);
            LOG.debug("session {} was not consolidated to the end", job.session(), stopped);
        } catch (Declination | Refusal | IllegalStateException e) {
            failed.incrementAndGet();
            job.done().completeExceptionally(e);
        } finally {
            synchronized (waiting) {
                running = null;
                unwanted = false;
            }
        }
    }

    /** Stops at the next step; what was begun is as if it had not been. */
    @Override
    public void close() {
        closed = true;
        wake();
        synchronized (waiting) {
            waiting.values().forEach(Caretaker::unwanted);
            waiting.clear();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
