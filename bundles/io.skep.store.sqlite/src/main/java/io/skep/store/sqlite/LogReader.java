// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.LogRecord;
import io.skep.api.store.Snapshot;
import io.skep.store.base.Frames;
import io.skep.store.base.Frames.DamagedException;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads over one connection; for one thread at a time. */
final class LogReader implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement rows;
    private final PreparedStatement parts;

    LogReader(Connection connection) throws SQLException {
        this.connection = connection;
        rows = connection.prepareStatement("SELECT first_seq, last_seq, body FROM log WHERE shard = ?1 AND first_seq >="
                + " coalesce((SELECT max(first_seq) FROM log WHERE shard = ?1 AND first_seq <= ?2), ?2)"
                + " ORDER BY first_seq");
        parts = connection.prepareStatement("SELECT s.seq, s.parts, p.crc, p.body FROM snapshot s"
                + " LEFT JOIN snapshot_part p ON p.shard = s.shard AND p.generation = s.generation"
                + " WHERE s.shard = ? ORDER BY p.part");
    }

    /** The records from {@code from} on, without a gap but perhaps not from the first. */
    List<LogRecord> read(int shard, long from, int max) throws SQLException, DamagedException {
        List<LogRecord> records = new ArrayList<>();
        rows.setInt(1, shard);
        rows.setLong(2, from);
        try (ResultSet row = rows.executeQuery()) {
            long expected = -1;
            while (records.size() < max && row.next()) {
                long first = row.getLong(1);
                long last = row.getLong(2);
                if (expected >= 0 && first != expected) {
                    throw new DamagedException("records from " + expected + " of shard " + shard + " are missing");
                }
                Frames.decode(shard, first, last, row.getBytes(3), from, max, records);
                expected = last + 1;
            }
        }
        return records;
    }

    Optional<Snapshot> snapshot(int shard) throws SQLException, DamagedException {
        parts.setInt(1, shard);
        try (ResultSet row = parts.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            long seq = row.getLong(1);
            int expected = row.getInt(2);
            int found = 0;
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            do {
                byte[] part = row.getBytes(4);
                if (part == null || Frames.crc(part) != row.getInt(3)) {
                    throw new DamagedException("the snapshot of shard " + shard + " has a wrong checksum");
                }
                body.writeBytes(part);
                found++;
            } while (row.next());
            if (found != expected) {
                throw new DamagedException("the snapshot of shard " + shard + " is cut off");
            }
            return Optional.of(new Snapshot(seq, body.toByteArray()));
        }
    }

    long freeBytes() throws SQLException {
        return DatabaseFile.freeBytes(connection);
    }

    boolean canShrink() throws SQLException {
        return DatabaseFile.canShrink(connection);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
