// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreFullException;
import io.skep.store.base.Frames;
import io.skep.store.sqlite.LogWriter.Change;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Snapshots, trimming and probing, cut into steps of a bounded size, each of which joins a commit of the writer's: so
 * appends never wait for more than one step. Thread-safe; one at a time for each shard.
 */
final class Housekeeping {
    private static final int PART_BYTES = 256 << 10;
    private static final int PARTS_A_STEP = 8;
    private static final int ROWS_A_STEP = 32;
    private static final int PROBE_BYTES = 64 << 10;

    /** Makes a change and waits until it is durable. */
    @FunctionalInterface
    interface Runner {
        <T> T run(Change<T> change);
    }

    private final Runner runner;
    private final List<Lock> locks = new ArrayList<>();
    /** Whether nothing of a shard is trimmed for now, each guarded by its lock. */
    private final boolean[] held;

    Housekeeping(int shards, Runner runner) {
        this.runner = runner;
        this.held = new boolean[shards];
        for (int shard = 0; shard < shards; shard++) {
            locks.add(new ReentrantLock());
        }
    }

    void keepSnapshot(ShardLease lease, Snapshot snapshot) {
        Lock lock = locks.get(lease.shard());
        lock.lock();
        try {
            // What is left of one that was interrupted by a crash.
            dropParts(lease);
            try {
                keepParts(lease, snapshot);
            } finally {
                // The one before, or after a failure the parts of this one.
                dropParts(lease);
            }
        } catch (StoreFullException e) {
            throw new StoreFullException("The snapshot was not kept: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private void keepParts(ShardLease lease, Snapshot snapshot) {
        int shard = lease.shard();
        long generation = runner.run(in -> {
            requireNext(in, lease, snapshot);
            return 1 + in.number("SELECT generation FROM snapshot WHERE shard = ?", shard);
        });
        byte[] body = snapshot.body();
        int parts = 0;
        for (int at = 0; at == 0 || at < body.length; at += PART_BYTES) {
            byte[] part = Arrays.copyOfRange(body, at, Math.min(body.length, at + PART_BYTES));
            int number = parts++;
            runner.run(in -> {
                in.requireLease(lease);
                return in.update(
                        "INSERT INTO snapshot_part(shard, generation, part, crc, body) VALUES (?, ?, ?, ?, ?)",
                        shard,
                        generation,
                        number,
                        Frames.crc(part),
                        part);
            });
        }
        int all = parts;
        runner.run(in -> {
            requireNext(in, lease, snapshot);
            return in.update(
                    "INSERT OR REPLACE INTO snapshot(shard, seq, generation, parts) VALUES (?, ?, ?, ?)",
                    shard,
                    snapshot.seq(),
                    generation,
                    all);
        });
    }

    private static void requireNext(LogTransaction in, ShardLease lease, Snapshot snapshot) throws SQLException {
        in.requireLease(lease);
        long before = newest(in, lease.shard());
        if (snapshot.seq() < before || snapshot.seq() > in.last(lease.shard())) {
            throw new IllegalArgumentException("A snapshot of shard " + lease.shard() + " after record "
                    + snapshot.seq() + " is not between the one before, after " + before + ", and the last record, "
                    + in.last(lease.shard()));
        }
    }

    private static long newest(LogTransaction in, int shard) throws SQLException {
        return in.number("SELECT seq FROM snapshot WHERE shard = ?", shard);
    }

    private void dropParts(ShardLease lease) {
        int dropped = PARTS_A_STEP;
        while (dropped == PARTS_A_STEP) {
            dropped = runner.run(in -> in.update(
                    "DELETE FROM snapshot_part WHERE id IN (SELECT id FROM snapshot_part WHERE shard = ?1"
                            + " AND generation <> coalesce((SELECT generation FROM snapshot WHERE shard = ?1),"
                            + " -1) LIMIT ?2)",
                    lease.shard(),
                    PARTS_A_STEP));
        }
    }

    void trim(ShardLease lease, long upToSeq) {
        int shard = lease.shard();
        Lock lock = locks.get(shard);
        lock.lock();
        try {
            if (held[shard]) {
                return;
            }
            long upTo = runner.run(in -> {
                in.requireLease(lease);
                long allowed = Math.min(upToSeq, newest(in, shard));
                if (allowed >= in.first(shard)) {
                    in.first(shard, allowed + 1);
                }
                return allowed;
            });
            int dropped = ROWS_A_STEP;
            while (dropped == ROWS_A_STEP) {
                dropped = runner.run(in -> in.update(
                        "DELETE FROM log WHERE id IN (SELECT id FROM log WHERE shard = ? AND first_seq <= ?"
                                + " AND last_seq <= ? ORDER BY first_seq LIMIT ?)",
                        shard,
                        upTo,
                        upTo,
                        ROWS_A_STEP));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Keeps every record from now on; what is being trimmed is trimmed on return. */
    void holdTrims() {
        for (int shard = 0; shard < locks.size(); shard++) {
            hold(shard, true);
        }
    }

    /** Lets records be trimmed again. */
    void allowTrims() {
        for (int shard = 0; shard < locks.size(); shard++) {
            hold(shard, false);
        }
    }

    private void hold(int shard, boolean now) {
        Lock lock = locks.get(shard);
        lock.lock();
        try {
            held[shard] = now;
        } finally {
            lock.unlock();
        }
    }

    /** Writes about as much as an append does, and takes it back. */
    void probe() {
        runner.run(in -> in.update("INSERT INTO probe(body) VALUES (zeroblob(?))", PROBE_BYTES));
        runner.run(in -> in.update("DELETE FROM probe"));
    }
}
