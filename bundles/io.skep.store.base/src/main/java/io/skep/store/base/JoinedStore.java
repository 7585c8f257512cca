// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.Page;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A log and a projection as one service. Thread-safe if both are. */
public abstract class JoinedStore implements LogStore, Projection {
    /** The log. */
    protected abstract LogStore log();

    /** The projection. */
    protected abstract Projection projection();

    @Override
    public final int shards() {
        return log().shards();
    }

    @Override
    public final Path directory() {
        return log().directory();
    }

    @Override
    public final ShardLease acquire(int shard) {
        return log().acquire(shard);
    }

    @Override
    public final CompletionStage<Void> append(ShardLease lease, long firstSeq, List<byte[]> records) {
        return log().append(lease, firstSeq, records);
    }

    @Override
    public final CompletionStage<Void> append(List<Append> together) {
        return log().append(together);
    }

    @Override
    public final long lastSeq(int shard) {
        return log().lastSeq(shard);
    }

    @Override
    public final long firstSeq(int shard) {
        return log().firstSeq(shard);
    }

    @Override
    public final List<LogRecord> read(int shard, long fromSeq, int max) {
        return log().read(shard, fromSeq, max);
    }

    @Override
    public final Optional<Snapshot> snapshot(int shard) {
        return log().snapshot(shard);
    }

    @Override
    public final void keepSnapshot(ShardLease lease, Snapshot snapshot) {
        log().keepSnapshot(lease, snapshot);
    }

    @Override
    public final void trim(ShardLease lease, long upToSeq) {
        log().trim(lease, upToSeq);
    }

    @Override
    public final boolean probe() {
        return log().probe();
    }

    @Override
    public final long applied(int shard) {
        return projection().applied(shard);
    }

    @Override
    public final void write(List<TaskRow> rows, long[] positions) {
        projection().write(rows, positions);
    }

    @Override
    public final Optional<byte[]> task(String id) {
        return projection().task(id);
    }

    @Override
    public final Optional<byte[]> taskByKey(String tenant, String idempotencyKey) {
        return projection().taskByKey(tenant, idempotencyKey);
    }

    @Override
    public final Page<byte[]> tasks(TaskQuery query) {
        return projection().tasks(query);
    }

    @Override
    public final int expire(long endedBeforeMillis, int max) {
        return projection().expire(endedBeforeMillis, max);
    }
}
