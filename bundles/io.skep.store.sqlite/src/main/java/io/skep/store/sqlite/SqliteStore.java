// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.Page;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.StoreStatus;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded store: log and projection in one locked directory. Thread-safe.
 */
final class SqliteStore implements LogStore, Projection, StoreFiles, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

    private final Settings settings;
    private final DirectoryLock lock;
    private final Space space;
    private final SqliteLog log;
    private final SqliteProjection projection;
    private final Upkeep upkeep;

    /**
     * Opens the store.
     *
     * @throws StoreException if the directory is in use, or a file is not to be used; names it
     */
    SqliteStore(Settings settings) {
        this(settings, null, Sql::open);
    }

    /** With another disk or other connections, for tests. */
    SqliteStore(Settings settings, @Nullable Space otherSpace, Sql.Connector connector) {
        this.settings = settings;
        lock = DirectoryLock.take(settings.directory());
        SqliteLog opened = null;
        boolean complete = false;
        try {
            space = otherSpace == null ? Space.of(settings.directory(), settings.minFreeBytes()) : otherSpace;
            opened = new SqliteLog(settings, space, connector);
            projection = new SqliteProjection(settings, space, connector, opened.id(), opened::lastSeq);
            log = opened;
            upkeep = new Upkeep(settings, log, projection);
            complete = true;
        } catch (IOException e) {
            throw new StoreException("The store directory " + settings.directory() + " cannot be used: " + e, e);
        } finally {
            if (!complete) {
                if (opened != null) {
                    opened.close();
                }
                lock.close();
            }
        }
        LOG.info("store {} opened with {} shards", settings.directory(), settings.shards());
    }

    /**
     * Takes the new limits of space over; the files stay open.
     *
     * @throws StoreException if the store has stopped
     */
    void apply(Settings next) {
        space.keepFree(next.minFreeBytes());
        log.limit(next.maxLogBytes());
        LOG.info(
                "store {}: min.free.bytes = {}, max.log.bytes = {}",
                directory(),
                next.minFreeBytes(),
                next.maxLogBytes());
        if (!settings.sameLayout(next)) {
            LOG.info(
                    "directory, shards, max.pending.bytes, backup.directory and max.read.millis hold from the next start on");
        }
    }

    /** Writes what is pending and closes the files; everything later is refused. */
    @Override
    public void close() {
        try {
            projection.close();
        } finally {
            try {
                log.close();
            } finally {
                lock.close();
            }
        }
        LOG.info("store {} closed", directory());
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
        return log.append(lease, firstSeq, records);
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
    public boolean probe() {
        return log.probe();
    }

    @Override
    public long applied(int shard) {
        return projection.applied(shard);
    }

    @Override
    public void write(List<TaskRow> rows, long[] positions) {
        projection.write(rows, positions);
    }

    @Override
    public Optional<byte[]> task(String id) {
        return projection.task(id);
    }

    @Override
    public Optional<byte[]> taskByKey(String tenant, String idempotencyKey) {
        return projection.taskByKey(tenant, idempotencyKey);
    }

    @Override
    public Page<byte[]> tasks(TaskQuery query) {
        return projection.tasks(query);
    }

    @Override
    public int expire(long endedBeforeMillis, int max) {
        return projection.expire(endedBeforeMillis, max);
    }

    @Override
    public StoreStatus status() {
        return upkeep.status();
    }

    @Override
    public Path backup(String name, Progress progress) {
        return upkeep.backup(name, progress);
    }

    @Override
    public long compact(Progress progress) {
        return upkeep.compact(progress);
    }

    @Override
    public void rebuildProjection(Source source, Progress progress) {
        upkeep.rebuildProjection(source, progress);
    }
}
