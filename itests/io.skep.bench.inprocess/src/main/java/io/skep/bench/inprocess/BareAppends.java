// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a bare log in a closed loop: each client appends one record and waits until it is durable. One thread hands
 * over whatever the clients have ready, as one append for each shard, like the orchestrator's but with nothing to
 * decide.
 */
final class BareAppends {
    private final Target target;
    private final List<byte[]> records;
    private final LongAdder appended = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);

    /** Where records go. */
    interface Target {
        int shards();

        /** Appends records to a shard; called by one thread. */
        CompletionStage<Void> append(int shard, List<byte[]> batch);
    }

    private BareAppends(Target target, List<byte[]> records) {
        this.target = target;
        this.records = records;
    }

    /** To anything. */
    static BareAppends to(Target target, List<byte[]> records) {
        return new BareAppends(target, records);
    }

    /** To a log store. */
    static BareAppends toStore(LogStore log, List<byte[]> records) {
        List<ShardLease> leases = new ArrayList<>();
        for (int shard = 0; shard < log.shards(); shard++) {
            leases.add(log.acquire(shard));
        }
        long[] next = new long[log.shards()];
        java.util.Arrays.fill(next, 1);
        return new BareAppends(
                new Target() {
                    @Override
                    public int shards() {
                        return log.shards();
                    }

                    @Override
                    public CompletionStage<Void> append(int shard, List<byte[]> batch) {
                        long first = next[shard];
                        next[shard] += batch.size();
                        return log.append(leases.get(shard), first, batch);
                    }
                },
                records);
    }

    Outcome run(Job job) throws InterruptedException, ExecutionException {
        BlockingQueue<Integer> ready = new LinkedBlockingQueue<>();
        for (int client = 0; client < job.inFlight(); client++) {
            ready.add(client);
        }
        Thread driver = new Thread(() -> drive(ready), "skep-bench-appends");
        driver.setDaemon(true);
        driver.start();
        Window window;
        try {
            window = Window.measure(job, appended::sum, failed);
        } finally {
            driver.interrupt();
            driver.join();
        }
        if (failure.get() != null) {
            throw new ExecutionException("an append failed", failure.get());
        }
        return new Outcome(
                true,
                null,
                Map.of(
                        "records.per.s",
                        window.perSecond(),
                        "bytes.per.record",
                        records.stream().mapToInt(r -> r.length).average().orElse(0)),
                window.threads());
    }

    private void drive(BlockingQueue<Integer> ready) {
        List<Integer> taken = new ArrayList<>();
        List<List<Integer>> clients = new ArrayList<>();
        for (int shard = 0; shard < target.shards(); shard++) {
            clients.add(new ArrayList<>());
        }
        int next = 0;
        try {
            while (failure.get() == null) {
                taken.add(ready.take());
                ready.drainTo(taken);
                taken.forEach(client -> clients.get(client % clients.size()).add(client));
                taken.clear();
                for (int shard = 0; shard < clients.size(); shard++) {
                    List<Integer> here = clients.get(shard);
                    if (!here.isEmpty()) {
                        append(shard, List.copyOf(here), next, ready);
                        next += here.size();
                        here.clear();
                    }
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void append(int shard, List<Integer> clients, int from, BlockingQueue<Integer> ready) {
        List<byte[]> batch = new ArrayList<>(clients.size());
        for (int i = 0; i < clients.size(); i++) {
            batch.add(records.get(Math.floorMod(from + i, records.size())));
        }
        target.append(shard, batch).whenComplete((durable, thrown) -> {
            if (thrown == null) {
                appended.add(clients.size());
                ready.addAll(clients);
            } else {
                failure.compareAndSet(null, thrown);
                failed.countDown();
            }
        });
    }
}
