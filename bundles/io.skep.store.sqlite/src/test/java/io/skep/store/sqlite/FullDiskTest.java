// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TaskRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;

/** A full disk refuses and forgets nothing, and the store goes on when there is space. */
class FullDiskTest {
    private static final long[] UNMOVED = {-1, -1, -1, -1};

    @TempDir
    Path directory;

    private static List<byte[]> record(int fill) {
        byte[] body = new byte[20_000];
        Arrays.fill(body, (byte) fill);
        return List.of(body);
    }

    /** Appends until it is refused, and returns the number that was. */
    private static long fill(SqliteStore store, ShardLease lease) {
        long seq = store.lastSeq(lease.shard()) + 1;
        while (true) {
            try {
                Stores.done(store.append(lease, seq, record((int) seq)));
                seq++;
            } catch (StoreFullException e) {
                return seq;
            }
        }
    }

    private static void assertSound(SqliteStore store, int shard, long last) {
        assertThat(store.lastSeq(shard)).isEqualTo(last);
        assertThat(store.read(shard, store.firstSeq(shard), Integer.MAX_VALUE))
                .hasSize((int) (last - store.firstSeq(shard) + 1))
                .allSatisfy(record -> assertThat(record.body())
                        .isEqualTo(record((int) record.seq()).get(0)));
    }

    @Test
    void logAtItsLimit_refusesAppends_untilItIsTrimmed() {
        try (SqliteStore store = new SqliteStore(Stores.limited(directory, 1 << 20))) {
            ShardLease lease = store.acquire(0);
            long refused = fill(store, lease);
            assertThat(refused).isGreaterThan(10);
            assertSound(store, 0, refused - 1);
            assertThat(store.probe()).isFalse();
            assertThatThrownBy(() -> store.keepSnapshot(lease, new Snapshot(refused - 1, new byte[600_000])))
                    .isInstanceOf(StoreFullException.class);
            assertThat(store.snapshot(0)).isEmpty();

            store.keepSnapshot(lease, new Snapshot(refused - 1, new byte[10]));
            store.trim(lease, refused - 5);
            assertThat(store.probe()).isTrue();
            Stores.done(store.append(lease, refused, record((int) refused)));
            assertSound(store, 0, refused);
        }
    }

    @Test
    void logAtItsLimit_goesOnWhenTheLimitIsRaised() {
        long refused;
        try (SqliteStore store = new SqliteStore(Stores.limited(directory, 1 << 20))) {
            refused = fill(store, store.acquire(0));
        }
        try (SqliteStore store = Stores.open(directory)) {
            assertThat(store.probe()).isTrue();
            assertSound(store, 0, refused - 1);
            Stores.done(store.append(store.acquire(0), refused, record((int) refused)));
            assertSound(store, 0, refused);
        }
    }

    @Test
    void appendsBehindARefusedOne_areRefusedAsFullToo_andTheLeaseStaysGood() {
        Faults faults = new Faults();
        try (SqliteStore store = new SqliteStore(Stores.settings(directory), null, faults)) {
            ShardLease lease = store.acquire(0);
            ShardLease other = store.acquire(1);
            Stores.done(store.append(lease, 1, record(1)));
            faults.arm("log.db", "COMMIT", SQLiteErrorCode.SQLITE_FULL);
            List<CompletionStage<Void>> stages = new ArrayList<>();
            for (int seq = 2; seq < 40; seq++) {
                stages.add(store.append(lease, seq, record(seq)));
            }
            stages.forEach(
                    stage -> assertThatThrownBy(() -> Stores.done(stage)).isInstanceOf(StoreFullException.class));
            faults.disarm();
            CompletionStage<Void> late = store.append(lease, 40, record(40));
            assertThatThrownBy(() -> Stores.done(late)).isInstanceOf(StoreFullException.class);

            assertSound(store, 0, 1);
            Stores.done(store.append(lease, 2, record(2)));
            Stores.done(store.append(other, 1, record(1)));
            assertSound(store, 0, 2);
            assertThatThrownBy(() -> Stores.done(store.append(lease, 40, record(40))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void diskBelowItsReserve_refusesBeforeItIsFull_butTrims() {
        AtomicLong usable = new AtomicLong(1000);
        Space space = new Space(500, usable::get);
        try (SqliteStore store = new SqliteStore(Stores.settings(directory), space, Sql::open)) {
            ShardLease lease = store.acquire(0);
            Stores.done(store.append(lease, 1, record(1)));
            usable.set(499);
            assertThatThrownBy(() -> Stores.done(store.append(lease, 2, record(2))))
                    .isInstanceOf(StoreFullException.class)
                    .hasMessageContaining("min.free.bytes");
            Stores.done(store.append(lease, 1, record(1)));
            assertThat(store.probe()).isFalse();
            assertThatThrownBy(() -> store.write(List.of(), UNMOVED)).isInstanceOf(StoreFullException.class);
            store.keepSnapshot(store.acquire(0), new Snapshot(1, new byte[1]));
            usable.set(500);
            assertThat(store.probe()).isTrue();
            Stores.done(store.append(store.acquire(0), 2, record(2)));
        }
    }

    @Test
    void projectionWithoutSpace_changesNothing_andGoesOn() {
        Faults faults = new Faults();
        TaskRow row = new TaskRow("t", "default", "queued", null, "", 1, null, null, new byte[1]);
        try (SqliteStore store = new SqliteStore(Stores.settings(directory), null, faults)) {
            faults.arm("projection.db", "COMMIT", SQLiteErrorCode.SQLITE_FULL);
            assertThatThrownBy(() -> store.write(List.of(row), new long[] {1, -1, -1, -1}))
                    .isInstanceOf(StoreFullException.class);
            faults.disarm();
            assertThat(store.task("t")).isEmpty();
            assertThat(store.applied(0)).isZero();
            store.write(List.of(row), new long[] {1, -1, -1, -1});
            assertThat(store.task("t")).isPresent();
        }
    }
}
