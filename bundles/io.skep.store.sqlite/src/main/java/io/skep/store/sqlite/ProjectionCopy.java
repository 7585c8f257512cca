// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.TaskRow;
import io.skep.store.base.Searches;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A second projection in the making. From its beginning to its end it is given every write that the first one is given;
 * meanwhile it takes what is older row by row, in small steps, never over what a write has brought. So at any moment
 * after the last step it is what the first one is, and no reader had to hold that still. One thread takes, another
 * mirrors.
 */
final class ProjectionCopy implements AutoCloseable {
    /** Between two syncs: one of everything at the end would make the log's own syncs wait for it. */
    static final long SYNC_BYTES = 32L << 20;

    private static final int ROWS_A_STEP = 1000;

    private final Path file;
    private final Lock lock = new ReentrantLock();
    private final Connection connection;
    private final TaskWriter writer;
    private final FileChannel channel;
    private @Nullable SQLException failed;
    private long synced;

    /** How far {@link #take} is. */
    @FunctionalInterface
    interface Taken {
        void at(long row, long last);
    }

    /** Begins an empty one; {@code file} must not be there. */
    ProjectionCopy(Path file, String logId) throws IOException, SQLException {
        this.file = file;
        ProjectionFile.create(file, logId);
        connection = Sql.open(file, false);
        boolean complete = false;
        try {
            // What is half written is thrown away, so that nothing need be undone.
            Sql.execute(connection, "PRAGMA journal_mode = OFF");
            Sql.execute(connection, "PRAGMA synchronous = OFF");
            Sql.execute(connection, "PRAGMA cache_size = -65536");
            writer = new TaskWriter(connection);
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
            complete = true;
        } finally {
            if (!complete) {
                Sql.abandon(connection);
            }
        }
    }

    Path file() {
        return file;
    }

    /** Writes what the first one has written. A failure is for who takes, not for who writes the first one. */
    void mirror(List<TaskRow> rows) {
        lock.lock();
        try {
            if (failed == null) {
                writer.put(rows, new long[0]);
            }
        } catch (SQLException e) {
            failed = e;
        } finally {
            lock.unlock();
        }
    }

    /** Takes rows of which no newer one has come. */
    void add(List<TaskRow> rows) throws SQLException {
        lock.lock();
        try {
            requireSound();
            writer.add(rows);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the rows of another projection that were there when this was called.
     *
     * @param condition which, in SQL
     * @param readers of the other one
     */
    void take(Path other, String condition, ReadPool<?> readers, Taken taken) throws SQLException, IOException {
        locked(() -> Sql.attach(connection, other, "other"));
        try {
            long[] at = {0};
            long[] last = {0};
            readers.asReader(() ->
                    locked(() -> last[0] = Sql.number(connection, "SELECT coalesce(max(rowid), 0) FROM other.task")));
            while (at[0] < last[0]) {
                readers.asReader(() -> locked(() -> at[0] = takeStep(at[0], last[0], condition)));
                sync(SYNC_BYTES);
                taken.at(at[0], last[0]);
            }
        } finally {
            locked(() -> Sql.execute(connection, "DETACH DATABASE other"));
        }
    }

    private long takeStep(long after, long last, String condition) throws SQLException {
        requireSound();
        long to = Sql.number(
                connection,
                "SELECT max(rowid) FROM (SELECT rowid FROM other.task WHERE rowid > ? ORDER BY rowid LIMIT "
                        + ROWS_A_STEP + ")",
                after);
        if (to == 0 || to > last) {
            to = last;
        }
        Sql.update(
                connection,
                "INSERT OR IGNORE INTO task(" + Searches.COLUMNS + ") SELECT " + Searches.COLUMNS
                        + " FROM other.task WHERE rowid > ? AND rowid <= ? AND " + condition + " ORDER BY rowid",
                after,
                to);
        return to;
    }

    /** Waits until what was written is on the disk, if it has become so many bytes more. */
    private void sync(long bytes) throws IOException {
        long size = channel.size();
        if (size - synced >= bytes) {
            channel.force(true);
            synced = size;
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void locked(Work work) throws SQLException {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    private void requireSound() throws SQLException {
        if (failed != null) {
            throw failed;
        }
    }

    /** Completes it with the positions of the first one, when nothing is mirrored any more; on the disk on return. */
    void finish(long[] positions) throws SQLException, IOException {
        lock.lock();
        try {
            requireSound();
            writer.put(List.of(), positions);
            Sql.execute(connection, "PRAGMA journal_mode = WAL");
            connection.close();
        } finally {
            lock.unlock();
        }
        channel.force(true);
        channel.close();
    }

    @Override
    public void close() throws SQLException, IOException {
        connection.close();
        channel.close();
    }
}
