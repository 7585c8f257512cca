// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * The tables, brought to the newest layout at the opening. Each step runs in the one transaction that also raises the
 * number of the layout, under a lock: of two servers that start at once one waits for the other.
 */
final class Schema {
    static final int OLDEST_SERVER = 15;
    private static final int NUMBERS_A_VERSION = 10_000;
    /** Any number that nobody else uses for advisory locks; it is taken together with the schema's. */
    private static final int LOCK = 0x5ce9;

    /** The steps from each layout to the next; a step that was once released is never changed. */
    private static final List<List<String>> STEPS = List.of(
            List.of(
                    "CREATE TABLE skep (one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row), id text NOT NULL,"
                            + " layout int NOT NULL, shards int NOT NULL, projection bigint NOT NULL DEFAULT 1,"
                            + " probed_at timestamptz)",
                    // Renewed all the time: room in the page for its versions.
                    "CREATE TABLE shard_lease (shard int PRIMARY KEY, owner text NOT NULL, epoch bigint NOT NULL,"
                            + " until timestamptz NOT NULL, first_seq bigint NOT NULL) WITH (fillfactor = 20)",
                    "CREATE TABLE log (shard int, first_seq bigint, last_seq bigint NOT NULL, epoch bigint NOT NULL,"
                            + " body bytea NOT NULL, PRIMARY KEY (shard, first_seq))",
                    "CREATE TABLE snapshot (shard int PRIMARY KEY, seq bigint NOT NULL, generation bigint NOT NULL,"
                            + " parts int NOT NULL)",
                    "CREATE TABLE snapshot_part (shard int, generation bigint, part int, crc int NOT NULL,"
                            + " body bytea NOT NULL, PRIMARY KEY (shard, generation, part))",
                    "CREATE TABLE position (shard int PRIMARY KEY, seq bigint NOT NULL)",
                    // By bytes, as the cursors and the other store compare.
                    "CREATE TABLE task (id text COLLATE \"C\" PRIMARY KEY, tenant text COLLATE \"C\" NOT NULL,"
                            + " state text COLLATE \"C\" NOT NULL, agent text COLLATE \"C\", text text COLLATE \"C\" NOT NULL,"
                            + " submitted_at bigint NOT NULL, ended_at bigint, idempotency_key bytea,"
                            + " projection bigint NOT NULL, body bytea NOT NULL)",
                    "CREATE INDEX task_time ON task (submitted_at, id)",
                    "CREATE INDEX task_state ON task (state, submitted_at, id)",
                    "CREATE INDEX task_tenant_state ON task (tenant, state, submitted_at, id)",
                    "CREATE INDEX task_agent_state ON task (agent, state, submitted_at, id) WHERE agent IS NOT NULL",
                    "CREATE INDEX task_end ON task (ended_at) WHERE ended_at IS NOT NULL",
                    "CREATE INDEX task_key ON task (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL"),
            // As the leases, renewed all the time.
            List.of("CREATE TABLE node (id text PRIMARY KEY, url text, version text NOT NULL, protocol int NOT NULL,"
                    + " since timestamptz NOT NULL, until timestamptz NOT NULL, drained boolean NOT NULL DEFAULT false)"
                    + " WITH (fillfactor = 20)"));

    private Schema() {}

    /**
     * Makes the tables or brings them to the newest layout.
     *
     * @return what identifies this store among all others
     * @throws StoreException if the database is too old, or the schema is of a newer version or for other shards
     */
    static String prepare(Connection connection, Settings settings) throws SQLException {
        requireServer(connection);
        connection.setAutoCommit(false);
        boolean complete = false;
        try {
            lock(connection, settings.schema());
            makeSchema(connection, settings.schema());
            String id = upgrade(connection, settings);
            connection.commit();
            complete = true;
            return id;
        } finally {
            if (!complete) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
    }

    private static void requireServer(Connection connection) throws SQLException {
        int version = (int) number(connection, "SELECT current_setting('server_version_num')::int");
        if (version < OLDEST_SERVER * NUMBERS_A_VERSION) {
            throw new StoreException("The database is PostgreSQL " + version / NUMBERS_A_VERSION + "; " + OLDEST_SERVER
                    + " or newer is needed");
        }
    }

    /** Asked first: who may use a schema need not have the right to make one. */
    private static void makeSchema(Connection connection, String schema) throws SQLException {
        try (PreparedStatement there =
                connection.prepareStatement("SELECT count(*) FROM pg_namespace WHERE nspname = ?")) {
            there.setString(1, schema);
            try (ResultSet row = there.executeQuery()) {
                row.next();
                if (row.getInt(1) == 0) {
                    Database.execute(connection, "CREATE SCHEMA IF NOT EXISTS " + schema);
                }
            }
        }
    }

    private static void lock(Connection connection, String schema) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
            lock.setInt(1, LOCK);
            lock.setInt(2, schema.hashCode());
            lock.execute();
        }
    }

    private static String upgrade(Connection connection, Settings settings) throws SQLException {
        boolean isNew = number(
                        connection,
                        "SELECT count(*) FROM pg_class WHERE relname = 'skep' AND relnamespace ="
                                + " current_schema()::regnamespace")
                == 0;
        int layout = isNew ? 0 : (int) number(connection, "SELECT layout FROM skep");
        if (layout > STEPS.size()) {
            throw new StoreException("Schema " + settings.schema() + " has layout " + layout
                    + ", of a newer version of Skep; this one knows " + STEPS.size());
        }
        for (List<String> step : STEPS.subList(layout, STEPS.size())) {
            for (String sql : step) {
                Database.execute(connection, sql);
            }
        }
        if (isNew) {
            fill(connection, settings.shards());
        } else {
            number(connection, "UPDATE skep SET layout = " + STEPS.size() + " RETURNING layout");
        }
        int shards = (int) number(connection, "SELECT shards FROM skep");
        if (shards != settings.shards()) {
            throw new StoreException("Schema " + settings.schema() + " has " + shards + " shards, not "
                    + settings.shards() + " as configured; their number is fixed when the schema is made");
        }
        return text(connection, "SELECT id FROM skep");
    }

    private static void fill(Connection connection, int shards) throws SQLException {
        try (PreparedStatement row =
                connection.prepareStatement("INSERT INTO skep(id, layout, shards) VALUES (?, ?, ?)")) {
            row.setString(1, UUID.randomUUID().toString());
            row.setInt(2, STEPS.size());
            row.setInt(3, shards);
            row.execute();
        }
        Database.execute(
                connection,
                "INSERT INTO shard_lease(shard, owner, epoch, until, first_seq) SELECT shard, '', 0, '-infinity', 1"
                        + " FROM generate_series(0, " + (shards - 1) + ") AS shard");
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
