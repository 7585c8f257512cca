// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the write-ahead log into the file without holding the writer up. SQLite's own way, within the commit that
 * exceeds a size, makes that commit wait for megabytes and two syncs. Here a thread of its own moves the bulk while
 * commits go on; then the writer moves the rest, little, between two commits, after which SQLite begins the log anew
 * from its start. So the log stays at some tens of megabytes, already allocated on disk, which also makes its syncs
 * cheaper than those of a growing file.
 */
final class Checkpointer implements AutoCloseable {
    /** When to begin. */
    static final long THRESHOLD_BYTES = 16L << 20;

    /**
     * When readers have to wait: each that reads while the last part is moved keeps the log from beginning anew, and where
     * there is always one it would grow for ever.
     */
    static final long ALONE_BYTES = 4 * THRESHOLD_BYTES;

    /**
     * When the writer waits until all is moved: the thread that should move it may not get a processor or the disk for a
     * while, and the writer would fill the log meanwhile as fast as it can.
     */
    static final long WRITER_WAITS_BYTES = 6 * THRESHOLD_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final long CLOSE_MILLIS = 30_000;

    private final Path file;
    private final Connection connection;
    private final ReadPool<?> readers;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile Consumer<SQLException> failed = e -> {};
    private volatile boolean closing;
    private volatile boolean writersTurn;
    private boolean asked;
    private long written;

    Checkpointer(Path file, Connection connection, ReadPool<?> readers) {
        this.file = file;
        this.connection = connection;
        this.readers = readers;
        thread = new Thread(this::run, "skep-store-checkpoint");
        thread.setDaemon(true);
    }

    void start(Consumer<SQLException> whenFailed) {
        failed = whenFailed;
        thread.start();
    }

    /** Counts what a commit has put into the log. For the writer's thread. */
    void written(long bytes) {
        written += bytes;
        if (written >= THRESHOLD_BYTES && !asked) {
            asked = true;
            wanted.release();
        }
    }

    /** Whether the writer is to move all of it before it goes on. For the writer's thread. */
    boolean isOverdue() {
        return asked
                && written >= 2 * THRESHOLD_BYTES
                && DatabaseFile.size(DatabaseFile.wal(file)) > WRITER_WAITS_BYTES;
    }

    /** Whether the writer is to move the rest now. For the writer's thread. */
    boolean takeTurn() {
        if (!writersTurn) {
            return false;
        }
        writersTurn = false;
        asked = false;
        written = 0;
        return true;
    }

    private void run() {
        wanted.acquireUninterruptibly();
        while (!closing) {
            try {
                Sql.execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
                if (DatabaseFile.size(DatabaseFile.wal(file)) > ALONE_BYTES) {
                    truncate();
                }
            } catch (SQLException e) {
                if (!Sql.isFull(e)) {
                    failed.accept(e);
                    return;
                }
                LOG.warn("no space to move the write-ahead log into {}; it grows meanwhile", file);
            }
            writersTurn = true;
            wanted.acquireUninterruptibly();
        }
    }

    /** Moves all of it, while nobody reads and nobody commits, and gives the log's space back to the disk. */
    void truncate() throws SQLException {
        truncate(connection);
    }

    /** The same over another connection, that of the writer. */
    void truncate(Connection over) throws SQLException {
        readers.alone(() -> Sql.execute(over, "PRAGMA wal_checkpoint(TRUNCATE)"));
    }

    @Override
    public void close() throws SQLException {
        closing = true;
        wanted.release();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            connection.close();
        }
    }
}
