// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.StoreException;
import io.skep.store.sqlite.DatabaseFile.Format;
import io.skep.store.sqlite.DatabaseFile.UnfitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code projection.db}: its schema, and the look that is taken at it first. It holds nothing that is not in the log,
 * so one that is not sound, or not of this log, is moved aside and a new one is begun.
 */
final class ProjectionFile {
    static final Format FORMAT = new Format(
            0x536b_7072,
            2,
            Stream.concat(
                            Stream.of(
                                    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
                                    "CREATE TABLE position(shard INTEGER PRIMARY KEY, seq INTEGER NOT NULL)",
                                    "CREATE TABLE task(id TEXT PRIMARY KEY, tenant TEXT NOT NULL, state TEXT NOT NULL,"
                                            + " agent TEXT, text TEXT NOT NULL, submitted_at INTEGER NOT NULL,"
                                            + " idempotency_key TEXT, body BLOB NOT NULL, ended_at INTEGER)"),
                            ProjectionMigration.INDEXES.stream())
                    .toList());

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionFile.class);

    private ProjectionFile() {}

    /**
     * Sees to it that there is a sound projection of this log.
     *
     * @param logId of the log
     * @param lastSeq the number of the last record of each shard
     * @throws StoreException if the directory cannot be used
     */
    static void prepare(Path file, String logId, IntToLongFunction lastSeq) {
        try {
            if (Files.exists(file) || DatabaseFile.hasWal(file)) {
                try {
                    if (check(file, logId, lastSeq) < FORMAT.version()) {
                        ProjectionMigration.run(file, FORMAT.version());
                    }
                } catch (UnfitException e) {
                    moveAside(file, e);
                }
            }
            if (!Files.exists(file)) {
                create(file, logId);
            }
        } catch (SQLException e) {
            throw Sql.failed(file, "cannot be opened", e);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be used: " + e, e);
        }
    }

    /** Makes an empty one of a log. */
    static void create(Path file, String logId) throws IOException, SQLException {
        DatabaseFile.create(file, FORMAT, List.of("INSERT INTO meta VALUES ('log', '" + logId + "')"));
    }

    /** Returns the version of its layout. */
    private static long check(Path file, String logId, IntToLongFunction lastSeq)
            throws IOException, SQLException, UnfitException {
        if (!Files.exists(file)) {
            throw new UnfitException(file, "is missing, but its write-ahead log is there");
        }
        DatabaseFile.checkHeader(file, FORMAT);
        try (Connection connection = Sql.open(file, true)) {
            DatabaseFile.checkStructure(file, connection);
            if (!Sql.text(connection, "SELECT value FROM meta WHERE name = 'log'")
                    .equals(logId)) {
                throw new UnfitException(file, "belongs to another log");
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT shard, seq FROM position")) {
                while (row.next()) {
                    if (row.getLong(2) > lastSeq.applyAsLong(row.getInt(1))) {
                        throw new UnfitException(file, "is ahead of the log, which must have been restored");
                    }
                }
            }
            return Sql.number(connection, "PRAGMA user_version");
        } catch (SQLException e) {
            if (!Sql.isCorrupt(e)) {
                throw e;
            }
            throw new UnfitException(file, "is damaged: " + e.getMessage());
        }
    }

    private static void moveAside(Path file, UnfitException why) throws IOException {
        Path aside = moveAside(file);
        LOG.warn("{}; it is moved to {} and made anew from the log", why.getMessage(), aside.getFileName());
    }

    /** Gives the file another name, under which nobody looks for it. */
    static Path moveAside(Path file) throws IOException {
        int number = 1;
        while (Files.exists(aside(file, number)) || DatabaseFile.hasWal(aside(file, number))) {
            number++;
        }
        Path aside = aside(file, number);
        // The write-ahead log first: beside a new file an old one must never be found.
        if (Files.exists(DatabaseFile.wal(file))) {
            Files.move(DatabaseFile.wal(file), DatabaseFile.wal(aside));
        }
        Files.deleteIfExists(DatabaseFile.shm(file));
        if (Files.exists(file)) {
            Files.move(file, aside);
        }
        return aside;
    }

    private static Path aside(Path file, int number) {
        return file.resolveSibling(file.getFileName() + ".aside-" + number);
    }
}
