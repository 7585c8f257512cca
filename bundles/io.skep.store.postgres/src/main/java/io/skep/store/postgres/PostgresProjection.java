// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.store.FencedException;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.store.base.Searches;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The projection in the table {@code task}, written over the pool by one thread of core. Its commits do not wait for the
 * disk: what a crash loses of them is written again from the log, since rows and positions are one transaction.
 *
 * <p>While the projection is written anew, rows have the number of the new one from then on: rows that the source brings
 * do not replace those, and what has the old number at the end and has not ended is dropped.
 */
final class PostgresProjection implements Projection {
    private static final String UPSERT = "INSERT INTO task(id, tenant, state, agent, text, submitted_at, ended_at,"
            + " idempotency_key, projection, body) SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[],"
            + " ?::text[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bigint[], ?::bytea[])"
            + " ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, state = excluded.state,"
            + " agent = excluded.agent, text = excluded.text, submitted_at = excluded.submitted_at,"
            + " ended_at = excluded.ended_at, idempotency_key = excluded.idempotency_key,"
            + " projection = excluded.projection, body = excluded.body";

    private final Database database;
    private final String owner;
    private final int shards;
    private final BooleanSupplier again;
    private volatile long number;

    /**
     * For the server that holds the shards.
     *
     * @param again waits a moment after the connection was lost, and answers whether to try again
     */
    PostgresProjection(Database database, Connection connection, String owner, BooleanSupplier again)
            throws SQLException {
        this.database = database;
        this.owner = owner;
        this.shards = database.settings().shards();
        this.again = again;
        number = Schema.number(connection, "SELECT projection FROM skep");
    }

    @Override
    public long applied(int shard) {
        return reading(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT seq FROM position WHERE shard = ?")) {
                select.setInt(1, shard);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0L;
                }
            }
        });
    }

    @Override
    public void write(List<TaskRow> rows, long[] positions) {
        if (positions.length != shards) {
            throw new IllegalArgumentException("There are " + shards + " shards, not " + positions.length);
        }
        writing(connection -> {
            if (!rows.isEmpty()) {
                put(connection, rows, number, UPSERT);
            }
            for (int shard = 0; shard < positions.length; shard++) {
                if (positions[shard] >= 0) {
                    move(connection, shard, positions[shard]);
                }
            }
            return true;
        });
    }

    private static void move(Connection connection, int shard, long position) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO position(shard, seq) VALUES (?, ?)"
                + " ON CONFLICT (shard) DO UPDATE SET seq = excluded.seq")) {
            insert.setInt(1, shard);
            insert.setLong(2, position);
            insert.executeUpdate();
        }
    }

    private static int put(Connection connection, List<TaskRow> rows, long number, String sql) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            Columns columns = new Columns(connection, rows);
            insert.setArray(1, columns.of("text", row -> TaskSearch.writable(row.id())));
            insert.setArray(2, columns.of("text", row -> TaskSearch.writable(row.tenant())));
            insert.setArray(3, columns.of("text", TaskRow::state));
            insert.setArray(
                    4, columns.of("text", row -> row.agent() == null ? null : TaskSearch.writable(row.agent())));
            insert.setArray(5, columns.of("text", row -> TaskSearch.writable(Searches.folded(row.text()))));
            insert.setArray(6, columns.of("int8", TaskRow::submittedAtMillis));
            insert.setArray(7, columns.of("int8", TaskRow::endedAtMillis));
            insert.setArray(8, columns.bytes(row -> key(row.idempotencyKey())));
            insert.setArray(9, columns.of("int8", row -> number));
            insert.setArray(10, columns.bytes(TaskRow::body));
            return insert.executeUpdate();
        }
    }

    /** Rows, a column at a time. */
    private record Columns(Connection connection, List<TaskRow> rows) {
        Array of(String type, Function<TaskRow, @Nullable Object> value) throws SQLException {
            return connection.createArrayOf(type, rows.stream().map(value).toArray());
        }

        Array bytes(Function<TaskRow, byte @Nullable []> value) throws SQLException {
            return connection.createArrayOf("bytea", rows.stream().map(value).toArray(byte[][]::new));
        }
    }

    /** A key may have any character, also those that a text of the database cannot have; two never become one. */
    private static byte @Nullable [] key(@Nullable String key) {
        return key == null ? null : key.getBytes(StandardCharsets.UTF_16BE);
    }

    @Override
    public Optional<byte[]> task(String id) {
        return reading(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT body FROM task WHERE id = ?")) {
                select.setString(1, TaskSearch.writable(id));
                return first(select);
            }
        });
    }

    @Override
    public Optional<byte[]> taskByKey(String tenant, String idempotencyKey) {
        return reading(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT body FROM task WHERE tenant = ?"
                    + " AND idempotency_key = ? ORDER BY submitted_at DESC, id DESC LIMIT 1")) {
                select.setString(1, TaskSearch.writable(tenant));
                select.setBytes(2, key(idempotencyKey));
                return first(select);
            }
        });
    }

    @Override
    public List<TaskRow> rows(String afterId, int max) {
        return reading(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT " + Searches.COLUMNS + " FROM task WHERE id > ? ORDER BY id LIMIT ?")) {
                select.setString(1, TaskSearch.writable(afterId));
                select.setInt(2, max);
                try (ResultSet row = select.executeQuery()) {
                    return Searches.rows(row, (of, column) -> key(of.getBytes(column)));
                }
            }
        });
    }

    private static @Nullable String key(byte @Nullable [] key) {
        return key == null ? null : new String(key, StandardCharsets.UTF_16BE);
    }

    private static Optional<byte[]> first(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
        }
    }

    @Override
    public Page<byte[]> tasks(TaskQuery query) {
        TaskSearch search = TaskSearch.of(query);
        return patiently(
                true,
                () -> database.transact(connection -> {
                    Database.execute(
                            connection,
                            "SET LOCAL statement_timeout = "
                                    + database.settings().maxReadMillis());
                    try (PreparedStatement statement = connection.prepareStatement(search.sql())) {
                        search.bind(statement);
                        try (ResultSet row = statement.executeQuery()) {
                            return Searches.page(row, query.limit());
                        }
                    } catch (SQLException e) {
                        if (Database.isCanceled(e)) {
                            throw Searches.tooLong();
                        }
                        throw e;
                    }
                }));
    }

    private <T> T reading(Database.Work<T> work) {
        return patiently(true, () -> database.with(work));
    }

    @Override
    public int expire(long endedBeforeMillis, int max) {
        return writing(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM task WHERE id IN (SELECT id"
                    + " FROM task WHERE ended_at < ? ORDER BY ended_at LIMIT ?)")) {
                delete.setLong(1, endedBeforeMillis);
                delete.setInt(2, max);
                return delete.executeUpdate();
            }
        });
    }

    /** Writes the projection anew; see the class comment. */
    void rebuild(StoreFiles.Source source, StoreFiles.Progress progress) {
        long next = writing(connection ->
                Schema.number(connection, "UPDATE skep SET projection = projection + 1 RETURNING projection"));
        number = next;
        long[] rows = new long[1];
        for (int shard = 0; shard < shards; shard++) {
            int done = shard;
            source.rows(shard, some -> {
                rows[0] += writing(connection ->
                        put(connection, some, next, UPSERT + " WHERE task.projection < excluded.projection"));
                progress.at("writing shard " + done + " of " + shards, rows[0], 0);
            });
        }
        writing(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM task WHERE projection < ? AND ended_at IS NULL")) {
                delete.setLong(1, next);
                return delete.executeUpdate();
            }
        });
    }

    /** Writes in one transaction, which holds the right to; every such write may be repeated. */
    private <T> T writing(Database.Work<T> work) {
        return patiently(
                false,
                () -> database.transact(connection -> {
                    Database.execute(connection, "SET LOCAL synchronous_commit = off");
                    requireOwner(connection);
                    return work.in(connection);
                }));
    }

    /** Something that may be repeated. */
    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws SQLException;
    }

    /** Tries again for as long as the database is away and nobody else may have taken the shards. */
    private <T> T patiently(boolean read, Attempt<T> attempt) {
        while (true) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (!Database.isGone(e)) {
                    throw database.failed(read ? "cannot be read" : "cannot be written", e);
                }
                if (!again.getAsBoolean()) {
                    throw read
                            ? Refusal.retryLater(
                                    Refusal.Reason.UNAVAILABLE, "The database is away", Duration.ofSeconds(1))
                            : database.failed("is away", e);
                }
            }
        }
    }

    /** Whoever takes over takes all shards in one transaction, which waits for this one. */
    private void requireOwner(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT 1 FROM shard_lease WHERE shard = 0 AND owner = ? FOR SHARE")) {
            select.setString(1, owner);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new FencedException("Another server has taken over");
                }
            }
        }
    }
}
