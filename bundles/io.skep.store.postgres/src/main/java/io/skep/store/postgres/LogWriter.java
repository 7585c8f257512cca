// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.FencedException;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.store.base.Frames;
import io.skep.store.base.ShardTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the log. It takes everything that is pending, of all shards, into one statement, which is
 * its own transaction, and completes the stages in the order in which they were asked for; while the database syncs, the
 * next ones collect.
 *
 * <p>When the database finds no space, nothing of the statement was written, all of it is refused as full, and the writer
 * goes on. When the connection is lost, see {@link Session#write}. After any other error, or when this server may no longer
 * act for its shards, it stops for good.
 */
final class LogWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final long CLOSE_MILLIS = 30_000;
    /** What one statement holds at most; the driver and the database have it in memory several times. */
    private static final long TICK_BYTES = 8L << 20;

    /** Encoded records of one shard. */
    record Part(ShardLease lease, long firstSeq, long lastSeq, byte[] frames) {
        static Part of(LogStore.Append append) {
            ShardLease lease = append.lease();
            byte[] frames = Frames.encode(lease.shard(), append.firstSeq(), append.records());
            return new Part(
                    lease,
                    append.firstSeq(),
                    append.firstSeq() + append.records().size() - 1,
                    frames);
        }

        int shard() {
            return lease.shard();
        }
    }

    /** An append with its outcome, of one shard or of several together; or something else to be done in between. */
    private static final class Pending {
        /** Of different shards; none for something else. */
        final List<Part> parts;

        final Runnable between;
        final CompletableFuture<Void> stage = new CompletableFuture<>();
        private @Nullable RuntimeException refused;

        Pending(List<Part> parts) {
            this.parts = parts;
            this.between = () -> {};
        }

        Pending(Runnable between) {
            this.parts = List.of();
            this.between = between;
        }

        long bytes() {
            return parts.stream().mapToLong(part -> part.frames().length).sum();
        }

        @SuppressWarnings("NullAway") // a stage of Void completes with null
        void complete() {
            if (refused != null) {
                stage.completeExceptionally(refused);
            } else {
                stage.complete(null);
            }
        }

        void fail(StoreException e) {
            stage.completeExceptionally(refused != null ? refused : e);
        }
    }

    private final Session session;
    private final ShardTable durable;
    private final long maxPendingBytes;
    private final Consumer<StoreException> stopped;
    private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final Pending last = new Pending(() -> finish());
    private final BitSet refusedAsFull = new BitSet();
    private final long[] next;
    private final Thread thread;
    private volatile @Nullable StoreException ended;
    private boolean finished;

    /**
     * For shards whose leases are held.
     *
     * @param stopped is told once, on the writer's thread, if it stops because of an error
     */
    LogWriter(Session session, ShardTable durable, long maxPendingBytes, Consumer<StoreException> stopped) {
        this.session = session;
        this.durable = durable;
        this.maxPendingBytes = maxPendingBytes;
        this.stopped = stopped;
        next = new long[durable.size()];
        for (int shard = 0; shard < next.length; shard++) {
            next[shard] = durable.last(shard) + 1;
        }
        thread = new Thread(this::run, "skep-store-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Enqueues an append; never blocks. The stage completes on the writer's thread, in the order of the calls. */
    CompletableFuture<Void> append(List<Part> together) {
        Pending pending = new Pending(together);
        long bytes = pending.bytes();
        if (pendingBytes.addAndGet(bytes) > maxPendingBytes) {
            pendingBytes.addAndGet(-bytes);
            return CompletableFuture.failedFuture(
                    new RejectedExecutionException("More than max.pending.bytes wait to be written"));
        }
        return enqueue(pending);
    }

    /** Takes a shard anew, between what was appended before and what comes after. */
    CompletableFuture<ShardLease> acquire(int shard) {
        CompletableFuture<ShardLease> lease = new CompletableFuture<>();
        CompletableFuture<Void> done = enqueue(new Pending(() -> lease.complete(take(shard))));
        return done.thenApply(nothing -> lease.join());
    }

    private ShardLease take(int shard) {
        ShardLease lease = session.acquire(shard);
        next[shard] = durable.last(shard) + 1;
        return lease;
    }

    /** Completes when everything that was appended before this call has its outcome. */
    CompletableFuture<Void> settled() {
        return enqueue(new Pending(() -> {}));
    }

    /** Goes on after a number in a shard that has no record. */
    CompletableFuture<Void> begun(int shard, long seq) {
        return enqueue(new Pending(() -> {
            durable.last(shard, seq);
            durable.first(shard, seq + 1);
            next[shard] = seq + 1;
        }));
    }

    private CompletableFuture<Void> enqueue(Pending pending) {
        queue.add(pending);
        StoreException end = ended;
        if (end != null && queue.remove(pending)) {
            // The writer emptied the queue before this came in.
            pending.fail(again(end));
        }
        return pending.stage;
    }

    /** Why the store has stopped or was closed; null while it works. */
    @Nullable
    StoreException ended() {
        return ended;
    }

    /** A new exception for each caller, so that nobody adds suppressed ones to a shared object. */
    static StoreException again(StoreException end) {
        return new StoreException(String.valueOf(end.getMessage()), end);
    }

    @SuppressWarnings("checkstyle:IllegalCatch") // whatever it is: nobody may wait for ever for a writer that is gone
    private void run() {
        List<Pending> group = new ArrayList<>();
        try {
            while (!finished) {
                take(group);
                commit(group);
            }
            end(new StoreException("The store is closed"), List.of());
        } catch (Throwable e) {
            StoreException why = e instanceof StoreException store
                    ? store
                    : new StoreException("The writer of the log failed: " + e.getMessage(), e);
            LOG.error("the store stops: {}", why.getMessage());
            LOG.debug("why", e);
            end(why, group);
            stopped.accept(why);
        } finally {
            session.close();
        }
    }

    private void take(List<Pending> group) throws InterruptedException {
        group.clear();
        Pending first = queue.take();
        long bytes = 0;
        for (Pending pending = first; pending != null; pending = bytes < TICK_BYTES ? queue.poll() : null) {
            group.add(pending);
            bytes += pending.bytes();
        }
    }

    private void commit(List<Pending> group) throws SQLException {
        Tick tick = new Tick();
        int from = 0;
        for (int i = 0; i < group.size(); i++) {
            Pending pending = group.get(i);
            if (pending.parts.isEmpty() || pending.parts.stream().anyMatch(this::isRepeated)) {
                flush(tick, group.subList(from, i));
                tick = new Tick();
                from = i;
                between(pending);
            } else {
                add(tick, pending);
            }
        }
        flush(tick, group.subList(from, group.size()));
    }

    /** Whether it is of numbers that were given out, which is looked up after all before it is written. */
    private boolean isRepeated(Part part) {
        ShardLease lease = part.lease();
        return part.firstSeq() < next[lease.shard()]
                && lease.epoch() == durable.epoch(lease.shard())
                && lease.epoch() > 0;
    }

    private void between(Pending pending) throws SQLException {
        try {
            pending.between.run();
            for (Part part : pending.parts) {
                requireSame(part);
            }
        } catch (IllegalArgumentException | FencedException e) {
            pending.refused = e;
        }
    }

    private void requireSame(Part part) throws SQLException {
        int shard = part.shard();
        if (part.firstSeq() < durable.first(shard) || part.lastSeq() > durable.last(shard)) {
            throw doesNotFollow(part);
        }
        List<byte[]> there =
                session.read(shard, part.firstSeq(), Math.toIntExact(part.lastSeq() - part.firstSeq() + 1)).stream()
                        .map(LogRecord::body)
                        .toList();
        if (!Arrays.equals(Frames.encode(shard, part.firstSeq(), there), part.frames())) {
            throw new IllegalArgumentException("Record " + part.firstSeq() + " of shard " + shard
                    + " or one after it is there with another content; nothing was written");
        }
    }

    private IllegalArgumentException doesNotFollow(Part part) {
        return new IllegalArgumentException("Record " + part.firstSeq() + " of shard " + part.shard()
                + " does not follow " + (next[part.shard()] - 1) + ", the last one; nothing was written");
    }

    private void add(Tick tick, Pending pending) {
        for (Part part : pending.parts) {
            pending.refused = refusal(part);
            if (pending.refused != null) {
                return;
            }
        }
        for (Part part : pending.parts) {
            int shard = part.shard();
            tick.add(shard, part.lease().epoch(), part.firstSeq(), part.lastSeq(), part.frames());
            next[shard] = part.lastSeq() + 1;
            refusedAsFull.clear(shard);
        }
    }

    private @Nullable RuntimeException refusal(Part part) {
        ShardLease lease = part.lease();
        int shard = lease.shard();
        if (lease.epoch() <= 0 || lease.epoch() != durable.epoch(shard)) {
            return new FencedException("Shard " + shard + " was taken by epoch " + durable.epoch(shard)
                    + "; the lease is of epoch " + lease.epoch());
        } else if (part.firstSeq() > next[shard]) {
            return refusedAsFull.get(shard)
                    ? new StoreFullException("An append before this one found no space")
                    : doesNotFollow(part);
        }
        return null;
    }

    /** Writes a tick, then answers those that are in it or were refused meanwhile. */
    private void flush(Tick tick, List<Pending> pending) throws SQLException {
        StoreFullException full = null;
        if (!tick.isEmpty()) {
            try {
                session.write(tick);
                tick.rows().forEach(row -> durable.last(row.shard, row.last()));
            } catch (StoreFullException e) {
                full = e;
                tick.rows().forEach(row -> takeBack(row.shard));
            }
        }
        for (Pending one : pending) {
            pendingBytes.addAndGet(-one.bytes());
            if (full == null) {
                one.complete();
            } else {
                one.fail(new StoreFullException(String.valueOf(full.getMessage())));
            }
        }
    }

    private void takeBack(int shard) {
        next[shard] = durable.last(shard) + 1;
        refusedAsFull.set(shard);
    }

    private void finish() {
        finished = true;
    }

    private void end(StoreException reason, List<Pending> group) {
        ended = reason;
        group.forEach(pending -> pending.fail(again(reason)));
        for (Pending pending = queue.poll(); pending != null; pending = queue.poll()) {
            pending.fail(again(reason));
        }
    }

    /** Stops because of something elsewhere. */
    void stop(StoreException why) {
        session.abandon(why);
        enqueue(new Pending(() -> {
            throw again(why);
        }));
    }

    /** Writes what is pending, then ends; later appends are refused. */
    @Override
    public void close() {
        enqueue(last);
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
            LOG.warn("the writer of the log is still busy and is left to itself");
        }
    }
}
