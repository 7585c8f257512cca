// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.api.task.TaskQuery;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;

/** After an error of the disk the store has stopped, says so, and loses nothing that it has acknowledged. */
class FaultTest {
    @TempDir
    Path directory;

    private final Faults faults = new Faults();
    private SqliteStore store;
    private ShardLease lease;

    @BeforeEach
    void open() {
        store = new SqliteStore(Stores.settings(directory), null, faults);
        lease = store.acquire(0);
        Stores.append(store, lease, "acknowledged");
    }

    private void assertStopped() {
        faults.disarm();
        assertThatThrownBy(() -> Stores.done(store.append(lease, 2, List.of(new byte[1]))))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreFullException.class)
                .hasMessageContaining("has stopped");
        assertThatThrownBy(() -> store.acquire(1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has stopped");
        assertThat(store.probe()).isFalse();
        assertThat(Stores.texts(store, 0)).startsWith("acknowledged");
        store.close();
        try (SqliteStore again = Stores.open(directory)) {
            assertThat(Stores.texts(again, 0)).startsWith("acknowledged");
            Stores.append(again, again.acquire(0), "next");
        }
    }

    @Test
    void errorOfACommit_stopsTheStore() {
        faults.arm("log.db", "COMMIT", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
        assertThatThrownBy(() -> Stores.append(store, lease, "unknown"))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreFullException.class)
                .hasMessageContaining("log.db has stopped");
        assertStopped();
    }

    @Test
    void errorOfARollback_stopsTheStore() {
        faults.arm("log.db", "INSERT INTO log", SQLiteErrorCode.SQLITE_FULL);
        assertThatThrownBy(() -> Stores.append(store, lease, "no space")).isInstanceOf(StoreFullException.class);
        faults.arm("log.db", "", SQLiteErrorCode.SQLITE_IOERR_WRITE);
        assertThatThrownBy(() -> Stores.append(store, lease, "worse")).isInstanceOf(StoreException.class);
        assertStopped();
    }

    @Test
    void errorOfACheckpoint_stopsTheStore() {
        faults.arm("log.db", "PRAGMA wal_checkpoint", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        appendUntilCheckpoint();
                    }
                })
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has stopped");
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> !store.probe());
        assertStopped();
    }

    @Test
    void checkpointWithoutSpace_isTriedAgainLater() {
        faults.arm("log.db", "PRAGMA wal_checkpoint", SQLiteErrorCode.SQLITE_FULL);
        appendUntilCheckpoint();
        appendUntilCheckpoint();
        faults.disarm();
        Stores.append(store, lease, "goes on");
        store.close();
    }

    private void appendUntilCheckpoint() {
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 20; i++) {
            Stores.done(store.append(lease, store.lastSeq(0) + 1, List.of(large)));
        }
    }

    @Test
    void writeAheadLog_underLoad_staysBounded() {
        for (int i = 0; i < 10; i++) {
            appendUntilCheckpoint();
        }
        assertThat(directory.resolve("log.db-wal").toFile().length()).isLessThan(120L << 20);
        assertThat(directory.resolve("log.db").toFile().length()).isGreaterThan(50L << 20);
        store.close();
        assertThat(directory.resolve("log.db-wal")).doesNotExist();
        try (SqliteStore again = Stores.open(directory)) {
            assertThat(again.lastSeq(0)).isEqualTo(201);
            assertThat(again.read(0, 200, 10)).hasSize(2);
        }
    }

    @Test
    void errorOfARead_isSaid_andPasses() {
        faults.arm("log.db", "SELECT", SQLiteErrorCode.SQLITE_IOERR_READ);
        assertThatThrownBy(() -> store.read(0, 1, 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("log.db: cannot be read");
        faults.arm("projection.db", "SELECT", SQLiteErrorCode.SQLITE_IOERR_READ);
        assertThatThrownBy(() -> store.tasks(TaskQuery.newest(1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("projection.db: cannot be read");
        faults.disarm();
        assertThat(store.read(0, 1, 1)).hasSize(1);
        assertThat(store.tasks(TaskQuery.newest(1)).items()).isEmpty();
        store.close();
    }

    @ParameterizedTest
    @CsvSource({"log.db,'SELECT shard, epoch'", "projection.db,'SELECT shard, seq'"})
    void storeThatCannotBeOpened_leavesNoConnectionBehind(String file, String sql) {
        store.close();
        faults.arm(file, sql, SQLiteErrorCode.SQLITE_IOERR_READ);
        assertThatThrownBy(() -> new SqliteStore(Stores.settings(directory), null, faults))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file + ": cannot be opened");
        try (SqliteStore again = Stores.open(directory)) {
            assertThat(Stores.texts(again, 0)).containsExactly("acknowledged");
            again.acquire(0);
            again.write(List.of(), new long[] {1, -1, -1, -1});
        }
        // SQLite takes it away with the last connection.
        assertThat(directory.resolve(file + "-wal")).doesNotExist();
    }

    @Test
    void closedStore_refusesEverything() {
        store.close();
        assertThatThrownBy(() -> Stores.done(store.append(lease, 2, List.of(new byte[1]))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(() -> store.keepSnapshot(lease, new Snapshot(1, new byte[1])))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.read(0, 1, 1)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.task("t")).isInstanceOf(StoreException.class);
        assertThat(store.probe()).isFalse();
    }

    @Test
    void appendBeyondTheBoundOfWhatMayWait_isRejected_andTheStoreGoesOn() {
        store.close();
        try (SqliteStore small = new SqliteStore(new Settings(directory, Stores.SHARDS, 1000, 0, 0))) {
            ShardLease newest = small.acquire(0);
            assertThatThrownBy(() -> Stores.done(small.append(newest, 2, List.of(new byte[1001]))))
                    .isInstanceOf(RejectedExecutionException.class);
            Stores.append(small, newest, "small");
            assertThat(small.lastSeq(0)).isEqualTo(2);
        }
    }
}
