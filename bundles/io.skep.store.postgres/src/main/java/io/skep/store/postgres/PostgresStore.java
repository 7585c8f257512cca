// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.Refusal;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreStatus;
import io.skep.store.base.JoinedStore;
import io.skep.store.postgres.PostgresLog.HeldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log and projection in one schema of a database, of which this server holds all shards. Thread-safe. */
final class PostgresStore extends JoinedStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresStore.class);
    /** Of the disk, by exports and imports, in bytes. */
    private static final long KEEP_FREE = 64L << 20;

    private final Settings settings;
    private final Database database;
    private final PostgresLog log;
    private final PostgresProjection projection;

    /**
     * Opens the store, making the tables if need be.
     *
     * @param home this server's directory, locked
     * @param lost is told once, if the store stops before it is closed
     * @throws HeldException if another server holds the shards
     * @throws StoreException if the database or the schema is not to be used
     */
    PostgresStore(Settings settings, Home home, Consumer<StoreException> lost) throws HeldException {
        this.settings = settings;
        database = new Database(settings);
        PostgresLog opened = null;
        boolean complete = false;
        try (Connection connection = database.open()) {
            home.belongTo(Schema.prepare(connection, settings), settings);
            opened = new PostgresLog(database, connection, home.id(), lost);
            log = opened;
            projection = new PostgresProjection(database, connection, home.id(), log::isWorthAnotherTry);
            complete = true;
        } catch (SQLException e) {
            throw database.failed("cannot be opened", e);
        } finally {
            if (!complete) {
                if (opened != null) {
                    opened.close();
                }
                database.close();
            }
        }
        LOG.info("store {} opened with {} shards by server {}", settings, settings.shards(), home.id());
    }

    /** Writes what is pending, gives the shards back and closes the connections. */
    @Override
    public void close() {
        try {
            log.close();
        } finally {
            database.close();
        }
        LOG.info("store {} closed", settings);
    }

    @Override
    protected LogStore log() {
        return log;
    }

    @Override
    protected Projection projection() {
        return projection;
    }

    @Override
    protected void settle() {
        log.settle();
    }

    @Override
    protected Path exports() {
        return directory().resolveSibling("backups");
    }

    @Override
    protected Path home() {
        return settings.directory();
    }

    @Override
    protected long keepFree() {
        return KEEP_FREE;
    }

    /** The tables with their indexes; what is free within them, the database alone knows. */
    @Override
    public StoreStatus status() {
        try {
            List<StoreStatus.File> tables = database.with(PostgresStore::tables);
            return new StoreStatus(
                    directory(), exports(), Files.getFileStore(directory()).getUsableSpace(), tables);
        } catch (SQLException e) {
            throw database.failed("cannot be read", e);
        } catch (IOException e) {
            throw new StoreException("The directory " + directory() + " cannot be read: " + e, e);
        }
    }

    private static List<StoreStatus.File> tables(Connection connection) throws SQLException {
        List<StoreStatus.File> tables = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT relname, pg_total_relation_size(oid)"
                        + " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
                        + " ORDER BY relname");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tables.add(new StoreStatus.File(row.getString(1), row.getLong(2), 0, 0));
            }
        }
        return tables;
    }

    @Override
    public Path backup(String name, Progress progress) {
        throw Refusal.of(
                Refusal.Reason.CONFLICT,
                "The store is a PostgreSQL database: back it up with its own tools (pg_basebackup, pg_dump), and the"
                        + " directory " + directory() + " after that");
    }

    @Override
    public long compact(Progress progress) {
        throw Refusal.of(
                Refusal.Reason.CONFLICT, "The store is a PostgreSQL database, which reuses free space by itself");
    }

    @Override
    public void rebuildProjection(Source source, Progress progress) {
        projection.rebuild(source, progress);
    }
}
