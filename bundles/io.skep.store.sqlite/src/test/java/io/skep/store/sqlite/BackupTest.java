// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.store.LogRecord;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreFiles.Progress;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.store.base.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup that is made while the store works is a store with everything that was acknowledged before it began. */
class BackupTest {
    private static final long[] UNMOVED = {-1, -1, -1, -1};
    private static final Progress NOBODY = (step, done, total) -> {};

    @TempDir
    Path temporary;

    private Path directory;
    private SqliteStore store;
    private final List<ShardLease> leases = new ArrayList<>();

    @BeforeEach
    void open() {
        directory = temporary.resolve("store");
        store = Stores.open(directory);
        for (int shard = 0; shard < Stores.SHARDS; shard++) {
            leases.add(store.acquire(shard));
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static TaskRow row(String id, String state, long at) {
        Long endedAt = state.equals("completed") ? at : null;
        return new TaskRow(id, "default", state, "a", id, at, endedAt, null, (id + " " + state).getBytes(UTF_8));
    }

    private void append(int shard) {
        long seq = store.lastSeq(shard) + 1;
        Stores.done(
                store.append(leases.get(shard), seq, List.of(text(shard, seq).getBytes(UTF_8))));
    }

    private static String text(int shard, long seq) {
        return shard + "/" + seq + "x".repeat(500);
    }

    /** Appends, writes, keeps snapshots and trims, until it is told to end; answers what went wrong. */
    private Thread load(AtomicBoolean over, AtomicReference<Throwable> failed) {
        Thread thread = new Thread(() -> {
            try {
                for (int round = 0; !over.get(); round++) {
                    int shard = round % Stores.SHARDS;
                    append(shard);
                    long[] positions = UNMOVED.clone();
                    positions[shard] = store.lastSeq(shard);
                    store.write(
                            List.of(row("r" + round / 2, round % 2 == 0 ? "queued" : "completed", round)), positions);
                    if (round % 37 == 0) {
                        long seq = store.lastSeq(shard);
                        store.keepSnapshot(
                                leases.get(shard),
                                new Snapshot(seq, text(shard, seq).getBytes(UTF_8)));
                        store.trim(leases.get(shard), seq - 5);
                    }
                }
            } catch (RuntimeException e) {
                failed.set(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void backupUnderLoad_isAStoreWithEverythingThatWasAcknowledgedBefore() throws Exception {
        for (int i = 0; i < 400; i++) {
            append(i % Stores.SHARDS);
            store.write(List.of(row("old" + i, "queued", i)), UNMOVED);
        }
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread load = load(over, failed);
        long[] acknowledged = new long[Stores.SHARDS];
        for (int i = 0; i < 5; i++) {
            for (int shard = 0; shard < Stores.SHARDS; shard++) {
                acknowledged[shard] = store.lastSeq(shard);
            }
            Path made = store.backup("b" + i, NOBODY);
            assertHas(Stores.copy(made, temporary.resolve("restored" + i)), acknowledged);
        }
        over.set(true);
        load.join();
        assertThat(failed.get()).isNull();
        append(0);
    }

    private static void assertHas(Path restored, long[] acknowledged) {
        try (SqliteStore copy = Stores.open(restored)) {
            for (int shard = 0; shard < Stores.SHARDS; shard++) {
                long last = copy.lastSeq(shard);
                assertThat(last).isGreaterThanOrEqualTo(acknowledged[shard]);
                List<LogRecord> records = copy.read(shard, copy.firstSeq(shard), Integer.MAX_VALUE);
                assertThat(records).hasSize((int) (last - copy.firstSeq(shard) + 1));
                for (LogRecord record : records) {
                    assertThat(new String(record.body(), UTF_8)).isEqualTo(text(shard, record.seq()));
                }
                // Behind the log, and nothing between it and the oldest record is missing.
                assertThat(copy.applied(shard)).isBetween(copy.firstSeq(shard) - 1, last);
                int number = shard;
                copy.snapshot(shard)
                        .ifPresent(snapshot ->
                                assertThat(new String(snapshot.body(), UTF_8)).isEqualTo(text(number, snapshot.seq())));
                Stores.append(copy, copy.acquire(shard), "next");
            }
            for (int i = 0; i < 400; i++) {
                assertThat(copy.task("old" + i)).isPresent();
            }
            assertThat(copy.tasks(TaskQuery.newest(100)).items()).hasSize(100);
        }
    }

    @Test
    void otherFiles_areCopied_andThoseThatNeverChangeAreLinked() throws IOException {
        Files.createDirectories(directory.resolve("plugins"));
        Files.createDirectories(directory.resolve("payloads/ab"));
        Files.writeString(directory.resolve("admin.token"), "secret");
        Files.writeString(directory.resolve("plugins/1.jar"), "jar");
        Files.writeString(directory.resolve("plugins/2.jar.part"), "half");
        Files.writeString(directory.resolve("payloads/ab/cd"), "payload");
        Files.writeString(directory.resolve("projection.db.aside-1"), "old");
        Path made = store.backup("all", NOBODY);

        assertThat(Directories.files(made))
                .containsExactly(
                        "admin.token", "log.db", "manifest", "payloads/ab/cd", "plugins/1.jar", "projection.db");
        assertThat(made.resolve("admin.token")).hasContent("secret");
        assertThat(Files.getAttribute(made.resolve("payloads/ab/cd"), "unix:ino"))
                .isEqualTo(Files.getAttribute(directory.resolve("payloads/ab/cd"), "unix:ino"));
        assertThat(Files.getAttribute(made.resolve("admin.token"), "unix:ino"))
                .isNotEqualTo(Files.getAttribute(directory.resolve("admin.token"), "unix:ino"));
    }

    @Test
    void manifest_namesEveryFileWithItsHash() throws Exception {
        Files.writeString(directory.resolve("admin.token"), "abc");
        Path made = store.backup("m", NOBODY);
        List<String> lines = Files.readAllLines(made.resolve("manifest"));
        assertThat(lines.get(0)).isEqualTo("skep-backup 2");
        assertThat(lines)
                .contains("file ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3 admin.token");
        assertThat(lines.stream().filter(line -> line.startsWith("file ")).map(line -> line.split(" ", 4)[3]))
                .containsExactly("admin.token", "log.db", "projection.db");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("end 3");
    }

    @Test
    void fileThatVanishesMeanwhile_isNotMissed() throws IOException {
        Files.createDirectories(directory.resolve("payloads"));
        for (int i = 0; i < 3; i++) {
            Files.writeString(directory.resolve("payloads/" + i), "p");
        }
        Path made = store.backup("v", (step, done, total) -> {
            if (step.equals("other files")) {
                try (Stream<Path> left = Files.list(directory.resolve("payloads"))) {
                    for (Path file : left.toList()) {
                        Files.deleteIfExists(file);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        assertThat(Directories.files(made).stream().filter(file -> file.startsWith("payloads")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"projection", "snapshots", "log", "other files", "checksums"})
    void stoppedBackup_leavesNothing_andTheNextIsMade(String at) throws IOException {
        Files.writeString(directory.resolve("admin.token"), "abc");
        append(0);
        store.write(List.of(row("t", "queued", 1)), new long[] {1, -1, -1, -1});
        TreeSet<String> steps = new TreeSet<>();
        assertThatThrownBy(() -> store.backup("b", (step, done, total) -> {
                    steps.add(step);
                    if (step.equals(at)) {
                        throw new CancellationException("enough");
                    }
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(steps).contains(at);
        assertThat(temporary.resolve("backups")).isEmptyDirectory();

        store.keepSnapshot(leases.get(0), new Snapshot(1, new byte[1]));
        store.trim(leases.get(0), 1);
        assertThat(store.firstSeq(0)).as("trimming is allowed again").isEqualTo(2);
        store.write(List.of(row("t", "completed", 1)), UNMOVED);
        assertThat(store.expire(2, 1)).as("so is forgetting").isEqualTo(1);
        assertThat(store.backup("b", NOBODY)).isDirectoryContaining(file -> file.endsWith("manifest"));
    }

    @Test
    void diskOfTheBackupsBelowItsReserve_endsIt_andTheStoreGoesOn() {
        store.close();
        leases.clear();
        Settings greedy = new Settings(directory, Stores.SHARDS, 1 << 20, Long.MAX_VALUE, 0);
        store = new SqliteStore(greedy, new Space(0, () -> 0), Sql::open);
        leases.add(store.acquire(0));
        append(0);
        assertThatThrownBy(() -> store.backup("b", NOBODY))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining("min.free.bytes");
        assertThat(temporary.resolve("backups")).isEmptyDirectory();
        append(0);
    }

    @Test
    void whatAKillHasLeft_isDeletedByTheNextBackup() throws IOException {
        Path left = Files.createDirectories(temporary.resolve("backups/old.part/payloads"));
        Files.writeString(left.resolve("x"), "half");
        store.backup("new", NOBODY);
        assertThat(temporary.resolve("backups"))
                .isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
    }

    @Test
    void nameThatIsThere_orIsNone_isRefused() {
        store.backup("b", NOBODY);
        assertThatThrownBy(() -> store.backup("b", NOBODY))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT));
        for (String name : List.of("", "..", "../b", "a/b", ".hidden", "b.part", "x".repeat(65))) {
            assertThatThrownBy(() -> store.backup(name, NOBODY))
                    .as(name)
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.field()).hasValue("name"));
        }
    }

    @Test
    void exportUnderLoad_hasEverythingThatWasAcknowledged_andAnotherStoreTakesItOver() throws Exception {
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread load = load(new AtomicBoolean(), failed);
        while (store.lastSeq(0) < 60) {
            Thread.onSpinWait();
        }
        Path made = store.export("move", NOBODY);
        load.join();
        assertThat(failed.get()).isInstanceOf(StoreFullException.class).hasMessageContaining("export");
        try (SqliteStore other = Stores.open(temporary.resolve("other/store"))) {
            other.stage(made, NOBODY);
            other.takeOverImport();
            for (int shard = 0; shard < Stores.SHARDS; shard++) {
                assertThat(other.lastSeq(shard)).isEqualTo(store.lastSeq(shard));
                assertThat(other.snapshot(shard).map(Snapshot::seq))
                        .isEqualTo(store.snapshot(shard).map(Snapshot::seq));
                for (LogRecord record : other.read(shard, other.firstSeq(shard), Integer.MAX_VALUE)) {
                    assertThat(record.body()).asString(UTF_8).isEqualTo(text(shard, record.seq()));
                }
            }
            assertThat(other.rows("", 10_000))
                    .usingRecursiveFieldByFieldElementComparator()
                    .isEqualTo(store.rows("", 10_000));
        }
    }

    @Test
    void secondThing_isRefused_whileOneIsUnderWay() {
        store.backup("b", (step, done, total) -> {
            if (step.equals("log")) {
                Thread other = new Thread(() -> assertThatThrownBy(() -> store.compact(NOBODY))
                        .isInstanceOfSatisfying(
                                Refusal.class,
                                refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT)));
                AtomicReference<Throwable> failed = new AtomicReference<>();
                other.setUncaughtExceptionHandler((thread, e) -> failed.set(e));
                other.start();
                try {
                    other.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                assertThat(failed.get()).isNull();
            }
        });
    }

    @Test
    void writeAheadLogs_stayBounded_whileABackupWaits() {
        for (int i = 0; i < 200; i++) {
            append(0);
        }
        long[] largest = new long[2];
        byte[] large = new byte[1 << 20];
        store.backup("b", (step, done, total) -> {
            if (step.equals("log") || step.equals("projection")) {
                for (int i = 0; i < 60; i++) {
                    Stores.done(store.append(leases.get(1), store.lastSeq(1) + 1, List.of(large)));
                    store.write(
                            List.of(new TaskRow("big" + i, "default", "queued", null, "", i, null, null, large)),
                            UNMOVED);
                }
                store.status().files().forEach(file -> {
                    int which = file.name().equals("log.db") ? 0 : 1;
                    largest[which] = Math.max(largest[which], file.walBytes());
                });
            }
        });
        assertThat(store.lastSeq(1)).isGreaterThan(180);
        assertThat(largest[0]).isBetween(1L, 120L << 20);
        assertThat(largest[1]).isBetween(1L, 120L << 20);
    }
}
