// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.FencedException;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.store.base.Frames;
import io.skep.store.base.ShardTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Snapshots and trimming, beside the writer. Thread-safe; one at a time for each shard. */
final class Housekeeping {
    private static final int PART_BYTES = 1 << 20;
    private static final int ROWS_A_STEP = 256;

    private final Database database;
    private final String owner;
    private final ShardTable shards;
    private final List<Lock> locks = new ArrayList<>();

    Housekeeping(Database database, String owner, ShardTable shards) {
        this.database = database;
        this.owner = owner;
        this.shards = shards;
        for (int shard = 0; shard < shards.size(); shard++) {
            locks.add(new ReentrantLock());
        }
    }

    void keepSnapshot(ShardLease lease, Snapshot snapshot) {
        Lock lock = locks.get(lease.shard());
        lock.lock();
        try {
            long generation = database.transact(in -> {
                requireNext(in, lease, snapshot);
                // What is left of one that was interrupted is dropped, too.
                return dropOthers(in, lease.shard()) + 1;
            });
            int parts = writeParts(lease, generation, snapshot.body());
            database.transact(in -> {
                requireNext(in, lease, snapshot);
                replace(in, lease.shard(), snapshot.seq(), generation, parts);
                return dropOthers(in, lease.shard());
            });
        } catch (SQLException e) {
            throw database.failed("did not keep a snapshot", e);
        } finally {
            lock.unlock();
        }
    }

    private int writeParts(ShardLease lease, long generation, byte[] body) throws SQLException {
        int parts = 0;
        for (int at = 0; at == 0 || at < body.length; at += PART_BYTES) {
            byte[] part = Arrays.copyOfRange(body, at, Math.min(body.length, at + PART_BYTES));
            int number = parts++;
            database.transact(in -> {
                requireLease(in, lease);
                try (PreparedStatement insert = in.prepareStatement(
                        "INSERT INTO snapshot_part(shard, generation, part, crc, body) VALUES (?, ?, ?, ?, ?)")) {
                    insert.setInt(1, lease.shard());
                    insert.setLong(2, generation);
                    insert.setInt(3, number);
                    insert.setInt(4, Frames.crc(part));
                    insert.setBytes(5, part);
                    return insert.executeUpdate();
                }
            });
        }
        return parts;
    }

    private static void replace(Connection in, int shard, long seq, long generation, int parts) throws SQLException {
        try (PreparedStatement insert = in.prepareStatement(
                "INSERT INTO snapshot(shard, seq, generation, parts) VALUES (?, ?, ?, ?) ON CONFLICT (shard)"
                        + " DO UPDATE SET seq = excluded.seq, generation = excluded.generation, parts = excluded.parts")) {
            insert.setInt(1, shard);
            insert.setLong(2, seq);
            insert.setLong(3, generation);
            insert.setInt(4, parts);
            insert.executeUpdate();
        }
    }

    /** Drops the parts of every generation but the present one, which is returned. */
    private static long dropOthers(Connection in, int shard) throws SQLException {
        long present = number(in, "SELECT generation FROM snapshot WHERE shard = ?", shard);
        try (PreparedStatement delete =
                in.prepareStatement("DELETE FROM snapshot_part WHERE shard = ? AND generation <> ?")) {
            delete.setInt(1, shard);
            delete.setLong(2, present);
            delete.executeUpdate();
        }
        return present;
    }

    private void requireNext(Connection in, ShardLease lease, Snapshot snapshot) throws SQLException {
        requireLease(in, lease);
        int shard = lease.shard();
        long before = number(in, "SELECT seq FROM snapshot WHERE shard = ?", shard);
        long last = LogReader.last(in, shard);
        if (snapshot.seq() < before || snapshot.seq() > last) {
            throw new IllegalArgumentException("A snapshot of shard " + shard + " after record " + snapshot.seq()
                    + " is not between the one before, after " + before + ", and the last record, " + last);
        }
    }

    /** Holds the shard until the end of the transaction. */
    private void requireLease(Connection in, ShardLease lease) throws SQLException {
        requireLease(in, lease, "SHARE");
    }

    private void requireLease(Connection in, ShardLease lease, String strength) throws SQLException {
        try (PreparedStatement select = in.prepareStatement(
                "SELECT 1 FROM shard_lease WHERE shard = ? AND epoch = ? AND owner = ? FOR " + strength)) {
            select.setInt(1, lease.shard());
            select.setLong(2, lease.epoch());
            select.setString(3, owner);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new FencedException(
                            "The lease of shard " + lease.shard() + " of epoch " + lease.epoch() + " is not valid");
                }
            }
        }
    }

    void trim(ShardLease lease, long upToSeq) {
        int shard = lease.shard();
        Lock lock = locks.get(shard);
        lock.lock();
        try {
            long upTo = database.transact(in -> {
                // At once as strong as the change needs it: two that share a row and both want more wait for each
                // other.
                requireLease(in, lease, "UPDATE");
                long allowed = Math.min(upToSeq, number(in, "SELECT seq FROM snapshot WHERE shard = ?", shard));
                try (PreparedStatement update = in.prepareStatement(
                        "UPDATE shard_lease SET first_seq = greatest(first_seq, ?) WHERE shard = ?")) {
                    update.setLong(1, allowed + 1);
                    update.setInt(2, shard);
                    update.executeUpdate();
                }
                return allowed;
            });
            shards.first(shard, upTo + 1);
            drop(shard, upTo);
        } catch (SQLException e) {
            throw database.failed("did not trim the log", e);
        } finally {
            lock.unlock();
        }
    }

    /** Lets a shard without a record go on after a number. */
    void begin(ShardLease lease, long seq) {
        int shard = lease.shard();
        try {
            database.transact(in -> {
                requireLease(in, lease, "UPDATE");
                long last = LogReader.last(in, shard);
                if ((last != 0 && last != seq) || number(in, "SELECT count(*) FROM log WHERE shard = ?", shard) != 0) {
                    throw new IllegalArgumentException("Shard " + shard + " has records up to " + last);
                }
                try (PreparedStatement update =
                        in.prepareStatement("UPDATE shard_lease SET first_seq = ? WHERE shard = ?")) {
                    update.setLong(1, seq + 1);
                    update.setInt(2, shard);
                    return update.executeUpdate();
                }
            });
        } catch (SQLException e) {
            throw database.failed("did not begin a shard", e);
        }
    }

    private void drop(int shard, long upTo) throws SQLException {
        int dropped = ROWS_A_STEP;
        while (dropped == ROWS_A_STEP) {
            dropped = database.with(in -> {
                try (PreparedStatement delete = in.prepareStatement(
                        "DELETE FROM log WHERE shard = ? AND first_seq IN (SELECT first_seq FROM log"
                                + " WHERE shard = ? AND first_seq <= ? AND last_seq <= ? ORDER BY first_seq LIMIT "
                                + ROWS_A_STEP + ")")) {
                    delete.setInt(1, shard);
                    delete.setInt(2, shard);
                    delete.setLong(3, upTo);
                    delete.setLong(4, upTo);
                    return delete.executeUpdate();
                }
            });
        }
    }

    private static long number(Connection in, String sql, int shard) throws SQLException {
        try (PreparedStatement select = in.prepareStatement(sql)) {
            select.setInt(1, shard);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /**
     * Whether the database takes writes.
     *
     * @throws StoreException if it does not say
     */
    boolean probe() {
        try {
            return database.with(in -> Schema.number(in, "UPDATE skep SET probed_at = now() RETURNING 1")) == 1;
        } catch (SQLException e) {
            if (Database.isFull(e)) {
                return false;
            }
            throw database.failed("cannot be written", e);
        }
    }
}
