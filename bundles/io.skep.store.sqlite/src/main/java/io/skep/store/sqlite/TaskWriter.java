// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.TaskRow;
import io.skep.store.base.Searches;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

/** Writes tasks and positions over one connection; for one thread at a time. A write that fails has changed nothing. */
final class TaskWriter {
    private static final String INSERT =
            " INTO task(id, tenant, state, agent, text, submitted_at, ended_at, idempotency_key, body)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Connection connection;
    private Statements statements;

    /** What every write runs. */
    private record Statements(PreparedStatement put, PreparedStatement add, PreparedStatement position) {
        static Statements prepare(Connection connection) throws SQLException {
            return new Statements(
                    connection.prepareStatement("INSERT" + INSERT + " ON CONFLICT(id) DO UPDATE SET"
                            + " tenant = excluded.tenant, state = excluded.state, agent = excluded.agent,"
                            + " text = excluded.text, submitted_at = excluded.submitted_at,"
                            + " ended_at = excluded.ended_at, idempotency_key = excluded.idempotency_key,"
                            + " body = excluded.body"),
                    connection.prepareStatement("INSERT OR IGNORE" + INSERT),
                    connection.prepareStatement("INSERT OR REPLACE INTO position(shard, seq) VALUES (?, ?)"));
        }

        void close() throws SQLException {
            put.close();
            add.close();
            position.close();
        }
    }

    TaskWriter(Connection connection) throws SQLException {
        this.connection = connection;
        statements = Statements.prepare(connection);
    }

    /** Inserts or replaces rows, and moves those positions that are not negative. */
    void put(List<TaskRow> rows, long[] positions) throws SQLException {
        transact(() -> {
            for (TaskRow row : rows) {
                write(statements.put(), row);
            }
            for (int shard = 0; shard < positions.length; shard++) {
                if (positions[shard] >= 0) {
                    statements.position().setInt(1, shard);
                    statements.position().setLong(2, positions[shard]);
                    statements.position().executeUpdate();
                }
            }
        });
    }

    /** Inserts rows of which there is none of that id yet. */
    void add(List<TaskRow> rows) throws SQLException {
        transact(() -> {
            for (TaskRow row : rows) {
                write(statements.add(), row);
            }
        });
    }

    private static void write(PreparedStatement statement, TaskRow row) throws SQLException {
        statement.setString(1, row.id());
        statement.setString(2, row.tenant());
        statement.setString(3, row.state());
        statement.setString(4, row.agent());
        statement.setString(5, Searches.folded(row.text()));
        statement.setLong(6, row.submittedAtMillis());
        Long endedAt = row.endedAtMillis();
        if (endedAt == null) {
            statement.setNull(7, Types.INTEGER);
        } else {
            statement.setLong(7, endedAt);
        }
        statement.setString(8, row.idempotencyKey());
        statement.setBytes(9, row.body());
        statement.executeUpdate();
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void transact(Work work) throws SQLException {
        boolean committed = false;
        try {
            Sql.execute(connection, "BEGIN IMMEDIATE");
            work.run();
            Sql.execute(connection, "COMMIT");
            committed = true;
        } finally {
            if (!committed) {
                rollback();
            }
        }
    }

    private void rollback() throws SQLException {
        try {
            // The driver throws a prepared statement away that has failed.
            statements.close();
        } finally {
            leave();
        }
        statements = Statements.prepare(connection);
    }

    private void leave() {
        try {
            Sql.execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            // SQLite has rolled back by itself; if it has not, the next BEGIN says so.
        }
    }
}
