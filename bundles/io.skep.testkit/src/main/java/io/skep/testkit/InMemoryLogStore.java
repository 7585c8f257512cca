// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import io.skep.api.store.FencedException;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TrimmedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log store in memory that fails on demand. Appends are durable at once, unless {@link #manual()} was called: then
 * they are pending until {@link #sync()}, and a {@link #crash()} forgets them. Thread-safe; stages complete in the order
 * of the calls, on whichever thread syncs, and never under a lock.
 */
public final class InMemoryLogStore implements LogStore {
    private final Path directory;
    private final List<Shard> shards = new ArrayList<>();
    private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
    private final AtomicInteger syncs = new AtomicInteger();
    private volatile boolean manual;
    private volatile boolean full;
    private volatile boolean stopped;

    /** What is durable of a shard. Guarded by itself. */
    private static final class Shard {
        final List<byte[]> records = new ArrayList<>();
        long epoch;
        long first = 1;
        boolean refusedAsFull;

        @Nullable
        Snapshot snapshot;

        long last() {
            return first - 1 + records.size();
        }

        byte[] record(long seq) {
            return records.get((int) (seq - first));
        }
    }

    private record Pending(List<Append> together, CompletableFuture<Void> stage) {}

    /** An empty store; nothing is written to {@code directory}. */
    public InMemoryLogStore(int shards, Path directory) {
        this.directory = directory;
        for (int i = 0; i < shards; i++) {
            this.shards.add(new Shard());
        }
    }

    /** From now on appends wait for {@link #sync()}. */
    public void manual() {
        manual = true;
    }

    /** Makes durable what is pending, and completes its stages. */
    public void sync() {
        if (syncs.getAndIncrement() > 0) {
            return; // Whoever syncs now goes round once more: so that stages complete in order.
        }
        int seen = 1;
        while (seen != 0) {
            for (Pending next = pending.poll(); next != null; next = pending.poll()) {
                complete(next);
            }
            seen = syncs.addAndGet(-seen);
        }
    }

    /** Makes durable what was appended first, so many appends at most, and completes their stages. */
    public void sync(int most) {
        for (int i = 0; i < most; i++) {
            Pending next = pending.poll();
            if (next == null) {
                return;
            }
            complete(next);
        }
    }

    private void complete(Pending next) {
        try {
            apply(next.together());
        } catch (StoreException | IllegalArgumentException e) {
            next.stage().completeExceptionally(e);
            return;
        }
        next.stage().complete(null);
    }

    /** How many appends wait for {@link #sync()}. */
    public int pending() {
        return pending.size();
    }

    /** As if the process had been killed and started again: pending appends are forgotten, their stages fail. */
    public void crash() {
        for (Pending next = pending.poll(); next != null; next = pending.poll()) {
            next.stage().completeExceptionally(new StoreException("The store crashed before this was durable"));
        }
        stopped = false;
        full = false;
    }

    /** Whether writes find no space from now on. */
    public void full(boolean now) {
        full = now;
    }

    /** As after an error of the disk: every later write fails, until {@link #crash()}. */
    public void stop() {
        stopped = true;
    }

    /** As if another server had taken the shard: every lease given so far is fenced. */
    public void fence(int shard) {
        Shard taken = shards.get(shard);
        synchronized (taken) {
            taken.epoch++;
        }
    }

    @Override
    public int shards() {
        return shards.size();
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public ShardLease acquire(int shard) {
        requireRunning();
        return in(shards.get(shard), () -> new ShardLease(shard, ++shards.get(shard).epoch));
    }

    @Override
    public CompletionStage<Void> append(ShardLease lease, long firstSeq, List<byte[]> records) {
        return append(List.of(new Append(lease, firstSeq, records)));
    }

    @Override
    public CompletionStage<Void> append(List<Append> together) {
        List<Append> copies = together.stream()
                .map(append -> new Append(
                        append.lease(),
                        append.firstSeq(),
                        append.records().stream().map(byte[]::clone).toList()))
                .toList();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        pending.add(new Pending(copies, stage));
        if (!manual) {
            sync();
        }
        return stage;
    }

    /** All or none; only one thread syncs, so that nothing comes in between the look and the change. */
    private void apply(List<Append> together) {
        requireRunning();
        List<Append> fresh = new ArrayList<>();
        StoreFullException noSpace = null;
        for (Append append : together) {
            Shard shard = shards.get(append.lease().shard());
            synchronized (shard) {
                requireLease(shard, append.lease());
                if (append.firstSeq() != shard.last() + 1) {
                    requireSame(shard, append.firstSeq(), append.records());
                    continue;
                }
                shard.refusedAsFull = full;
                noSpace = full ? new StoreFullException("There is no space") : noSpace;
                fresh.add(append);
            }
        }
        if (noSpace != null) {
            throw noSpace;
        }
        for (Append append : fresh) {
            Shard shard = shards.get(append.lease().shard());
            synchronized (shard) {
                shard.records.addAll(append.records());
            }
        }
    }

    private static void requireSame(Shard shard, long firstSeq, List<byte[]> records) {
        if (firstSeq > shard.last() && shard.refusedAsFull) {
            throw new StoreFullException("An append before this one found no space");
        }
        if (firstSeq < shard.first || firstSeq + records.size() - 1 > shard.last()) {
            throw new IllegalArgumentException("Record " + firstSeq + " does not follow " + shard.last());
        }
        for (int i = 0; i < records.size(); i++) {
            if (!Arrays.equals(shard.record(firstSeq + i), records.get(i))) {
                throw new IllegalArgumentException("Record " + (firstSeq + i) + " is there with another content");
            }
        }
    }

    private void requireRunning() {
        if (stopped) {
            throw new StoreException("The store has stopped");
        }
    }

    private void requireSpace() {
        if (full) {
            throw new StoreFullException("There is no space");
        }
    }

    private static void requireLease(Shard shard, ShardLease lease) {
        if (lease.epoch() <= 0 || lease.epoch() != shard.epoch) {
            throw new FencedException("The lease is of epoch " + lease.epoch() + ", the shard of " + shard.epoch);
        }
    }

    @Override
    public long lastSeq(int shard) {
        return in(shards.get(shard), () -> shards.get(shard).last());
    }

    @Override
    public long firstSeq(int shard) {
        return in(shards.get(shard), () -> shards.get(shard).first);
    }

    @Override
    public List<LogRecord> read(int shard, long fromSeq, int max) {
        Shard from = shards.get(shard);
        synchronized (from) {
            if (fromSeq < from.first) {
                throw new TrimmedException("Record " + fromSeq + " was trimmed; the oldest is " + from.first);
            }
            List<LogRecord> records = new ArrayList<>();
            for (long seq = fromSeq; seq <= from.last() && records.size() < max; seq++) {
                records.add(new LogRecord(seq, from.record(seq)));
            }
            return records;
        }
    }

    @Override
    public Optional<Snapshot> snapshot(int shard) {
        return in(shards.get(shard), () -> Optional.ofNullable(shards.get(shard).snapshot));
    }

    @Override
    public void keepSnapshot(ShardLease lease, Snapshot snapshot) {
        requireRunning();
        Shard shard = shards.get(lease.shard());
        synchronized (shard) {
            requireLease(shard, lease);
            long before = shard.snapshot == null ? 0 : shard.snapshot.seq();
            if (snapshot.seq() < before || snapshot.seq() > shard.last()) {
                throw new IllegalArgumentException(
                        "A snapshot after " + snapshot.seq() + " is not between " + before + " and " + shard.last());
            }
            requireSpace();
            shard.snapshot = new Snapshot(snapshot.seq(), snapshot.body().clone());
        }
    }

    @Override
    public void trim(ShardLease lease, long upToSeq) {
        requireRunning();
        Shard shard = shards.get(lease.shard());
        synchronized (shard) {
            requireLease(shard, lease);
            long upTo = Math.min(upToSeq, shard.snapshot == null ? 0 : shard.snapshot.seq());
            if (upTo >= shard.first) {
                shard.records.subList(0, (int) (upTo - shard.first + 1)).clear();
                shard.first = upTo + 1;
            }
        }
    }

    @Override
    public void begin(ShardLease lease, Snapshot snapshot) {
        requireRunning();
        Shard shard = shards.get(lease.shard());
        synchronized (shard) {
            requireLease(shard, lease);
            if (!shard.records.isEmpty() || (shard.last() != 0 && shard.last() != snapshot.seq())) {
                throw new IllegalArgumentException("The shard has records up to " + shard.last());
            }
            requireSpace();
            shard.first = snapshot.seq() + 1;
            shard.snapshot = new Snapshot(snapshot.seq(), snapshot.body().clone());
        }
    }

    @Override
    public boolean probe() {
        return !full && !stopped;
    }

    private static <T> T in(Shard shard, Supplier<T> use) {
        synchronized (shard) {
            return use.get();
        }
    }
}
