// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.FencedException;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.StoreFullException;
import io.skep.store.base.Frames;
import io.skep.store.base.Frames.DamagedException;
import io.skep.store.base.ShardTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The transaction that the writer is in. A method that throws something else than an {@link SQLException} has changed
 * nothing, and the transaction can go on. Confined to the writer's thread.
 *
 * <p>The epoch and the numbers of each shard are kept here as they are within the transaction. There is no other writer
 * (the directory is locked), so they are what the database says, without asking it for each append.
 */
final class LogTransaction implements AutoCloseable {
    /** A row is not made larger than this by putting appends together, so that reading little stays cheap. */
    private static final int ROW_BYTES = 256 << 10;

    private static final int PAGE_BYTES = 4096;

    private final Connection connection;
    /** On the writer's connection: the only one that sees what this transaction has written. */
    private final LogReader own;

    private final ShardTable durable;
    private final BooleanSupplier lowSpace;
    private final long[] epoch;
    private final long[] first;
    private final long[] last;
    private final BitSet touched = new BitSet();
    private final BitSet refusedAsFull = new BitSet();
    private final Deque<Row> rows = new ArrayDeque<>();
    private final Row[] open;
    private Statements statements;
    private boolean full;
    private long written;

    /** What every commit runs. */
    private record Statements(PreparedStatement begin, PreparedStatement commit, PreparedStatement insert) {
        static Statements prepare(Connection connection) throws SQLException {
            return new Statements(
                    connection.prepareStatement("BEGIN IMMEDIATE"),
                    connection.prepareStatement("COMMIT"),
                    connection.prepareStatement(
                            "INSERT INTO log(shard, first_seq, last_seq, epoch, body) VALUES (?, ?, ?, ?, ?)"));
        }

        void close() throws SQLException {
            begin.close();
            commit.close();
            insert.close();
        }
    }

    /** Appends of one shard that become one row. */
    private static final class Row {
        final int shard;
        final long epoch;
        final long first;
        long last;
        byte[] bytes;
        int size;

        Row(int shard, long epoch, long first, long last, byte[] frames) {
            this.shard = shard;
            this.epoch = epoch;
            this.first = first;
            this.last = last;
            this.bytes = frames;
            this.size = frames.length;
        }

        boolean takes(long epochOfNext, int length) {
            return epoch == epochOfNext && size + length <= ROW_BYTES;
        }

        void add(long newLast, byte[] frames) {
            if (size + frames.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(ROW_BYTES, 2 * (size + frames.length)));
            }
            System.arraycopy(frames, 0, bytes, size, frames.length);
            size += frames.length;
            last = newLast;
        }
    }

    /**
     * Reads where each shard stands.
     *
     * @param durable is filled, and kept up to date with each commit
     * @param lowSpace whether appends are to be refused for want of space; asked once a transaction
     */
    LogTransaction(Connection connection, ShardTable durable, BooleanSupplier lowSpace) throws SQLException {
        this.connection = connection;
        this.durable = durable;
        this.lowSpace = lowSpace;
        statements = Statements.prepare(connection);
        own = new LogReader(connection);
        int shards = durable.size();
        epoch = new long[shards];
        first = new long[shards];
        last = new long[shards];
        open = new Row[shards];
        String sql = "SELECT shard, epoch, first_seq, coalesce((SELECT max(last_seq) FROM log l"
                + " WHERE l.shard = s.shard), 0) FROM shard s";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                int shard = row.getInt(1);
                durable.set(shard, row.getLong(2), row.getLong(3), Math.max(row.getLong(4), row.getLong(3) - 1));
                restore(shard);
            }
        }
    }

    private void restore(int shard) {
        epoch[shard] = durable.epoch(shard);
        first[shard] = durable.first(shard);
        last[shard] = durable.last(shard);
    }

    void begin() throws SQLException {
        full = lowSpace.getAsBoolean();
        written = 0;
        statements.begin().executeUpdate();
    }

    /** Makes the transaction durable, then visible in the table. */
    void commit() throws SQLException {
        writeRows();
        statements.commit().executeUpdate();
        for (int shard = touched.nextSetBit(0); shard >= 0; shard = touched.nextSetBit(shard + 1)) {
            durable.set(shard, epoch[shard], first[shard], last[shard]);
        }
        touched.clear();
    }

    /** Forgets the transaction after SQLite found no space for it. */
    void rollback() throws SQLException {
        rows.clear();
        Arrays.fill(open, null);
        for (int shard = touched.nextSetBit(0); shard >= 0; shard = touched.nextSetBit(shard + 1)) {
            restore(shard);
        }
        refusedAsFull.or(touched);
        touched.clear();
        // The driver throws a prepared statement away that has failed.
        statements.close();
        abandon();
        statements = Statements.prepare(connection);
        statements.begin().executeUpdate();
        Sql.execute(connection, "ROLLBACK");
    }

    /** Leaves the transaction if SQLite has not left it by itself. */
    void abandon() {
        try {
            Sql.execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            // There was none any more; if there still is, the next cannot begin.
        }
    }

    /** About how many bytes the last transaction has put into the write-ahead log. */
    long written() {
        return written;
    }

    /** Encoded records of one shard. */
    record Frame(ShardLease lease, long firstSeq, long lastSeq, byte[] bytes) {
        static Frame of(LogStore.Append append) {
            ShardLease lease = append.lease();
            byte[] bytes = Frames.encode(lease.shard(), append.firstSeq(), append.records());
            return new Frame(
                    lease,
                    append.firstSeq(),
                    append.firstSeq() + append.records().size() - 1,
                    bytes);
        }
    }

    /** Appends encoded records of several shards, or finds all or some of them there already; or changes nothing. */
    void append(List<Frame> together) throws SQLException, DamagedException {
        try {
            for (Frame frame : together) {
                requireAppendable(frame);
            }
        } catch (StoreFullException e) {
            together.forEach(frame -> refusedAsFull.set(frame.lease().shard()));
            throw e;
        }
        for (Frame frame : together) {
            if (frame.firstSeq() == last[frame.lease().shard()] + 1) {
                put(frame.lease(), frame.firstSeq(), frame.lastSeq(), frame.bytes());
            }
        }
    }

    /** Appends {@code count} encoded records, or finds them there already. */
    void append(ShardLease lease, long firstSeq, int count, byte[] frames) throws SQLException, DamagedException {
        append(List.of(new Frame(lease, firstSeq, firstSeq + count - 1, frames)));
    }

    private void requireAppendable(Frame frame) throws SQLException, DamagedException {
        int shard = frame.lease().shard();
        requireLease(frame.lease());
        if (frame.firstSeq() != last[shard] + 1) {
            requireSame(shard, frame.firstSeq(), frame.lastSeq(), frame.bytes());
        } else if (full) {
            throw new StoreFullException("The disk of the store has less space left than min.free.bytes");
        }
    }

    private void put(ShardLease lease, long firstSeq, long lastSeq, byte[] frames) {
        int shard = lease.shard();
        Row row = open[shard];
        if (row != null && row.takes(lease.epoch(), frames.length)) {
            row.add(lastSeq, frames);
        } else {
            open[shard] = new Row(shard, lease.epoch(), firstSeq, lastSeq, frames);
            rows.add(open[shard]);
        }
        last[shard] = lastSeq;
        touched.set(shard);
        refusedAsFull.clear(shard);
    }

    void requireLease(ShardLease lease) {
        if (lease.epoch() <= 0 || lease.epoch() != epoch[lease.shard()]) {
            throw new FencedException("Shard " + lease.shard() + " was taken by epoch " + epoch[lease.shard()]
                    + "; the lease is of epoch " + lease.epoch());
        }
    }

    private void requireSame(int shard, long firstSeq, long lastSeq, byte[] frames)
            throws SQLException, DamagedException {
        if (firstSeq > last[shard] && refusedAsFull.get(shard)) {
            throw new StoreFullException("An append before this one found no space");
        }
        if (firstSeq < first[shard] || lastSeq > last[shard]) {
            throw new IllegalArgumentException("Record " + firstSeq + " of shard " + shard + " does not follow "
                    + last[shard] + ", the last one; nothing was written");
        }
        writeRows();
        List<LogRecord> there = own.read(shard, firstSeq, Math.toIntExact(lastSeq - firstSeq + 1));
        byte[] bytes = Frames.encode(
                shard, firstSeq, there.stream().map(LogRecord::body).toList());
        if (!Arrays.equals(bytes, frames)) {
            throw new IllegalArgumentException("Record " + firstSeq + " of shard " + shard
                    + " or one after it is there with another content; nothing was written");
        }
    }

    /** The last number of every shard at this moment. No row has records from both before and after it. */
    long[] cut() throws SQLException {
        writeRows();
        return last.clone();
    }

    private void writeRows() throws SQLException {
        for (Row row = rows.poll(); row != null; row = rows.poll()) {
            write(row);
        }
    }

    private void write(Row row) throws SQLException {
        open[row.shard] = null;
        PreparedStatement insert = statements.insert();
        insert.setInt(1, row.shard);
        insert.setLong(2, row.first);
        insert.setLong(3, row.last);
        insert.setLong(4, row.epoch);
        insert.setBytes(5, row.size == row.bytes.length ? row.bytes : Arrays.copyOf(row.bytes, row.size));
        insert.executeUpdate();
        written += row.size + PAGE_BYTES;
    }

    /** Takes the right to a shard. */
    long acquire(int shard) throws SQLException {
        update("UPDATE shard SET epoch = ? WHERE shard = ?", epoch[shard] + 1, shard);
        touched.set(shard);
        return ++epoch[shard];
    }

    /** Lets a shard without a record go on after a number. */
    void begin(ShardLease lease, long seq) throws SQLException {
        int shard = lease.shard();
        requireLease(lease);
        if (last[shard] >= first[shard] || (last[shard] != 0 && last[shard] != seq)) {
            throw new IllegalArgumentException("Shard " + shard + " has records up to " + last[shard]);
        }
        first(shard, seq + 1);
        last[shard] = seq;
    }

    long last(int shard) {
        return last[shard];
    }

    long first(int shard) {
        return first[shard];
    }

    /** Makes {@code firstSeq} the oldest record that can be read. */
    void first(int shard, long firstSeq) throws SQLException {
        update("UPDATE shard SET first_seq = ? WHERE shard = ?", firstSeq, shard);
        first[shard] = firstSeq;
        touched.set(shard);
    }

    /** Runs a statement that is not worth keeping prepared, and returns the number of rows it changed. */
    int update(String sql, Object... values) throws SQLException {
        written += PAGE_BYTES;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] instanceof byte[] bytes) {
                    written += bytes.length;
                }
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    /** Moves free pages to the end of the file and cuts them off; returns how many are left. */
    long vacuum(int pages) throws SQLException {
        written += 2L * PAGE_BYTES * pages;
        Sql.vacuum(connection, pages);
        return number("PRAGMA freelist_count");
    }

    /** The number in the first column of the first row. */
    long number(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** Moves what it can from the write-ahead log to the file; the next transaction may then begin the log anew. */
    void checkpoint() throws SQLException {
        Sql.execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
    }

    /** Moves all of it, while nobody reads. */
    void truncate(Checkpointer checkpointer) throws SQLException {
        checkpointer.truncate(connection);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
