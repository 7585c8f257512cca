// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.store.base.Frames.DamagedException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the log. It takes everything that is pending, of all shards, into one transaction, commits
 * it (one sync of the disk), and completes the stages in the order in which they were asked for; while it syncs, the
 * next ones collect. There is no polling, and no delay but after a crowd, see {@link #gather}.
 *
 * <p>When SQLite finds no space, the transaction is rolled back, all of it is refused as full, and the writer goes on.
 * After any other error the outcome is unknown, and whether a later sync would tell the truth is too: the writer stops
 * for good and leaves its connection open, since closing the last one would copy the write-ahead log into the file.
 */
final class LogWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final long CLOSE_MILLIS = 30_000;
    /** Changes in a commit from which on the next one waits for those that it has answered. */
    private static final int CROWD = 16;

    private static final long MOST_GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A change to make within a transaction. What it throws, but {@link SQLException}, it throws before any change. */
    @FunctionalInterface
    interface Change<T> {
        T in(LogTransaction transaction) throws SQLException, DamagedException;
    }

    /** A change with its outcome. */
    private static final class Pending<T> {
        final Change<T> change;
        final long bytes;
        final CompletableFuture<T> stage = new CompletableFuture<>();
        private @Nullable T value;
        private @Nullable RuntimeException refused;

        Pending(Change<T> change, long bytes) {
            this.change = change;
            this.bytes = bytes;
        }

        void apply(LogTransaction transaction) throws SQLException, DamagedException {
            try {
                value = change.in(transaction);
            } catch (StoreException | IllegalArgumentException e) {
                refused = e;
            }
        }

        @SuppressWarnings("NullAway") // a change may return null, which is what a stage of Void completes with
        void complete() {
            if (refused != null) {
                stage.completeExceptionally(refused);
            } else {
                stage.complete(value);
            }
        }

        void fail(StoreException e) {
            stage.completeExceptionally(refused != null ? refused : e);
        }
    }

    private final Path file;
    private final LogTransaction transaction;
    private final Checkpointer checkpointer;
    private final long maxPendingBytes;
    private final LinkedBlockingQueue<Pending<?>> queue = new LinkedBlockingQueue<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final Pending<?> last = new Pending<>(in -> finish(), 0);
    private final Thread thread;
    private volatile @Nullable StoreException ended;
    private boolean finished;
    private Before before = new Before(0, 0, 0);

    /** The commit before. */
    private record Before(int changes, long bytes, long nanos) {}

    LogWriter(Path file, LogTransaction transaction, Checkpointer checkpointer, long maxPendingBytes) {
        this.file = file;
        this.transaction = transaction;
        this.checkpointer = checkpointer;
        this.maxPendingBytes = maxPendingBytes;
        thread = new Thread(this::run, "skep-store-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Enqueues a change; never blocks. The stage completes on the writer's thread, in the order of the calls.
     *
     * @param bytes what it holds in memory until then
     * @return ends with {@link RejectedExecutionException} if too much is pending; nothing was written then
     */
    <T> CompletableFuture<T> submit(long bytes, Change<T> change) {
        if (pendingBytes.addAndGet(bytes) > maxPendingBytes) {
            pendingBytes.addAndGet(-bytes);
            return CompletableFuture.failedFuture(
                    new RejectedExecutionException("More than max.pending.bytes wait to be written"));
        }
        Pending<T> pending = new Pending<>(change, bytes);
        enqueue(pending);
        return pending.stage;
    }

    private void enqueue(Pending<?> pending) {
        queue.add(pending);
        StoreException end = ended;
        if (end != null && queue.remove(pending)) {
            // The writer emptied the queue before this came in.
            pending.fail(again(end));
        }
    }

    /** Why the store has stopped or was closed; null while it works. */
    @Nullable
    StoreException ended() {
        return ended;
    }

    /** A new exception for each caller, so that nobody adds suppressed ones to a shared object. */
    StoreException again(StoreException end) {
        return new StoreException(String.valueOf(end.getMessage()), end);
    }

    @SuppressWarnings("checkstyle:IllegalCatch") // whatever it is: nobody may wait for ever for a writer that is gone
    private void run() {
        List<Pending<?>> group = new ArrayList<>();
        try {
            while (!finished) {
                group.clear();
                group.add(queue.take());
                queue.drainTo(group);
                gather(group);
                long begun = System.nanoTime();
                commit(group);
                before = new Before(group.size(), bytes(group), System.nanoTime() - begun);
                checkpoint();
            }
            end(new StoreException("The store " + file + " is closed"), List.of());
        } catch (Throwable e) {
            LOG.error("the writer of {} stops: {}", file, e.toString(), e);
            transaction.abandon();
            end(new StoreException("The store " + file + " has stopped: " + e.getMessage(), e), group);
        }
    }

    /**
     * Those whom a commit has answered come back one after another. If the first of them started the next commit at once,
     * all the others would wait for two: so after a crowd, and only then, up to a quarter of the time that its commit took
     * is spent waiting for three quarters of as much. A smaller group makes the next wait shorter or none.
     */
    private void gather(List<Pending<?>> group) throws InterruptedException {
        if (before.changes() < CROWD) {
            return;
        }
        long enough = before.bytes() / 4 * 3;
        long until = System.nanoTime() + Math.min(before.nanos() / 4, MOST_GATHER_NANOS);
        long bytes = bytes(group);
        while (bytes < enough) {
            Pending<?> next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            group.add(next);
            bytes += next.bytes;
        }
    }

    private static long bytes(List<Pending<?>> group) {
        return group.stream().mapToLong(pending -> pending.bytes).sum();
    }

    private boolean finish() {
        finished = true;
        return true;
    }

    private void commit(List<Pending<?>> group) throws SQLException, DamagedException {
        long bytes = 0;
        StoreFullException full = null;
        try {
            transaction.begin();
            for (Pending<?> pending : group) {
                bytes += pending.bytes;
                pending.apply(transaction);
            }
            transaction.commit();
        } catch (SQLException e) {
            if (!Sql.isFull(e)) {
                throw e;
            }
            transaction.rollback();
            LOG.warn("no space for {}: {}", file, e.getMessage());
            full = new StoreFullException("There is no space for " + file + ": " + e.getMessage());
        }
        pendingBytes.addAndGet(-bytes);
        for (Pending<?> pending : group) {
            if (full == null) {
                pending.complete();
            } else {
                pending.fail(new StoreFullException(String.valueOf(full.getMessage())));
            }
        }
    }

    private void checkpoint() throws SQLException {
        checkpointer.written(transaction.written());
        boolean isOverdue = checkpointer.isOverdue();
        if (!isOverdue && !checkpointer.takeTurn()) {
            return;
        }
        try {
            if (isOverdue) {
                transaction.truncate(checkpointer);
            } else {
                transaction.checkpoint();
            }
        } catch (SQLException e) {
            if (!Sql.isFull(e)) {
                throw e;
            }
            LOG.warn("no space to move the write-ahead log into {}; it grows meanwhile", file);
        }
    }

    private void end(StoreException reason, List<Pending<?>> group) {
        ended = reason;
        group.forEach(pending -> pending.fail(again(reason)));
        for (Pending<?> pending = queue.poll(); pending != null; pending = queue.poll()) {
            pending.fail(again(reason));
        }
    }

    /** Stops the store because of an error elsewhere than in the writer. */
    void stop(SQLException e) {
        Change<Void> failing = in -> {
            throw e;
        };
        enqueue(new Pending<>(failing, 0));
    }

    /** Writes what is pending, then ends; later changes are refused. */
    @Override
    public void close() throws SQLException {
        queue.add(last);
        boolean interrupted = false;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the writer of {} is still busy and is left to itself", file);
        } else if (last.stage.isDone() && !last.stage.isCompletedExceptionally()) {
            transaction.close();
        }
    }
}
