// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that append to and read from every shard of a store at the same time. */
final class LogStoreLoad {
    private LogStoreLoad() {}

    static void run(LogStore store, int threads, int appends) {
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < store.shards(); i++) {
            shards.add(new Shard(store.acquire(i)));
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<Void>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int offset = thread;
                work.add(CompletableFuture.runAsync(() -> work(store, shards, offset, appends), executor));
            }
            CompletableFuture.allOf(work.toArray(new CompletableFuture<?>[0]))
                    .orTimeout(240, TimeUnit.SECONDS)
                    .join();
        } finally {
            executor.shutdownNow();
        }
        shards.forEach(shard -> shard.check(store));
    }

    private static void work(LogStore store, List<Shard> shards, int offset, int appends) {
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int i = 0; i < appends; i++) {
            Shard shard = shards.get((i + offset) % shards.size());
            stages.add(shard.append(store));
            if (i % 32 == 0) {
                stages.forEach(LogStoreContract::done);
                stages.clear();
                shard.check(store);
            }
        }
        stages.forEach(LogStoreContract::done);
    }

    /** One shard, to which threads append in turn. */
    private static final class Shard {
        private final ShardLease lease;
        private final AtomicLong acknowledged = new AtomicLong();
        private long appended;

        Shard(ShardLease lease) {
            this.lease = lease;
        }

        synchronized CompletionStage<Void> append(LogStore store) {
            long seq = ++appended;
            return store.append(lease, seq, List.of(body(seq)))
                    .thenRun(() -> acknowledged.accumulateAndGet(seq, Math::max));
        }

        private byte[] body(long seq) {
            return (lease.shard() + "/" + seq).getBytes(UTF_8);
        }

        void check(LogStore store) {
            long atLeast = acknowledged.get();
            List<LogRecord> records = store.read(lease.shard(), 1, Integer.MAX_VALUE);
            assertThat(records).hasSizeGreaterThanOrEqualTo((int) atLeast);
            for (int i = 0; i < records.size(); i++) {
                assertThat(records.get(i).seq()).isEqualTo(i + 1);
                assertThat(records.get(i).body()).isEqualTo(body(i + 1));
            }
        }
    }
}
