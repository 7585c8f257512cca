// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link LogStore} must do. Extend it and say how to open and close one.
 *
 * <p>Beyond the words of the interface it holds stores to this: an append whose number does not follow, or that is there
 * with another content, ends with {@link IllegalArgumentException}, and nothing was written; a snapshot is not older
 * than the one before and not newer than the last record.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
public abstract class LogStoreContract {

    private Path temporary;
    private Path directory;
    private LogStore store;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // set before each test
    protected LogStoreContract() {}

    /** Opens the store of a directory that only this test uses, with at least two shards; makes it the first time. */
    protected abstract LogStore open(Path directory);

    /** Closes it; the same directory may be opened again. */
    protected abstract void close(LogStore store);

    /**
     * How many random histories are gone through, each of which opens the store several times, unless the system property
     * {@code skep.store.histories} says otherwise.
     */
    protected int histories() {
        return 100;
    }

    /** Opens the store. */
    @BeforeEach
    public void openStore(@TempDir Path folder) {
        temporary = folder;
        directory = temporary.resolve("store");
        store = open(directory);
    }

    /** Closes the store. */
    @AfterEach
    public void closeStore() {
        close(store);
    }

    private void reopen() {
        close(store);
        store = open(directory);
    }

    @Test
    public void newStore_isEmpty() {
        assertThat(store.shards()).isGreaterThanOrEqualTo(2);
        assertThat(store.directory()).isEqualTo(directory);
        assertThat(store.lastSeq(0)).isZero();
        assertThat(store.firstSeq(0)).isEqualTo(1);
        assertThat(store.read(0, 1, 10)).isEmpty();
        assertThat(store.snapshot(0)).isEmpty();
        assertThat(store.probe()).isTrue();
    }

    @Test
    public void append_completed_isReadBackAlsoAfterReopening() {
        ShardLease lease = store.acquire(1);
        done(store.append(lease, 1, bodies("a", "", "c")));
        done(store.append(lease, 4, bodies("d")));

        assertThat(texts(store.read(1, 1, 10))).containsExactly("1:a", "2:", "3:c", "4:d");
        reopen();
        assertThat(texts(store.read(1, 1, 10))).containsExactly("1:a", "2:", "3:c", "4:d");
        assertThat(store.lastSeq(1)).isEqualTo(4);
        assertThat(store.lastSeq(0)).isZero();
    }

    @Test
    public void appendTogether_completed_isThereInEveryShard_andMayBeRepeated() {
        ShardLease one = store.acquire(0);
        ShardLease other = store.acquire(1);
        done(store.append(other, 1, bodies("x")));
        List<LogStore.Append> together =
                List.of(new LogStore.Append(one, 1, bodies("a", "b")), new LogStore.Append(other, 2, bodies("y")));
        done(store.append(together));
        done(store.append(together));
        done(store.append(one, 3, bodies("c")));

        reopen();
        assertThat(texts(store.read(0, 1, 10))).containsExactly("1:a", "2:b", "3:c");
        assertThat(texts(store.read(1, 1, 10))).containsExactly("1:x", "2:y");
    }

    @Test
    public void appendTogether_ofWhichOneIsRefused_writesNothing() {
        ShardLease one = store.acquire(0);
        ShardLease fenced = store.acquire(1);
        ShardLease other = store.acquire(1);
        assertFails(
                store.append(
                        List.of(new LogStore.Append(one, 1, bodies("a")), new LogStore.Append(fenced, 1, bodies("x")))),
                FencedException.class);
        assertFails(
                store.append(
                        List.of(new LogStore.Append(one, 1, bodies("a")), new LogStore.Append(other, 5, bodies("x")))),
                IllegalArgumentException.class);
        assertThat(store.lastSeq(0)).isZero();
        assertThat(store.lastSeq(1)).isZero();

        done(store.append(
                List.of(new LogStore.Append(one, 1, bodies("a")), new LogStore.Append(other, 1, bodies("x")))));
        assertThat(texts(store.read(0, 1, 10))).containsExactly("1:a");
        assertThat(texts(store.read(1, 1, 10))).containsExactly("1:x");
    }

    @Test
    public void read_startsWhereItIsToldAndEndsAtTheLimit() {
        ShardLease lease = store.acquire(0);
        done(store.append(lease, 1, bodies("a", "b", "c", "d", "e")));

        assertThat(texts(store.read(0, 2, 3))).containsExactly("2:b", "3:c", "4:d");
        assertThat(texts(store.read(0, 5, 3))).containsExactly("5:e");
        assertThat(store.read(0, 6, 3)).isEmpty();
        assertThat(store.read(0, 100, 3)).isEmpty();
        assertThat(store.read(0, 1, 0)).isEmpty();
    }

    @Test
    public void appends_notWaitedFor_becomeDurableInTheOrderOfTheCalls() {
        ShardLease lease = store.acquire(0);
        List<Integer> completed = Collections.synchronizedList(new ArrayList<>());
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            int seq = i;
            stages.add(store.append(lease, seq, bodies("r" + seq)).thenRun(() -> completed.add(seq)));
        }
        stages.forEach(LogStoreContract::done);

        assertThat(completed)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 500).boxed().toList());
        assertThat(store.lastSeq(0)).isEqualTo(500);
        assertThat(texts(store.read(0, 499, 10))).containsExactly("499:r499", "500:r500");
    }

    @Test
    public void append_repeated_changesNothing() {
        ShardLease lease = store.acquire(0);
        done(store.append(lease, 1, bodies("a", "b")));
        CompletionStage<Void> next = store.append(lease, 3, bodies("c"));
        CompletionStage<Void> againUndurable = store.append(lease, 3, bodies("c"));
        done(next);
        done(againUndurable);
        done(store.append(lease, 1, bodies("a", "b")));
        done(store.append(lease, 2, bodies("b", "c")));

        assertThat(texts(store.read(0, 1, 10))).containsExactly("1:a", "2:b", "3:c");
    }

    @Test
    public void append_repeatedWithAnotherContent_isRefused() {
        ShardLease lease = store.acquire(0);
        done(store.append(lease, 1, bodies("a", "b")));

        assertFails(store.append(lease, 1, bodies("a", "x")), IllegalArgumentException.class);
        assertFails(store.append(lease, 2, bodies("b", "c")), IllegalArgumentException.class);
        assertThat(texts(store.read(0, 1, 10))).containsExactly("1:a", "2:b");
    }

    @Test
    public void append_withAGap_isRefusedWhole() {
        ShardLease lease = store.acquire(0);
        assertFails(store.append(lease, 2, bodies("b", "c")), IllegalArgumentException.class);
        assertThat(store.lastSeq(0)).isZero();
        done(store.append(lease, 1, bodies("a")));
        assertThat(texts(store.read(0, 1, 10))).containsExactly("1:a");
    }

    @Test
    public void append_ofNothing_isRefused() {
        ShardLease lease = store.acquire(0);
        assertThatThrownBy(() -> done(store.append(lease, 1, List.of()))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void earlierLease_isFenced_onItsShardOnly() {
        ShardLease old = store.acquire(0);
        ShardLease other = store.acquire(1);
        done(store.append(old, 1, bodies("a")));
        ShardLease newest = store.acquire(0);

        assertThat(newest.epoch()).isGreaterThan(old.epoch());
        assertFails(store.append(old, 2, bodies("late", "later")), FencedException.class);
        assertFails(store.append(old, 1, bodies("a")), FencedException.class);
        assertThatThrownBy(() -> store.keepSnapshot(old, new Snapshot(1, new byte[0])))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> store.trim(old, 1)).isInstanceOf(FencedException.class);
        done(store.append(other, 1, bodies("x")));
        done(store.append(newest, 2, bodies("b")));
        assertThat(texts(store.read(0, 1, 10))).containsExactly("1:a", "2:b");
    }

    @Test
    public void lease_fromBeforeReopening_isFencedByTheNext() {
        ShardLease old = store.acquire(0);
        reopen();
        ShardLease newest = store.acquire(0);

        assertThat(newest.epoch()).isGreaterThan(old.epoch());
        assertFails(store.append(old, 1, bodies("late")), FencedException.class);
        assertFails(store.append(new ShardLease(0, 0), 1, bodies("made up")), FencedException.class);
    }

    @Test
    public void snapshot_replacesTheOneBefore_andSurvivesReopening() {
        byte[] large = new byte[1_500_000];
        new Random(1).nextBytes(large);
        ShardLease lease = store.acquire(0);
        done(store.append(lease, 1, bodies("a", "b")));
        store.keepSnapshot(lease, new Snapshot(1, "one".getBytes(UTF_8)));
        assertThat(store.snapshot(0))
                .hasValueSatisfying(kept -> assertThat(kept.seq()).isEqualTo(1));
        store.keepSnapshot(lease, new Snapshot(2, large));
        reopen();
        assertThat(store.snapshot(0)).hasValueSatisfying(kept -> {
            assertThat(kept.seq()).isEqualTo(2);
            assertThat(kept.body()).isEqualTo(large);
        });
        store.keepSnapshot(store.acquire(0), new Snapshot(2, new byte[0]));
        assertThat(store.snapshot(0))
                .hasValueSatisfying(kept -> assertThat(kept.body()).isEmpty());
        assertThat(store.snapshot(1)).isEmpty();
    }

    @Test
    public void snapshot_ofWhatIsNotThereOrOlder_isRefused() {
        ShardLease lease = store.acquire(0);
        done(store.append(lease, 1, bodies("a", "b")));
        store.keepSnapshot(lease, new Snapshot(2, new byte[1]));

        assertThatThrownBy(() -> store.keepSnapshot(lease, new Snapshot(3, new byte[2])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.keepSnapshot(lease, new Snapshot(1, new byte[3])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.snapshot(0))
                .hasValueSatisfying(kept -> assertThat(kept.body()).hasSize(1));
    }

    @Test
    public void trim_dropsNothingBeyondTheSnapshot() {
        ShardLease lease = store.acquire(0);
        done(store.append(lease, 1, bodies("a", "b", "c", "d")));
        store.trim(lease, 4);
        assertThat(store.firstSeq(0)).isEqualTo(1);

        store.keepSnapshot(lease, new Snapshot(3, new byte[0]));
        store.trim(lease, 2);
        assertThat(texts(store.read(0, 3, 10))).containsExactly("3:c", "4:d");
        store.trim(lease, 100);
        store.trim(lease, 1);
        assertThat(store.firstSeq(0)).isEqualTo(4);
        assertThat(texts(store.read(0, 4, 10))).containsExactly("4:d");
        assertThatThrownBy(() -> store.read(0, 3, 10)).isInstanceOf(TrimmedException.class);
    }

    @Test
    public void trim_ofEverything_keepsCounting() {
        ShardLease lease = store.acquire(0);
        done(store.append(lease, 1, bodies("a", "b", "c")));
        store.keepSnapshot(lease, new Snapshot(3, new byte[0]));
        store.trim(lease, 3);
        reopen();

        assertThat(store.firstSeq(0)).isEqualTo(4);
        assertThat(store.lastSeq(0)).isEqualTo(3);
        assertThat(store.read(0, 4, 10)).isEmpty();
        done(store.append(store.acquire(0), 4, bodies("d")));
        assertThat(texts(store.read(0, 4, 10))).containsExactly("4:d");
    }

    @Test
    public void begin_goesOnAfterASnapshotOfAnotherStore_andMayBeRepeated() {
        ShardLease lease = store.acquire(0);
        store.begin(lease, new Snapshot(41, "so far".getBytes(UTF_8)));
        store.begin(lease, new Snapshot(41, "so far".getBytes(UTF_8)));
        assertThat(store.firstSeq(0)).isEqualTo(42);
        assertThat(store.lastSeq(0)).isEqualTo(41);
        done(store.append(lease, 42, bodies("a", "b")));
        reopen();

        assertThat(store.lastSeq(0)).isEqualTo(43);
        assertThat(store.snapshot(0)).hasValueSatisfying(kept -> {
            assertThat(kept.seq()).isEqualTo(41);
            assertThat(kept.body()).isEqualTo("so far".getBytes(UTF_8));
        });
        assertThat(texts(store.read(0, 42, 10))).containsExactly("42:a", "43:b");
        assertThatThrownBy(() -> store.read(0, 41, 10)).isInstanceOf(TrimmedException.class);
        assertThat(store.lastSeq(1)).isZero();
    }

    @Test
    public void begin_ofAShardWithRecords_orWithAnOldLease_isRefused() {
        ShardLease old = store.acquire(0);
        ShardLease lease = store.acquire(0);
        Snapshot snapshot = new Snapshot(7, new byte[1]);
        assertThatThrownBy(() -> store.begin(old, snapshot)).isInstanceOf(FencedException.class);
        done(store.append(lease, 1, bodies("a")));
        assertThatThrownBy(() -> store.begin(lease, snapshot)).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.lastSeq(0)).isEqualTo(1);
        assertThat(store.snapshot(0)).isEmpty();
        done(store.append(lease, 2, bodies("b")));
    }

    @Test
    public void manyThreads_overAllShards_eachFindsItsOwn() {
        LogStoreLoad.run(store, 8, 300);
    }

    @Test
    public void randomHistories_agreeWithTheModel() {
        int most = Integer.getInteger("skep.store.histories", histories());
        for (int seed = 1; seed <= most; seed++) {
            LogStoreHistory.run(seed, temporary.resolve("history-" + seed), this::open, this::close);
        }
    }

    static void done(CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    static void assertFails(CompletionStage<Void> stage, Class<? extends Throwable> how) {
        assertThatThrownBy(() -> done(stage)).isInstanceOf(how);
    }

    static List<byte[]> bodies(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
    }

    static List<String> texts(List<LogRecord> records) {
        return records.stream()
                .map(record -> record.seq() + ":" + new String(record.body(), UTF_8))
                .toList();
    }
}
