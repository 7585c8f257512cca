// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.Page;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.StoreStatus;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.store.base.Searches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The projection in {@code projection.db}: one connection that writes, a few that read. A {@link ProjectionCopy} of it may
 * be in the making, which is given everything that is written, and may take its place.
 */
final class SqliteProjection implements Projection, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteProjection.class);
    private static final int CHECKPOINT_PAGES = 4000;
    private static final int CACHE_KIB = 32 << 10;
    private static final int VACUUM_PAGES = 512;

    private final Path file;
    private final String logId;
    private final Space space;
    private final Sql.Connector connector;
    private final AtomicLongArray applied;
    private final Lock writing = new ReentrantLock();
    private Connection connection;
    private TaskWriter writer;
    private @Nullable ProjectionCopy copy;
    private final ReadPool<TaskReader> readers;

    /**
     * Opens the projection, making it anew if there is none, or none that is sound and belongs to this log: its
     * positions are 0 then.
     *
     * @throws StoreException if it cannot be used
     */
    SqliteProjection(Settings settings, Space space, Sql.Connector connector, String logId, IntToLongFunction lastSeq) {
        file = settings.directory().resolve("projection.db");
        this.logId = logId;
        this.space = space;
        this.connector = connector;
        applied = new AtomicLongArray(settings.shards());
        ProjectionFile.prepare(file, logId, lastSeq);
        connection = open();
        boolean complete = false;
        try {
            writer = new TaskWriter(connection);
            loadPositions();
            complete = true;
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be opened", e);
        } finally {
            if (!complete) {
                Sql.abandon(connection);
            }
        }
        readers = new ReadPool<>(
                file.toString(), () -> new TaskReader(connector.open(file, true), settings.maxReadMillis()));
    }

    private Connection open() {
        try {
            return Sql.open(
                    connector,
                    file,
                    "journal_mode = WAL",
                    // A power cut may take the newest transactions, but never a part of one: the positions tell what is
                    // missing, and it is written again from the log. So a commit need not wait for the disk.
                    "synchronous = NORMAL",
                    "wal_autocheckpoint = " + CHECKPOINT_PAGES,
                    "cache_size = -" + CACHE_KIB);
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be opened", e);
        }
    }

    private void loadPositions() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT shard, seq FROM position")) {
            while (row.next()) {
                applied.set(row.getInt(1), row.getLong(2));
            }
        }
    }

    @Override
    public long applied(int shard) {
        return applied.get(shard);
    }

    @Override
    public void write(List<TaskRow> rows, long[] positions) {
        if (positions.length != applied.length()) {
            throw new IllegalArgumentException(
                    positions.length + " positions were given for " + applied.length() + " shards");
        }
        requireSpace();
        writing.lock();
        try {
            writer.put(rows, positions);
            for (int shard = 0; shard < positions.length; shard++) {
                if (positions[shard] >= 0) {
                    applied.set(shard, positions[shard]);
                }
            }
            if (copy != null) {
                copy.mirror(rows);
            }
            boundWal();
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be written", e);
        } finally {
            writing.unlock();
        }
    }

    private void requireSpace() {
        if (space.isLow()) {
            throw new StoreFullException("The disk of the store has less space left than min.free.bytes");
        }
    }

    /** Where there is always somebody reading, the write-ahead log never begins anew by itself. */
    private void boundWal() throws SQLException {
        if (DatabaseFile.size(DatabaseFile.wal(file)) <= Checkpointer.ALONE_BYTES) {
            return;
        }
        try {
            readers.alone(() -> Sql.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)"));
        } catch (SQLException e) {
            if (!Sql.isFull(e)) {
                throw e;
            }
            LOG.warn("no space to move the write-ahead log into {}; it grows meanwhile", file);
        }
    }

    /** None while a copy is made, which would bring them back. */
    @Override
    public int expire(long endedBeforeMillis, int max) {
        writing.lock();
        try {
            return copy != null
                    ? 0
                    : Sql.update(
                            connection,
                            "DELETE FROM task WHERE rowid IN (SELECT rowid FROM task WHERE ended_at < ?"
                                    + " ORDER BY ended_at LIMIT ?)",
                            endedBeforeMillis,
                            max);
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be written", e);
        } finally {
            writing.unlock();
        }
    }

    /** Begins a copy, which is given every write from now on. */
    ProjectionCopy beginCopy(Path target) throws SQLException, IOException {
        ProjectionCopy begun = new ProjectionCopy(target, logId);
        writing.lock();
        try {
            copy = begun;
        } finally {
            writing.unlock();
        }
        return begun;
    }

    /** Takes over what is older, see {@link ProjectionCopy#take}. */
    void take(ProjectionCopy into, String condition, ProjectionCopy.Taken taken) throws SQLException, IOException {
        into.take(file, condition, readers, taken);
    }

    /** Completes the copy as a file of its own. */
    void endCopy(ProjectionCopy complete) throws SQLException, IOException {
        writing.lock();
        try {
            copy = null;
            complete.finish(positions());
        } finally {
            writing.unlock();
        }
    }

    /** Gives a copy up. */
    void abandonCopy(ProjectionCopy vain) throws SQLException, IOException {
        writing.lock();
        try {
            copy = null;
            vain.close();
        } finally {
            writing.unlock();
        }
    }

    /**
     * Puts the copy in the place of this one, which is moved aside; reads and writes wait meanwhile.
     *
     * @return where the one before is now
     */
    Path replaceBy(ProjectionCopy complete) throws SQLException, IOException {
        Path[] aside = new Path[1];
        IOException[] failure = new IOException[1];
        writing.lock();
        try {
            endCopy(complete);
            readers.alone(() -> {
                readers.forget();
                connection.close();
                try {
                    aside[0] = swap(complete.file());
                } catch (IOException e) {
                    failure[0] = e;
                }
                connection = open();
                writer = new TaskWriter(connection);
            });
        } finally {
            writing.unlock();
        }
        if (failure[0] != null) {
            throw failure[0];
        }
        return aside[0];
    }

    private Path swap(Path next) throws IOException {
        Path aside = ProjectionFile.moveAside(file);
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        DatabaseFile.syncDirectory(file);
        return aside;
    }

    private long[] positions() {
        long[] positions = new long[applied.length()];
        for (int shard = 0; shard < positions.length; shard++) {
            positions[shard] = applied.get(shard);
        }
        return positions;
    }

    StoreStatus.File status() throws SQLException {
        long free = readers.use(reader -> DatabaseFile.freeBytes(reader.begin()));
        return new StoreStatus.File(
                String.valueOf(file.getFileName()),
                DatabaseFile.size(file),
                DatabaseFile.size(DatabaseFile.wal(file)),
                free);
    }

    /** Gives the space of free pages back, a little at a time; false if the file was not made for it. */
    boolean compact(StoreFiles.Progress progress) throws SQLException {
        long total = 0;
        long left;
        do {
            writing.lock();
            try {
                if (!DatabaseFile.canShrink(connection)) {
                    return false;
                }
                Sql.vacuum(connection, VACUUM_PAGES);
                left = Sql.number(connection, "PRAGMA freelist_count");
            } finally {
                writing.unlock();
            }
            total = Math.max(total, left);
            progress.at("compacting projection.db", total - left, total);
        } while (left > 0);
        writing.lock();
        try {
            readers.alone(() -> Sql.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)"));
        } finally {
            writing.unlock();
        }
        return true;
    }

    @Override
    public Optional<byte[]> task(String id) {
        return one("SELECT body FROM task WHERE id = ?", id);
    }

    @Override
    public Optional<byte[]> taskByKey(String tenant, String idempotencyKey) {
        return one(
                "SELECT body FROM task WHERE tenant = ? AND idempotency_key = ?"
                        + " ORDER BY submitted_at DESC, id DESC LIMIT 1",
                tenant,
                idempotencyKey);
    }

    @Override
    public List<TaskRow> rows(String afterId, int max) {
        return reading(reader -> {
            try (PreparedStatement statement = reader.begin()
                    .prepareStatement("SELECT " + Searches.COLUMNS + " FROM task WHERE id > ? ORDER BY id LIMIT ?")) {
                statement.setString(1, afterId);
                statement.setInt(2, max);
                try (ResultSet row = statement.executeQuery()) {
                    return Searches.rows(row, ResultSet::getString);
                }
            }
        });
    }

    private Optional<byte[]> one(String sql, String... values) {
        return reading(reader -> {
            try (PreparedStatement statement = reader.begin().prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setString(i + 1, values[i]);
                }
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Page<byte[]> tasks(TaskQuery query) {
        TaskSearch search = TaskSearch.of(query);
        return reading(reader -> {
            try (PreparedStatement statement = reader.begin().prepareStatement(search.sql())) {
                search.bind(statement);
                try (ResultSet row = statement.executeQuery()) {
                    return Searches.page(row, query.limit());
                }
            }
        });
    }

    private <T> T reading(ReadPool.Use<TaskReader, T, SQLException> use) {
        try {
            return readers.use(use);
        } catch (SQLException e) {
            if (Sql.isInterrupted(e)) {
                throw Searches.tooLong();
            }
            throw Sql.failed(file, "cannot be read", e);
        }
    }

    @Override
    public void close() {
        readers.close();
        writing.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be closed", e);
        } finally {
            writing.unlock();
        }
    }
}
