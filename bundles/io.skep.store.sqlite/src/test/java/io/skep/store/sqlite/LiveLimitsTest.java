// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.ShardLease;
import io.skep.api.store.StoreFullException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.component.ComponentException;

/** Settings that change while the store is open. */
class LiveLimitsTest {
    private static final byte[] RECORD = new byte[50_000];

    @TempDir
    Path directory;

    private static void append(SqliteStore store, ShardLease lease) {
        Stores.done(store.append(lease, store.lastSeq(lease.shard()) + 1, List.of(RECORD)));
    }

    private static void fill(SqliteStore store, ShardLease lease) {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        append(store, lease);
                    }
                })
                .isInstanceOf(StoreFullException.class);
    }

    @Test
    void limitOfTheLog_isRaisedAndLoweredWhileItIsOpen() {
        try (SqliteStore store = new SqliteStore(Stores.limited(directory, 1 << 20))) {
            ShardLease lease = store.acquire(0);
            fill(store, lease);
            long full = store.lastSeq(0);
            store.apply(Stores.limited(directory, 2 << 20));
            assertThat(store.probe()).isTrue();
            fill(store, lease);
            assertThat(store.lastSeq(0)).isGreaterThan(full);
            store.apply(Stores.limited(directory, 0));
            append(store, lease);
            store.apply(Stores.limited(directory, 1 << 20));
            fill(store, lease);
            assertThat(store.read(0, 1, Integer.MAX_VALUE)).hasSize((int) store.lastSeq(0));
        }
    }

    @Test
    void reserveOfTheDisk_changesWhileTheStoreIsOpen() {
        Space space = new Space(0, () -> 1000);
        try (SqliteStore store = new SqliteStore(Stores.settings(directory), space, Sql::open)) {
            ShardLease lease = store.acquire(0);
            append(store, lease);
            store.apply(new Settings(directory, Stores.SHARDS, 1 << 20, 1001, 0));
            fill(store, lease);
            store.apply(new Settings(directory, Stores.SHARDS, 1 << 20, 1000, 0));
            append(store, lease);
        }
    }

    @Test
    void otherLayout_waitsForTheNextStart() {
        Settings settings = Stores.settings(directory);
        Settings other = new Settings(directory.resolve("other"), 8, 1 << 20, 0, 0);
        assertThat(settings.sameLayout(settings)).isTrue();
        assertThat(settings.sameLayout(other)).isFalse();
        try (SqliteStore store = new SqliteStore(settings)) {
            store.apply(other);
            assertThat(store.shards()).isEqualTo(Stores.SHARDS);
            assertThat(store.directory()).isEqualTo(settings.directory());
            append(store, store.acquire(0));
        }
    }

    @Test
    void wrongValue_isNamed() {
        Supplier<Long> lots = () -> {
            throw new ComponentException("not a number: lots");
        };
        assertThat(configured(() -> 4, () -> 3L, () -> "", () -> 10_000L))
                .isEqualTo(new Settings(Path.of("x"), 4, 1, 2, 3));
        assertThat(configured(() -> 4, () -> 3L, () -> "/b", () -> 10_000L).backups())
                .isEqualTo(Path.of("/b"));
        assertThatThrownBy(() -> configured(() -> 4, lots, () -> "", () -> 1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max.log.bytes must be a whole number");
        assertThatThrownBy(() -> configured(() -> 0, () -> 3L, () -> "", () -> 1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("shards is 0");
        assertThatThrownBy(() -> configured(() -> 4, () -> 3L, () -> "", () -> 0L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("max.read.millis is 0");
        assertThatThrownBy(() -> configured(() -> 4, () -> 3L, () -> "x/backups", () -> 1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("backup.directory ");
    }

    private static Settings configured(
            Supplier<Integer> shards, Supplier<Long> maxLog, Supplier<String> backups, Supplier<Long> maxRead) {
        return Settings.of(new Settings.Values(() -> "x", shards, () -> 1L, () -> 2L, maxLog, backups, maxRead));
    }
}
