// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.StoreFiles.Progress;
import io.skep.store.base.ShardTable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A log in the making from another that goes on: first the snapshots, each in one read, then the records up to a moment,
 * in small steps. Rows of a log never change, and while nobody trims they do not go either; so what the steps read at
 * different times is what stood there at that moment, and no reader keeps the write-ahead log from beginning anew. For
 * one thread.
 */
final class LogCopy implements AutoCloseable {
    private static final int ROWS_A_STEP = 64;

    private final ReadPool<?> readers;
    private final ShardTable shards;
    private final Connection connection;
    private final FileChannel channel;
    private long synced;

    /** Something that is done in the middle. */
    @FunctionalInterface
    interface Before {
        void run() throws SQLException, IOException;
    }

    LogCopy(Path log, ReadPool<?> readers, Path target, String id, ShardTable shards) throws IOException, SQLException {
        this.readers = readers;
        this.shards = shards;
        DatabaseFile.create(
                target,
                LogFile.FORMAT,
                List.of(
                        "INSERT INTO meta VALUES ('id', '" + id + "')",
                        "INSERT INTO meta VALUES ('shards', '" + shards.size() + "')"));
        connection = Sql.open(target, false);
        boolean complete = false;
        try {
            Sql.execute(connection, "PRAGMA journal_mode = OFF");
            Sql.execute(connection, "PRAGMA synchronous = OFF");
            Sql.attach(connection, log, "live");
            channel = FileChannel.open(target, StandardOpenOption.WRITE);
            complete = true;
        } finally {
            if (!complete) {
                Sql.abandon(connection);
            }
        }
    }

    void snapshots(Progress progress) throws SQLException, IOException {
        for (int shard = 0; shard < shards.size(); shard++) {
            int number = shard;
            readers.asReader(() -> snapshot(number));
            sync();
            progress.at("snapshots", shard + 1L, shards.size());
        }
    }

    private void snapshot(int shard) throws SQLException {
        Sql.execute(connection, "BEGIN");
        Sql.update(connection, "INSERT INTO snapshot SELECT * FROM live.snapshot WHERE shard = ?", shard);
        Sql.update(
                connection,
                "INSERT INTO snapshot_part(shard, generation, part, crc, body)"
                        + " SELECT p.shard, p.generation, p.part, p.crc, p.body FROM live.snapshot s"
                        + " JOIN live.snapshot_part p ON p.shard = s.shard AND p.generation = s.generation"
                        + " WHERE s.shard = ?",
                shard);
        Sql.execute(connection, "COMMIT");
    }

    /** Copies the records up to {@code last} of each shard, and completes the file; on the disk on return. */
    void records(long[] last, Progress progress) throws SQLException, IOException {
        Sql.execute(
                connection, "CREATE TEMP TABLE cut(shard INTEGER PRIMARY KEY, first_seq INTEGER, last_seq INTEGER)");
        for (int shard = 0; shard < last.length; shard++) {
            long first = shards.first(shard);
            Sql.update(connection, "INSERT INTO temp.cut VALUES (?, ?, ?)", shard, first, last[shard]);
            Sql.update(connection, "INSERT INTO main.shard VALUES (?, ?, ?)", shard, shards.epoch(shard), first);
        }
        long[] at = {0};
        long[] end = {0};
        readers.asReader(() -> {
            at[0] = Sql.number(connection, "SELECT coalesce(min(id), 1) - 1 FROM live.log");
            end[0] = Sql.number(connection, "SELECT coalesce(max(id), 0) FROM live.log");
        });
        long begin = at[0];
        while (at[0] < end[0]) {
            readers.asReader(() -> at[0] = step(at[0], end[0]));
            sync();
            progress.at("log", at[0] - begin, end[0] - begin);
        }
        Sql.execute(connection, "DETACH DATABASE live");
        Sql.execute(connection, "PRAGMA journal_mode = WAL");
        connection.close();
        channel.force(true);
    }

    private long step(long after, long end) throws SQLException {
        long to = Sql.number(
                connection,
                "SELECT max(id) FROM (SELECT id FROM live.log WHERE id > ? ORDER BY id LIMIT " + ROWS_A_STEP + ")",
                after);
        if (to == 0 || to > end) {
            to = end;
        }
        Sql.update(
                connection,
                "INSERT INTO log(shard, first_seq, last_seq, epoch, body)"
                        + " SELECT l.shard, l.first_seq, l.last_seq, l.epoch, l.body"
                        + " FROM live.log l CROSS JOIN temp.cut c ON c.shard = l.shard"
                        + " WHERE l.id > ? AND l.id <= ? AND l.last_seq >= c.first_seq AND l.last_seq <= c.last_seq"
                        + " ORDER BY l.id",
                after,
                to);
        return to;
    }

    private void sync() throws IOException {
        long size = channel.size();
        if (size - synced >= ProjectionCopy.SYNC_BYTES) {
            channel.force(true);
            synced = size;
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        connection.close();
        channel.close();
    }
}
