// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.store.base.ShardTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LeasesTest {
    @TempDir
    Path first;

    /** Appends to all shards, snapshots, trims and renewals all lock leases, and must not wait for each other for ever. */
    @Test
    void renewalsBesideAppendsAndTrims_neverStopTheStore() throws Exception {
        CompletableFuture<StoreException> lost = new CompletableFuture<>();
        PostgresStore store =
                Stores.open(Stores.settings(first, Stores.server().url(), Duration.ofSeconds(60)), lost::complete);
        try {
            List<ShardLease> leases = new ArrayList<>();
            for (int shard = 0; shard < Stores.SHARDS; shard++) {
                leases.add(store.acquire(shard));
            }
            long before = deadlocks();
            AtomicBoolean ended = new AtomicBoolean();
            CompletableFuture<Boolean> renewing = CompletableFuture.supplyAsync(() -> renew(ended));
            for (int seq = 1; seq <= 300; seq++) {
                List<CompletableFuture<Void>> all = new ArrayList<>();
                for (ShardLease lease : leases) {
                    all.add(store.append(lease, seq, List.of(new byte[10])).toCompletableFuture());
                }
                if (seq % 5 == 0) {
                    ShardLease lease = leases.get(seq % Stores.SHARDS);
                    all.forEach(Stores::done);
                    store.keepSnapshot(lease, new Snapshot(seq, new byte[1]));
                    store.trim(lease, seq);
                }
                all.forEach(Stores::done);
            }
            ended.set(true);
            assertThat(renewing.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(lost).isNotDone();
            assertThat(deadlocks()).isEqualTo(before);
        } finally {
            Stores.close(store);
        }
    }

    private static long deadlocks() throws SQLException {
        try (Connection connection = new Database(Stores.settings(Path.of("target"))).open()) {
            Database.execute(connection, "SELECT pg_stat_force_next_flush()");
            return Schema.number(
                    connection, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
        }
    }

    /** Renews the leases of the first server again and again. */
    private boolean renew(AtomicBoolean ended) {
        try (Database database = new Database(Stores.settings(first));
                Connection connection = database.open()) {
            String owner = Files.readString(first.resolve("server.id")).strip();
            Leases leases = new Leases(database, owner, new ShardTable(Stores.SHARDS), System.nanoTime(), why -> {});
            boolean all = true;
            while (!ended.get()) {
                all &= leases.renew(connection) == Stores.SHARDS;
            }
            return all;
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
