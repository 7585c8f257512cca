// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.Page;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log and a projection as one service. Thread-safe if both are. While it is being exported, and from then on, it takes no
 * change and trims nothing.
 */
public abstract class JoinedStore implements LogStore, Projection, StoreFiles {
    /** Shared by appends, taken alone to close the store for changes: so none comes in late. */
    private final ReadWriteLock changing = new ReentrantReadWriteLock();

    private @Nullable String closed;

    /** The log. */
    protected abstract LogStore log();

    /** The projection. */
    protected abstract Projection projection();

    /** Waits until everything that was appended before this call has its outcome. */
    protected abstract void settle();

    /** Where exports are made. */
    protected abstract Path exports();

    /** The directory of this server, in which an import waits. */
    protected abstract Path home();

    /** How many bytes the disks of exports and imports keep free. */
    protected abstract long keepFree();

    @Override
    public final Path export(String name, Progress progress) {
        setClosed("The store is being exported and takes no changes");
        boolean complete = false;
        try {
            settle();
            Path made = Directories.make(
                    "export",
                    exports(),
                    name,
                    keepFree(),
                    progress,
                    (part, bounded) -> new ExportWriter(log(), projection(), part, bounded).write());
            setClosed("The store was exported to " + made + " and takes no changes until the server is started anew");
            complete = true;
            return made;
        } finally {
            if (!complete) {
                setClosed(null);
            }
        }
    }

    @Override
    public final Path stage(Path export, Progress progress) {
        return ExportReader.stage(export, home(), keepFree(), progress);
    }

    /**
     * Takes an import over if one waits for a store like this one; before anybody uses it.
     *
     * @throws io.skep.api.store.StoreException if that fails; the store must not be used then
     */
    public final void takeOverImport() {
        ExportReader.takeOver(log(), projection(), home());
    }

    private void setClosed(@Nullable String why) {
        changing.writeLock().lock();
        try {
            closed = why;
        } finally {
            changing.writeLock().unlock();
        }
    }

    /** A change that only enqueues, unless the store is closed for changes. */
    private CompletionStage<Void> changing(Supplier<CompletionStage<Void>> change) {
        changing.readLock().lock();
        try {
            return closed == null ? change.get() : CompletableFuture.failedFuture(new StoreFullException(closed));
        } finally {
            changing.readLock().unlock();
        }
    }

    private @Nullable String closed() {
        changing.readLock().lock();
        try {
            return closed;
        } finally {
            changing.readLock().unlock();
        }
    }

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
        return changing(() -> log().append(lease, firstSeq, records));
    }

    @Override
    public final CompletionStage<Void> append(List<Append> together) {
        return changing(() -> log().append(together));
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
        String why = closed();
        if (why != null) {
            throw new StoreFullException(why);
        }
        log().keepSnapshot(lease, snapshot);
    }

    @Override
    public final void trim(ShardLease lease, long upToSeq) {
        if (closed() == null) {
            log().trim(lease, upToSeq);
        }
    }

    @Override
    public final void begin(ShardLease lease, Snapshot snapshot) {
        log().begin(lease, snapshot);
    }

    @Override
    public final boolean probe() {
        return closed() == null && log().probe();
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
    public final List<TaskRow> rows(String afterId, int max) {
        return projection().rows(afterId, max);
    }

    @Override
    public final int expire(long endedBeforeMillis, int max) {
        return projection().expire(endedBeforeMillis, max);
    }
}
