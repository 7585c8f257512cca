// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands turns to the store and finishes them, in order, when they are durable. The engine goes on deciding meanwhile, but
 * never more than {@value #MAX_AHEAD} turns ahead. One thread seals, another finishes.
 */
final class Journal {
    private static final int MAX_AHEAD = 512;
    private static final long MAX_BYTES_AHEAD = 64L << 20;

    private final LogStore log;
    private final List<ShardLease> leases;
    private final Sink sink;
    private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
    private final Semaphore ahead = new Semaphore(MAX_AHEAD);
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    /** Why every turn fails until {@link #resume}: one has failed, and those after it were decided on top of it. */
    private volatile @Nullable Throwable broken;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private long bytesAhead;

    private record Pending(Turn turn, CompletableFuture<Void> durable) {}

    /** Who learns of what became of a turn, on the finishing thread. */
    interface Sink {
        /** The turn's changes are durable; its answers have been given. */
        void durable(List<Turn.Logged> logged);

        /** The turn's changes are not durable. Returns what those who wait for an answer are told. */
        RuntimeException failed(Throwable cause);
    }

    Journal(LogStore log, Sink sink) {
        this.log = log;
        this.sink = sink;
        List<ShardLease> acquired = new ArrayList<>();
        for (int shard = 0; shard < log.shards(); shard++) {
            acquired.add(log.acquire(shard));
        }
        this.leases = List.copyOf(acquired);
    }

    ShardLease lease(int shard) {
        return leases.get(shard);
    }

    long records() {
        return records.get();
    }

    long commits() {
        return commits.get();
    }

    /** Sends a turn on its way; waits when too many are on theirs. */
    void seal(Turn turn) throws InterruptedException {
        ahead.acquire();
        goAhead(turn.bytes());
        CompletableFuture<Void> durable = append(turn.logged(), turn.isTogether());
        pending.add(new Pending(turn, durable));
    }

    /** Waits for the oldest turn and finishes it. */
    void finishNext() throws InterruptedException {
        finish(pending.take());
    }

    /** Finishes every turn of which the outcome is known, for tests that have no thread. */
    void finishKnown() {
        Pending next = pending.peek();
        while (next != null && next.durable().isDone()) {
            finish(pending.remove());
            next = pending.peek();
        }
    }

    /** Whether every turn has been finished. */
    boolean isIdle() {
        return ahead.availablePermits() == MAX_AHEAD;
    }

    /** Takes turns again, which build on what is in the log; when idle. */
    void resume() {
        broken = null;
    }

    private void finish(Pending next) {
        try {
            @Nullable RuntimeException failure = outcome(next.durable());
            next.turn().finish(failure);
            if (failure == null) {
                sink.durable(next.turn().logged());
            }
        } finally {
            fallBack(next.turn().bytes());
            ahead.release();
        }
    }

    private void goAhead(long bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (bytesAhead > MAX_BYTES_AHEAD) {
                finished.await();
            }
            bytesAhead += bytes;
        } finally {
            lock.unlock();
        }
    }

    private void fallBack(long bytes) {
        lock.lock();
        try {
            bytesAhead -= bytes;
            finished.signal();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable RuntimeException outcome(CompletableFuture<Void> durable) {
        try {
            durable.join();
        } catch (CompletionException failed) {
            if (broken == null) {
                broken = failed.getCause() == null ? failed : failed.getCause();
            }
        }
        Throwable cause = broken;
        return cause == null ? null : sink.failed(cause);
    }

    private CompletableFuture<Void> append(List<Turn.Logged> logged, boolean together) {
        if (logged.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        records.addAndGet(logged.size());
        commits.incrementAndGet();
        int shard = logged.get(0).shard();
        if (logged.stream().allMatch(entry -> entry.shard() == shard)) {
            return append(shard, logged);
        }
        Map<Integer, List<Turn.Logged>> byShard = new TreeMap<>();
        logged.forEach(entry ->
                byShard.computeIfAbsent(entry.shard(), s -> new ArrayList<>()).add(entry));
        if (together) {
            return log.append(byShard.entrySet().stream()
                            .map(entry -> new LogStore.Append(
                                    leases.get(entry.getKey()),
                                    entry.getValue().get(0).seq(),
                                    records(entry.getValue())))
                            .toList())
                    .toCompletableFuture();
        }
        return CompletableFuture.allOf(byShard.entrySet().stream()
                .map(entry -> append(entry.getKey(), entry.getValue()))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> append(int shard, List<Turn.Logged> logged) {
        return log.append(leases.get(shard), logged.get(0).seq(), records(logged))
                .toCompletableFuture();
    }

    private static List<byte[]> records(List<Turn.Logged> logged) {
        List<byte[]> bodies = new ArrayList<>(logged.size());
        logged.forEach(entry -> bodies.add(entry.record()));
        return bodies;
    }
}
