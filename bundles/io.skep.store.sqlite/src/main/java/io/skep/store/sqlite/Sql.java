// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What every use of SQLite here has in common. */
final class Sql {
    private static final Logger LOG = LoggerFactory.getLogger(Sql.class);
    private static final int PRIMARY_CODE = 0xff;
    /** Only a checkpoint or a recovery by another connection of ours can make anybody wait, and both are short. */
    private static final int BUSY_TIMEOUT_MILLIS = 30_000;

    /** Opens connections; tests put one in between that fails. */
    @FunctionalInterface
    interface Connector {
        Connection open(Path file, boolean readOnly) throws SQLException;
    }

    private Sql() {}

    static Connection open(Path file, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** Opens a connection for writing and sets it up; closes it again if that fails. */
    static Connection open(Connector connector, Path file, String... pragmas) throws SQLException {
        Connection connection = connector.open(file, false);
        boolean complete = false;
        try {
            for (String pragma : pragmas) {
                execute(connection, "PRAGMA " + pragma);
            }
            complete = true;
        } finally {
            if (!complete) {
                connection.close();
            }
        }
        return connection;
    }

    /** Gives up what was opened in vain; what went wrong with it is known already. */
    static void abandon(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection could not be closed", e);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Gives up to so many free pages back to the disk, of a file that was made for it. */
    static void vacuum(Connection connection, int pages) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Each step of it moves one page; this way the driver takes all of them.
            statement.executeUpdate("PRAGMA incremental_vacuum(" + pages + ")");
        }
    }

    /** Reads and writes another database under a name of its own, besides the connection's. */
    static void attach(Connection connection, Path file, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("ATTACH DATABASE ? AS " + name)) {
            statement.setString(1, file.toString());
            statement.execute();
        }
    }

    /** Runs a statement with numbers for its parameters, and returns how many rows it changed. */
    static int update(Connection connection, String sql, long... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setLong(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    /** The number in the first column of the first row, 0 for none. */
    static long number(Connection connection, String sql, long value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, value);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** The number in the first column of the first row. */
    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new SQLException("no row: " + sql);
            }
            return row.getLong(1);
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            String value = row.next() ? row.getString(1) : null;
            if (value == null) {
                throw new SQLException("no value: " + sql);
            }
            return value;
        }
    }

    /** Whether there is no space, so that nothing was written and the transaction can be rolled back. */
    static boolean isFull(SQLException e) {
        return primary(e) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    /** Whether the file itself is at fault and not the machine around it. */
    static boolean isCorrupt(SQLException e) {
        int code = primary(e);
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code
                || code == SQLiteErrorCode.SQLITE_NOTADB.code
                || code == SQLiteErrorCode.SQLITE_ERROR.code;
    }

    /** Whether a read was ended because its time was over. */
    static boolean isInterrupted(SQLException e) {
        return primary(e) == SQLiteErrorCode.SQLITE_INTERRUPT.code;
    }

    private static int primary(SQLException e) {
        return e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & PRIMARY_CODE : -1;
    }

    static StoreException failed(Path file, String what, SQLException e) {
        // Opening needs a little space too, for the memory that connections share.
        boolean noSpace = isFull(e)
                || (e instanceof SQLiteException sqlite
                        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);
        return noSpace
                ? new StoreFullException("There is no space for " + file + ": " + e.getMessage())
                : new StoreException(file + ": " + what + ": " + e.getMessage(), e);
    }
}
