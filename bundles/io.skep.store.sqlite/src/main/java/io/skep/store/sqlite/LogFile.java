// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.LogRecord;
import io.skep.api.store.StoreException;
import io.skep.store.base.Frames;
import io.skep.store.base.Frames.DamagedException;
import io.skep.store.sqlite.DatabaseFile.Format;
import io.skep.store.sqlite.DatabaseFile.UnfitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * {@code log.db}: its schema, and the look that is taken at it before anything is written. A file that is not sound is
 * refused and stays as it is, byte for byte.
 */
final class LogFile {
    static final Format FORMAT = new Format(
            0x536b_6c67,
            1,
            List.of(
                    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
                    // Rows are appended at the end of one table, whatever their shard: a commit then touches few pages
                    // (clustering by shard was measured to take about 1.5 times as long).
                    "CREATE TABLE log(id INTEGER PRIMARY KEY, shard INTEGER NOT NULL, first_seq INTEGER NOT NULL,"
                            + " last_seq INTEGER NOT NULL, epoch INTEGER NOT NULL, body BLOB NOT NULL)",
                    "CREATE UNIQUE INDEX log_seq ON log(shard, first_seq, last_seq)",
                    "CREATE TABLE shard(shard INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, first_seq INTEGER NOT NULL)",
                    "CREATE TABLE snapshot(shard INTEGER PRIMARY KEY, seq INTEGER NOT NULL,"
                            + " generation INTEGER NOT NULL, parts INTEGER NOT NULL)",
                    "CREATE TABLE snapshot_part(id INTEGER PRIMARY KEY, shard INTEGER NOT NULL,"
                            + " generation INTEGER NOT NULL, part INTEGER NOT NULL, crc INTEGER NOT NULL,"
                            + " body BLOB NOT NULL)",
                    "CREATE UNIQUE INDEX snapshot_part_key ON snapshot_part(shard, generation, part)",
                    "CREATE TABLE probe(id INTEGER PRIMARY KEY, body BLOB NOT NULL)"));

    private LogFile() {}

    /**
     * Makes the file if there is none, else checks it.
     *
     * @return the id of this log, by which a projection knows its own
     * @throws StoreException if the file is not to be used
     */
    static String prepare(Path file, int shards) {
        try {
            if (!Files.exists(file)) {
                create(file, shards);
            }
            DatabaseFile.checkHeader(file, FORMAT);
            WalFile.check(file);
            // Opened for reading only: closing a writer would move the write-ahead log into the file.
            try (Connection connection = Sql.open(file, true)) {
                checkShards(file, connection, shards);
                boolean whole = DatabaseFile.checkStructure(file, connection);
                checkRows(file, connection, whole);
                return Sql.text(connection, "SELECT value FROM meta WHERE name = 'id'");
            }
        } catch (UnfitException e) {
            throw new StoreException(
                    e.getMessage() + ". Nothing was changed; restore it from a backup, or move it away to start anew.",
                    e);
        } catch (SQLException e) {
            throw new StoreException(file + " cannot be read: " + e.getMessage() + ". Nothing was changed.", e);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be used: " + e, e);
        }
    }

    private static void create(Path file, int shards) throws IOException, SQLException, UnfitException {
        if (DatabaseFile.hasWal(file)) {
            throw new UnfitException(file, "is missing, but its write-ahead log is there");
        }
        List<String> contents = new ArrayList<>();
        contents.add("INSERT INTO meta VALUES ('id', '" + UUID.randomUUID() + "')");
        contents.add("INSERT INTO meta VALUES ('shards', '" + shards + "')");
        for (int shard = 0; shard < shards; shard++) {
            contents.add("INSERT INTO shard VALUES (" + shard + ", 0, 1)");
        }
        DatabaseFile.create(file, FORMAT, contents);
    }

    private static void checkShards(Path file, Connection connection, int shards) throws SQLException, UnfitException {
        String found = Sql.text(connection, "SELECT value FROM meta WHERE name = 'shards'");
        if (!found.equals(Integer.toString(shards))) {
            throw new UnfitException(
                    file,
                    "is laid out for " + found + " shards, but " + shards + " are configured (shards); the number is"
                            + " fixed when a store is made");
        }
    }

    /** Of a large file only the newest row of each shard: the rest is checked when it is read. */
    private static void checkRows(Path file, Connection connection, boolean whole) throws SQLException, UnfitException {
        String rows = whole
                ? "SELECT shard, first_seq, last_seq, body FROM log ORDER BY shard, first_seq"
                : "SELECT l.shard, l.first_seq, l.last_seq, l.body FROM shard s JOIN log l ON l.shard = s.shard"
                        + " AND l.first_seq = (SELECT max(first_seq) FROM log WHERE shard = s.shard)";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(rows)) {
            List<LogRecord> records = new ArrayList<>();
            int shardBefore = -1;
            long lastBefore = 0;
            while (row.next()) {
                int shard = row.getInt(1);
                long first = row.getLong(2);
                if (shard == shardBefore && first != lastBefore + 1) {
                    throw new DamagedException("records after " + lastBefore + " of shard " + shard + " are missing");
                }
                shardBefore = shard;
                lastBefore = row.getLong(3);
                Frames.decode(shard, first, lastBefore, row.getBytes(4), first, Integer.MAX_VALUE, records);
                records.clear();
            }
        } catch (DamagedException e) {
            throw new UnfitException(file, "is damaged: " + e.getMessage());
        }
    }
}
