// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.Page;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded store: log and projection in one locked directory. Thread-safe. A change of the configuration closes it
 * and opens it again.
 */
@Component(
        name = "io.skep.store.sqlite",
        service = {LogStore.class, Projection.class},
        immediate = true)
@Designate(ocd = SqliteStore.Config.class)
public final class SqliteStore implements LogStore, Projection, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

    /** The configuration. */
    @ObjectClassDefinition(
            id = "io.skep.store.sqlite",
            name = "Skep store: SQLite",
            description = "The embedded log and projection.")
    public @interface Config {
        /** Where everything durable lives. */
        @AttributeDefinition(
                description = "Directory of everything durable; empty for the system property skep.store, else"
                        + " the folder store of the Karaf instance.")
        String directory() default "";

        /** How many shards the log has. */
        @AttributeDefinition(
                min = "1",
                max = "4096",
                description = "Number of shards; fixed when the directory is made, a different value is refused.")
        int shards() default 16;

        /** How much may wait for the writer. */
        @AttributeDefinition(
                min = "1",
                description = "Bytes of appends that may wait to be written; further ones are refused.")
        long max_pending_bytes() default 256L << 20;

        /** When the disk counts as full. */
        @AttributeDefinition(
                min = "0",
                description = "The store counts as full when the disk has fewer bytes left than this; 0 switches it"
                        + " off, which is for tests.")
        long min_free_bytes() default 64L << 20;

        /** How large the log may become. */
        @AttributeDefinition(min = "0", description = "Bytes that log.db may reach; 0 for no limit.")
        long max_log_bytes() default 0;
    }

    private final DirectoryLock lock;
    private final SqliteLog log;
    private final SqliteProjection projection;

    /** For Declarative Services. */
    @Activate
    public SqliteStore(Config config) {
        this(new Settings(
                Settings.directory(config.directory(), System::getProperty),
                config.shards(),
                config.max_pending_bytes(),
                config.min_free_bytes(),
                config.max_log_bytes()));
    }

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
        lock = DirectoryLock.take(settings.directory());
        SqliteLog opened = null;
        boolean complete = false;
        try {
            Space space = otherSpace == null ? Space.of(settings.directory(), settings.minFreeBytes()) : otherSpace;
            opened = new SqliteLog(settings, space, connector);
            projection = new SqliteProjection(settings, space, connector, opened.id(), opened::lastSeq);
            log = opened;
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

    /** Writes what is pending and closes the files; everything later is refused. */
    @Override
    @Deactivate
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
}
