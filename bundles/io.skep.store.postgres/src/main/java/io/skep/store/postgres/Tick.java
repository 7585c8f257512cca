// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one commit. The same tick may be written again after an error of unknown outcome: its rows are the same,
 * byte for byte, so those that are there already were this tick's. For one thread.
 */
final class Tick {
    /** A row is not made larger than this by putting appends together, so that reading little stays cheap. */
    private static final int ROW_BYTES = 256 << 10;

    private final List<Row> rows = new ArrayList<>();
    private final Map<Integer, Row> open = new HashMap<>();

    /** Appends of one shard. */
    static final class Row {
        final int shard;
        final long epoch;
        final long first;
        private long last;
        private byte[] bytes;
        private int size;

        Row(int shard, long epoch, long first, long last, byte[] frames) {
            this.shard = shard;
            this.epoch = epoch;
            this.first = first;
            this.last = last;
            this.bytes = frames;
            this.size = frames.length;
        }

        long last() {
            return last;
        }

        private boolean takes(long epochOfNext, int length) {
            return epoch == epochOfNext && size + length <= ROW_BYTES;
        }

        private void add(long newLast, byte[] frames) {
            if (size + frames.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(ROW_BYTES, 2 * (size + frames.length)));
            }
            System.arraycopy(frames, 0, bytes, size, frames.length);
            size += frames.length;
            last = newLast;
        }

        byte[] body() {
            if (size < bytes.length) {
                bytes = Arrays.copyOf(bytes, size);
            }
            return bytes;
        }
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<Row> rows() {
        return rows;
    }

    void add(int shard, long epoch, long first, long last, byte[] frames) {
        Row row = open.get(shard);
        if (row != null && row.takes(epoch, frames.length)) {
            row.add(last, frames);
        } else {
            Row next = new Row(shard, epoch, first, last, frames);
            open.put(shard, next);
            rows.add(next);
        }
    }

    /**
     * Writes all rows of shards whose lease is of the row's epoch and this owner's; the statement is its own commit. The
     * share locks make a takeover wait until this is committed, and this one see a takeover that came first. If the lease of
     * one of them is not valid, none is written: what was appended together stays together.
     *
     * @return the rows that were not written: a lease is not valid, or something of that number is there
     */
    List<Row> write(Connection connection, String owner) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "WITH w AS (SELECT * FROM unnest(?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[])"
                        + " AS w(shard, first_seq, last_seq, epoch, body)),"
                        + " f AS MATERIALIZED (SELECT shard, epoch FROM shard_lease WHERE shard = ANY (?::int[])"
                        + " AND owner = ? ORDER BY shard FOR SHARE)"
                        + " INSERT INTO log(shard, first_seq, last_seq, epoch, body)"
                        + " SELECT w.shard, w.first_seq, w.last_seq, w.epoch, w.body"
                        + " FROM w WHERE NOT EXISTS (SELECT 1 FROM w AS o WHERE NOT EXISTS"
                        + " (SELECT 1 FROM f WHERE f.shard = o.shard AND f.epoch = o.epoch))"
                        + " ON CONFLICT (shard, first_seq) DO NOTHING RETURNING shard, first_seq")) {
            Object[] shards = rows.stream().map(row -> row.shard).toArray(Integer[]::new);
            insert.setArray(1, connection.createArrayOf("int4", shards));
            insert.setArray(
                    2, longs(connection, rows.stream().map(row -> row.first).toArray(Long[]::new)));
            insert.setArray(3, longs(connection, rows.stream().map(Row::last).toArray(Long[]::new)));
            insert.setArray(
                    4, longs(connection, rows.stream().map(row -> row.epoch).toArray(Long[]::new)));
            insert.setArray(
                    5,
                    connection.createArrayOf(
                            "bytea", rows.stream().map(Row::body).toArray(byte[][]::new)));
            insert.setArray(6, connection.createArrayOf("int4", shards));
            insert.setString(7, owner);
            return missing(insert);
        }
    }

    private static java.sql.Array longs(Connection connection, Long[] values) throws SQLException {
        return connection.createArrayOf("int8", values);
    }

    private List<Row> missing(PreparedStatement insert) throws SQLException {
        List<Row> missing = new ArrayList<>(rows);
        try (ResultSet written = insert.executeQuery()) {
            int count = 0;
            while (written.next()) {
                int shard = written.getInt(1);
                long first = written.getLong(2);
                missing.removeIf(row -> row.shard == shard && row.first == first);
                count++;
            }
            return count == rows.size() ? List.of() : missing;
        }
    }

    /** The content of the row that is there in place of another one, or null if there is none of that number. */
    static byte @Nullable [] present(Connection connection, Row row) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT body FROM log WHERE shard = ?" + " AND first_seq = ? AND last_seq = ? AND epoch = ?")) {
            select.setInt(1, row.shard);
            select.setLong(2, row.first);
            select.setLong(3, row.last());
            select.setLong(4, row.epoch);
            try (ResultSet there = select.executeQuery()) {
                return there.next() ? there.getBytes(1) : null;
            }
        }
    }
}
