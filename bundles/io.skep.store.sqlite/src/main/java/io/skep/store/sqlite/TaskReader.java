// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/**
 * A connection for reading the projection, of which no read lasts longer than a time: an open one would keep the
 * write-ahead log from beginning anew. For one thread at a time.
 */
final class TaskReader implements AutoCloseable {
    /** Steps of SQLite's machine between two looks at the time: some tenths of a millisecond. */
    private static final int STEPS = 10_000;

    private final Connection connection;
    private final long maxNanos;
    private long until;

    TaskReader(Connection connection, long maxMillis) throws SQLException {
        this.connection = connection;
        this.maxNanos = TimeUnit.MILLISECONDS.toNanos(maxMillis);
        ProgressHandler.setHandler(connection.unwrap(SQLiteConnection.class), STEPS, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - until > 0 ? 1 : 0;
            }
        });
    }

    /** The connection for one read, which from now on has its time. */
    Connection begin() {
        until = System.nanoTime() + maxNanos;
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
