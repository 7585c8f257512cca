// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.LogRecord;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
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

/** Reads log and snapshots. */
final class LogReader {
    /** The driver holds all rows of an answer in memory. */
    private static final int ROWS_A_STATEMENT = 64;

    private LogReader() {}

    /** The number of the last record of a shard. */
    static long last(Connection connection, int shard) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT greatest(l.first_seq - 1,"
                + " coalesce((SELECT last_seq FROM log WHERE shard = l.shard ORDER BY first_seq DESC LIMIT 1), 0))"
                + " FROM shard_lease l WHERE l.shard = ?")) {
            select.setInt(1, shard);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** The records from {@code from} on, without a gap but perhaps not from the first. */
    static List<LogRecord> read(Connection connection, int shard, long from, int max) throws SQLException {
        List<LogRecord> records = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT first_seq, last_seq, body FROM log WHERE shard = ? AND first_seq >="
                        + " coalesce((SELECT max(first_seq) FROM log WHERE shard = ? AND first_seq <= ?), ?)"
                        + " ORDER BY first_seq LIMIT " + ROWS_A_STATEMENT)) {
            long next = from;
            boolean more = true;
            while (more && records.size() < max) {
                select.setInt(1, shard);
                select.setInt(2, shard);
                select.setLong(3, next);
                select.setLong(4, next);
                long after = rows(select, shard, next, max, records);
                more = after > next;
                next = after;
            }
        } catch (DamagedException e) {
            throw new StoreException("The log is damaged: " + e.getMessage(), e);
        }
        return records;
    }

    private static long rows(PreparedStatement select, int shard, long from, int max, List<LogRecord> records)
            throws SQLException, DamagedException {
        long next = from;
        try (ResultSet row = select.executeQuery()) {
            while (records.size() < max && row.next()) {
                long first = row.getLong(1);
                long last = row.getLong(2);
                if (!records.isEmpty() && first > next) {
                    throw new DamagedException("records from " + next + " of shard " + shard + " are missing");
                }
                Frames.decode(shard, first, last, row.getBytes(3), next, max, records);
                next = Math.max(next, last + 1);
            }
        }
        return next;
    }

    static Optional<Snapshot> snapshot(Connection connection, int shard) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT s.seq, s.parts, p.crc, p.body"
                + " FROM snapshot s LEFT JOIN snapshot_part p ON p.shard = s.shard AND p.generation = s.generation"
                + " WHERE s.shard = ? ORDER BY p.part")) {
            select.setInt(1, shard);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(assembled(row, shard)) : Optional.empty();
            }
        }
    }

    private static Snapshot assembled(ResultSet row, int shard) throws SQLException {
        long seq = row.getLong(1);
        int expected = row.getInt(2);
        int found = 0;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        do {
            byte[] part = row.getBytes(4);
            if (part == null || Frames.crc(part) != row.getInt(3)) {
                throw new StoreException("The snapshot of shard " + shard + " has a wrong checksum");
            }
            body.writeBytes(part);
            found++;
        } while (row.next());
        if (found != expected) {
            throw new StoreException("The snapshot of shard " + shard + " is cut off");
        }
        return new Snapshot(seq, body.toByteArray());
    }
}
