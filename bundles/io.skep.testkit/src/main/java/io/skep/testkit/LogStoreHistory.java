// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.FencedException;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.TrimmedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Random commands, carried out by a store and by a model of a few lines; both must say the same. */
final class LogStoreHistory {
    private static final int COMMANDS = 30;
    private static final int SHARDS = 2;

    private final Random random;
    private final Path directory;
    private final Function<Path, LogStore> opener;
    private final Consumer<LogStore> closer;
    private final List<Shard> model = new ArrayList<>();
    private final List<Runnable> outcomes = new ArrayList<>();
    private LogStore store;

    /** What a shard must hold. */
    private static final class Shard {
        final List<byte[]> all = new ArrayList<>();
        final List<ShardLease> leases = new ArrayList<>();
        long first = 1;

        @Nullable
        Snapshot snapshot;

        long last() {
            return all.size();
        }

        ShardLease newest() {
            return leases.get(leases.size() - 1);
        }
    }

    private LogStoreHistory(long seed, Path directory, Function<Path, LogStore> opener, Consumer<LogStore> closer) {
        this.random = new Random(seed);
        this.directory = directory;
        this.opener = opener;
        this.closer = closer;
        store = opener.apply(directory);
        for (int shard = 0; shard < SHARDS; shard++) {
            model.add(new Shard());
            model.get(shard).leases.add(store.acquire(shard));
        }
    }

    @SuppressWarnings("checkstyle:IllegalCatch") // whatever fails, the seed must be told
    static void run(long seed, Path directory, Function<Path, LogStore> opener, Consumer<LogStore> closer) {
        LogStoreHistory history = new LogStoreHistory(seed, directory, opener, closer);
        List<String> commands = new ArrayList<>();
        try {
            for (int i = 0; i < COMMANDS; i++) {
                history.step(commands);
            }
            history.compare();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ": " + String.join(", ", commands), e);
        } finally {
            closer.accept(history.store);
        }
    }

    private void step(List<String> commands) {
        int number = random.nextInt(SHARDS);
        Shard shard = model.get(number);
        int dice = random.nextInt(100);
        if (dice < 55) {
            commands.add("append " + number);
            append(shard);
        } else if (dice < 63) {
            commands.add("again " + number);
            again(shard);
        } else if (dice < 69) {
            commands.add("wrong " + number);
            wrong(shard);
        } else if (dice < 74) {
            commands.add("stale " + number);
            stale(shard);
        } else if (dice < 78) {
            commands.add("acquire " + number);
            shard.leases.add(store.acquire(number));
        } else if (dice < 84) {
            commands.add("snapshot " + number);
            snapshot(shard);
        } else if (dice < 90) {
            commands.add("trim " + number);
            trim(shard);
        } else if (dice < 96) {
            commands.add("compare");
            compare();
        } else {
            commands.add("reopen");
            settle();
            closer.accept(store);
            store = opener.apply(directory);
        }
    }

    private void append(Shard shard) {
        List<byte[]> records = records();
        accepted(store.append(shard.newest(), shard.last() + 1, records));
        shard.all.addAll(records);
    }

    private List<byte[]> records() {
        List<byte[]> records = new ArrayList<>();
        for (int count = 1 + random.nextInt(5); count > 0; count--) {
            int kind = random.nextInt(40);
            byte[] record = new byte[random.nextInt(kind == 0 ? 300_000 : kind < 4 ? 10_000 : 400)];
            random.nextBytes(record);
            records.add(record);
        }
        return records;
    }

    private void again(Shard shard) {
        if (shard.first <= shard.last()) {
            long from = shard.first + random.nextInt((int) (shard.last() - shard.first + 1));
            long to = from + random.nextInt((int) Math.min(10, shard.last() - from + 1));
            accepted(store.append(shard.newest(), from, List.copyOf(shard.all.subList((int) from - 1, (int) to))));
        }
    }

    private void wrong(Shard shard) {
        boolean gap = random.nextBoolean() || shard.last() == 0;
        long seq = gap ? shard.last() + 2 + random.nextInt(3) : 1 + random.nextInt((int) shard.last());
        List<byte[]> records = gap ? records() : List.of(new byte[] {42}, new byte[500_000]);
        refused(store.append(shard.newest(), seq, records), IllegalArgumentException.class);
    }

    private void stale(Shard shard) {
        if (shard.leases.size() > 1) {
            ShardLease old = shard.leases.get(random.nextInt(shard.leases.size() - 1));
            refused(store.append(old, shard.last() + 1, records()), FencedException.class);
        }
    }

    private void snapshot(Shard shard) {
        long before = shard.snapshot == null ? 0 : shard.snapshot.seq();
        byte[] body = new byte[random.nextInt(random.nextInt(8) == 0 ? 600_000 : 2_000)];
        random.nextBytes(body);
        shard.snapshot = new Snapshot(before + random.nextInt((int) (shard.last() - before + 1)), body);
        store.keepSnapshot(shard.newest(), shard.snapshot);
    }

    private void trim(Shard shard) {
        long upTo = random.nextInt((int) shard.last() + 3);
        store.trim(shard.newest(), upTo);
        long allowed = Math.min(upTo, shard.snapshot == null ? 0 : shard.snapshot.seq());
        shard.first = Math.max(shard.first, allowed + 1);
    }

    private void accepted(CompletionStage<Void> stage) {
        outcomes.add(() -> LogStoreContract.done(stage));
    }

    private void refused(CompletionStage<Void> stage, Class<? extends Throwable> how) {
        outcomes.add(() -> LogStoreContract.assertFails(stage, how));
    }

    private void settle() {
        outcomes.forEach(Runnable::run);
        outcomes.clear();
    }

    private void compare() {
        settle();
        for (int number = 0; number < SHARDS; number++) {
            Shard shard = model.get(number);
            assertThat(store.lastSeq(number)).as("last of %s", number).isEqualTo(shard.last());
            assertThat(store.firstSeq(number)).as("first of %s", number).isEqualTo(shard.first);
            compareSnapshot(number, shard);
            compareRecords(number, shard);
        }
    }

    private void compareSnapshot(int number, Shard shard) {
        Snapshot expected = shard.snapshot;
        if (expected == null) {
            assertThat(store.snapshot(number)).isEmpty();
            return;
        }
        Snapshot kept = store.snapshot(number).orElseThrow();
        assertThat(kept.seq()).isEqualTo(expected.seq());
        assertThat(kept.body()).isEqualTo(expected.body());
    }

    private void compareRecords(int number, Shard shard) {
        if (shard.first > 1) {
            assertThatThrownBy(() -> store.read(number, shard.first - 1, 1)).isInstanceOf(TrimmedException.class);
        }
        long seq = shard.first;
        while (seq <= shard.last()) {
            List<LogRecord> records = store.read(number, seq, 1 + random.nextInt(20));
            assertThat(records).isNotEmpty();
            for (LogRecord record : records) {
                assertThat(record.seq()).isEqualTo(seq);
                assertThat(record.body()).isEqualTo(shard.all.get((int) seq - 1));
                seq++;
            }
        }
    }
}
