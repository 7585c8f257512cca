// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.Page;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.store.sqlite.TaskSearch.Cursor;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntToLongFunction;

/** The projection in {@code projection.db}: one connection that writes, a few that read. */
final class SqliteProjection implements Projection, AutoCloseable {
    private static final int CHECKPOINT_PAGES = 4000;
    private static final int CACHE_KIB = 32 << 10;

    private final Path file;
    private final Space space;
    private final AtomicLongArray applied;
    private final Lock writing = new ReentrantLock();
    private final Connection connection;
    private Statements statements;
    private final ReadPool<Connection> readers;

    /** What every write runs. */
    private record Statements(PreparedStatement upsert, PreparedStatement position) {
        static Statements prepare(Connection connection) throws SQLException {
            return new Statements(
                    connection.prepareStatement(
                            "INSERT INTO task(id, tenant, state, agent, text, submitted_at, idempotency_key, body)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
                                    + " tenant = excluded.tenant, state = excluded.state, agent = excluded.agent,"
                                    + " text = excluded.text, submitted_at = excluded.submitted_at,"
                                    + " idempotency_key = excluded.idempotency_key, body = excluded.body"),
                    connection.prepareStatement("INSERT OR REPLACE INTO position(shard, seq) VALUES (?, ?)"));
        }

        void close() throws SQLException {
            upsert.close();
            position.close();
        }
    }

    /**
     * Opens the projection, making it anew if there is none, or none that is sound and belongs to this log: its
     * positions are 0 then.
     *
     * @throws StoreException if it cannot be used
     */
    SqliteProjection(Settings settings, Space space, Sql.Connector connector, String logId, IntToLongFunction lastSeq) {
        file = settings.directory().resolve("projection.db");
        this.space = space;
        applied = new AtomicLongArray(settings.shards());
        ProjectionFile.prepare(file, logId, lastSeq);
        connection = open(connector);
        boolean complete = false;
        try {
            statements = Statements.prepare(connection);
            loadPositions();
            complete = true;
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be opened", e);
        } finally {
            if (!complete) {
                Sql.abandon(connection);
            }
        }
        readers = new ReadPool<>(file.toString(), () -> connector.open(file, true));
    }

    private Connection open(Sql.Connector connector) {
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
        if (space.isLow()) {
            throw new StoreFullException("The disk of the store has less space left than min.free.bytes");
        }
        writing.lock();
        try {
            transact(rows, positions);
            for (int shard = 0; shard < positions.length; shard++) {
                if (positions[shard] >= 0) {
                    applied.set(shard, positions[shard]);
                }
            }
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be written", e);
        } finally {
            writing.unlock();
        }
    }

    private void transact(List<TaskRow> rows, long[] positions) throws SQLException {
        boolean committed = false;
        try {
            Sql.execute(connection, "BEGIN IMMEDIATE");
            for (TaskRow row : rows) {
                upsert(row);
            }
            for (int shard = 0; shard < positions.length; shard++) {
                if (positions[shard] >= 0) {
                    statements.position().setInt(1, shard);
                    statements.position().setLong(2, positions[shard]);
                    statements.position().executeUpdate();
                }
            }
            Sql.execute(connection, "COMMIT");
            committed = true;
        } finally {
            if (!committed) {
                rollback();
            }
        }
    }

    private void rollback() throws SQLException {
        // The driver throws a prepared statement away that has failed.
        statements.close();
        statements = Statements.prepare(connection);
        try {
            Sql.execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            // SQLite has rolled back by itself; if it has not, the next BEGIN says so.
        }
    }

    private void upsert(TaskRow row) throws SQLException {
        PreparedStatement upsert = statements.upsert();
        upsert.setString(1, row.id());
        upsert.setString(2, row.tenant());
        upsert.setString(3, row.state());
        upsert.setString(4, row.agent());
        upsert.setString(5, TaskSearch.folded(row.text()));
        upsert.setLong(6, row.submittedAtMillis());
        upsert.setString(7, row.idempotencyKey());
        upsert.setBytes(8, row.body());
        upsert.executeUpdate();
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

    private Optional<byte[]> one(String sql, String... values) {
        return reading(reader -> {
            try (PreparedStatement statement = reader.prepareStatement(sql)) {
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
            try (PreparedStatement statement = reader.prepareStatement(search.sql())) {
                search.bind(statement);
                try (ResultSet row = statement.executeQuery()) {
                    return page(row, query.limit());
                }
            }
        });
    }

    private static Page<byte[]> page(ResultSet row, int limit) throws SQLException {
        List<byte[]> bodies = new ArrayList<>();
        Cursor last = null;
        while (row.next()) {
            if (last != null && bodies.size() == limit) {
                return new Page<>(bodies, last.encoded());
            }
            last = new Cursor(row.getLong(1), row.getString(2));
            bodies.add(row.getBytes(3));
        }
        return new Page<>(bodies, null);
    }

    private <T> T reading(ReadPool.Use<Connection, T, SQLException> use) {
        try {
            return readers.use(use);
        } catch (SQLException e) {
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
