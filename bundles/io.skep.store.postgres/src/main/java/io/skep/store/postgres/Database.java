// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to the database, and what its errors mean. Thread-safe. */
final class Database implements AutoCloseable {
    private static final String DISK_FULL = "53100";
    private static final String CANCELED = "57014";
    private static final String READ_ONLY = "25006";
    /** That it ended a transaction in which nothing happened for too long, and the connection with it. */
    private static final String STOOD_STILL = "25P03";
    /** Classes of errors after which it is not known whether the statement took effect, or the server is going away. */
    private static final String CONNECTION_LOST = "08";

    private static final String SHUT_DOWN = "57P";
    /** The class of deadlocks and failed serialisations. */
    private static final String UNDONE = "40";

    private static final int ATTEMPTS = 5;
    private static final int SECONDS_TO_CONNECT = 3;

    private final Settings settings;
    private final HikariDataSource pool;

    Database(Settings settings) {
        this.settings = settings;
        // Opened with the first connection: who only looks whether another server serves needs none.
        pool = new HikariDataSource();
        pool.setPoolName("skep-store-postgres");
        pool.setDataSource(source(settings));
        pool.setMaximumPoolSize(settings.connections());
        pool.setMinimumIdle(0);
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionTimeout(Math.max(250, settings.answer().toMillis()));
        pool.setRegisterMbeans(false);
    }

    private static PGSimpleDataSource source(Settings settings) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        source.setUser(settings.user());
        if (!settings.password().isEmpty()) {
            source.setPassword(settings.password());
        }
        source.setCurrentSchema(settings.schema());
        source.setApplicationName("skep");
        source.setConnectTimeout(SECONDS_TO_CONNECT);
        source.setLoginTimeout((int) seconds(settings.answer()));
        source.setSocketTimeout((int) seconds(settings.answer()));
        source.setTcpKeepAlive(true);
        source.setOptions("-c idle_in_transaction_session_timeout=" + stillMillis(settings));
        // Of several hosts the one that takes writes: after a failover that is another one.
        source.setTargetServerType("primary");
        source.setReWriteBatchedInserts(true);
        return source;
    }

    /**
     * A server that stands still within a transaction keeps its locks: the database ends that before the lease ends, so
     * that nobody who takes over waits for it.
     */
    private static long stillMillis(Settings settings) {
        return Math.min(settings.answer().toMillis(), settings.lease().toMillis() / 2);
    }

    private static long seconds(Duration time) {
        return Math.max(1, TimeUnit.MILLISECONDS.toSeconds(time.toMillis() + 999));
    }

    /** A connection of its own, for who holds it for long; each statement is a transaction. */
    Connection open() throws SQLException {
        return source(settings).getConnection();
    }

    /** A connection from the pool, to be closed soon; each statement is a transaction unless it is changed. */
    Connection borrow() throws SQLException {
        return pool.getConnection();
    }

    /** Reads or writes over a connection from the pool, each statement by itself. */
    <T> T with(Work<T> work) throws SQLException {
        try (Connection connection = borrow()) {
            return work.in(connection);
        }
    }

    /** Does something in one transaction; what it throws undoes all. Done again if the database had to undo it. */
    <T> T transact(Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work);
            } catch (SQLException e) {
                if (!isUndone(e) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private <T> T once(Work<T> work) throws SQLException {
        try (Connection connection = borrow()) {
            connection.setAutoCommit(false);
            boolean complete = false;
            try {
                T result = work.in(connection);
                connection.commit();
                complete = true;
                return result;
            } finally {
                if (!complete) {
                    rollback(connection);
                }
                // The pool gives it back as it was.
            }
        }
    }

    /** Something done over a connection. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            // Then the database has rolled back, or will when it notices.
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Whether the connection is lost, or leads to a server that takes no writes: another one may do better. */
    static boolean isGone(SQLException e) {
        String state = state(e);
        return state.isEmpty()
                || state.startsWith(CONNECTION_LOST)
                || state.startsWith(SHUT_DOWN)
                || state.equals(READ_ONLY)
                || state.equals(STOOD_STILL);
    }

    /** Whether the database has undone the transaction because of others; the same may succeed at once. */
    static boolean isUndone(SQLException e) {
        return state(e).startsWith(UNDONE);
    }

    static boolean isFull(SQLException e) {
        return state(e).equals(DISK_FULL);
    }

    /** Whether a statement was ended because its time was over. */
    static boolean isCanceled(SQLException e) {
        return state(e).equals(CANCELED);
    }

    private static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /** What an error means for the caller. */
    StoreException failed(String what, SQLException e) {
        return isFull(e)
                ? new StoreFullException("There is no space in the database of " + settings + ": " + e.getMessage())
                : new StoreException("The database of " + settings + " " + what + ": " + e.getMessage(), e);
    }

    Settings settings() {
        return settings;
    }

    @Override
    public void close() {
        pool.close();
    }
}
