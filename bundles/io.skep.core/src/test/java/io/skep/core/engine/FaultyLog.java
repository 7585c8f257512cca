// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A log of which single shards fail. */
final class FaultyLog implements LogStore {
    private final LogStore log;
    /** What appends to a shard end with, or null. */
    IntFunction<StoreException> fault = shard -> null;

    FaultyLog(LogStore log) {
        this.log = log;
    }

    @Override
    public int shards() {
        return log.shards();
    }

    @Override
    public Path directory() {
        return log.directory();
    }

    @Override
    public ShardLease acquire(int shard) {
        return log.acquire(shard);
    }

    @Override
    public CompletionStage<Void> append(ShardLease lease, long firstSeq, List<byte[]> records) {
        StoreException failure = fault.apply(lease.shard());
        return failure == null ? log.append(lease, firstSeq, records) : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<Void> append(List<Append> together) {
        for (Append append : together) {
            StoreException failure = fault.apply(append.lease().shard());
            if (failure != null) {
                return CompletableFuture.failedFuture(failure);
            }
        }
        return log.append(together);
    }

    @Override
    public long lastSeq(int shard) {
        return log.lastSeq(shard);
    }

    @Override
    public long firstSeq(int shard) {
        return log.firstSeq(shard);
    }

    @Override
    public List<LogRecord> read(int shard, long fromSeq, int max) {
        return log.read(shard, fromSeq, max);
    }

    @Override
    public Optional<Snapshot> snapshot(int shard) {
        return log.snapshot(shard);
    }

    @Override
    public void keepSnapshot(ShardLease lease, Snapshot snapshot) {
        log.keepSnapshot(lease, snapshot);
    }

    @Override
    public void trim(ShardLease lease, long upToSeq) {
        log.trim(lease, upToSeq);
    }

    @Override
    public void begin(ShardLease lease, Snapshot snapshot) {
        log.begin(lease, snapshot);
    }

    @Override
    public boolean probe() {
        return log.probe() && IntStream.range(0, shards()).allMatch(shard -> fault.apply(shard) == null);
    }
}
