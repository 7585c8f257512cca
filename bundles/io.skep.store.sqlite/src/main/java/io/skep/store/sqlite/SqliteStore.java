// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreStatus;
import io.skep.store.base.DirectoryLock;
import io.skep.store.base.JoinedStore;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded store: log and projection in one locked directory. Thread-safe.
 */
final class SqliteStore extends JoinedStore implements AutoCloseable {
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
    protected LogStore log() {
        return log;
    }

    @Override
    protected Projection projection() {
        return projection;
    }

    @Override
    protected void settle() {
        log.settle();
    }

    @Override
    protected Path exports() {
        return settings.backups();
    }

    @Override
    protected Path home() {
        return settings.directory();
    }

    @Override
    protected long keepFree() {
        return settings.minFreeBytes();
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
