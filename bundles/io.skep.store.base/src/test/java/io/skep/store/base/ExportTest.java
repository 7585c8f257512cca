// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.store.LogRecord;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles.Progress;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.StoreStatus;
import io.skep.api.store.TaskRow;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one store exports another one takes over: with the same numbers, whole, or not at all. */
class ExportTest {
    private static final int SHARDS = 3;
    private static final Set<String> CHANGES = Set.of("acquire", "begin", "append", "write");
    private static final Progress SILENT = (step, done, total) -> {};

    @TempDir
    Path folder;

    private Store from;
    private Store to;

    /** A store in memory with a directory. */
    private static final class Store extends JoinedStore {
        final InMemoryLogStore log;
        final InMemoryProjection projection;
        final Path home;
        int diesAfter = Integer.MAX_VALUE;

        Store(Path home, int shards) throws IOException {
            this.home = Files.createDirectories(home);
            log = new InMemoryLogStore(shards, home);
            projection = new InMemoryProjection(shards);
        }

        @Override
        protected LogStore log() {
            return mortal(LogStore.class, log);
        }

        @Override
        protected Projection projection() {
            return mortal(Projection.class, projection);
        }

        /** After so many changes the server dies. */
        private <T> T mortal(Class<T> type, T store) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, values) -> {
                        try {
                            Object answer = method.invoke(store, values);
                            if (CHANGES.contains(method.getName()) && --diesAfter == 0) {
                                throw new StoreException("the server died");
                            }
                            return answer;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }

        @Override
        protected void settle() {
            log.sync();
        }

        @Override
        protected Path exports() {
            return home.resolveSibling("exports");
        }

        @Override
        protected Path home() {
            return home;
        }

        @Override
        protected long keepFree() {
            return 0;
        }

        @Override
        public StoreStatus status() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path backup(String name, Progress progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long compact(Progress progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void rebuildProjection(Source source, Progress progress) {
            throw new UnsupportedOperationException();
        }

        void append(ShardLease lease, String... texts) {
            append(
                            lease,
                            lastSeq(lease.shard()) + 1,
                            List.of(texts).stream()
                                    .map(text -> text.getBytes(UTF_8))
                                    .toList())
                    .toCompletableFuture()
                    .join();
        }

        List<String> texts(int shard) {
            return log.read(shard, firstSeq(shard), 5000).stream()
                    .map(record -> record.seq() + ":" + text(record))
                    .toList();
        }

        private static String text(LogRecord record) {
            return new String(record.body(), UTF_8);
        }
    }

    private static TaskRow row(String id, Long endedAt) {
        return new TaskRow(id, "t", "completed", null, "text of " + id, 1, endedAt, null, id.getBytes(UTF_8));
    }

    @BeforeEach
    void fill() throws IOException {
        from = new Store(folder.resolve("from/store"), SHARDS);
        to = new Store(folder.resolve("to/store"), SHARDS);
        ShardLease lease = from.acquire(0);
        from.append(lease, "a", "b", "c", "d");
        from.keepSnapshot(lease, new Snapshot(3, "abc".getBytes(UTF_8)));
        from.trim(lease, 2);
        from.append(
                from.acquire(1), IntStream.range(0, 2500).mapToObj(i -> "r" + i).toArray(String[]::new));
        from.projection.write(
                IntStream.range(0, 1200)
                        .mapToObj(i -> row("t" + i, i % 2 == 0 ? 5L : null))
                        .toList(),
                new long[] {4, 2500, 0});
        Files.writeString(
                Files.createDirectories(from.home.resolve("payloads/ab")).resolve("abcd"), "large");
        Files.writeString(from.home.resolve("tokens"), "of the first");
        Files.writeString(from.home.resolve("only-here"), "kept");
        Files.writeString(from.home.resolve("lock"), "1");
        Files.writeString(from.home.resolve("server.id"), "me");
        Files.writeString(from.home.resolve("log.db"), "another store's");
        Files.writeString(to.home.resolve("tokens"), "of the second");
    }

    private Path exported() {
        return from.export("move", SILENT);
    }

    private void assertTaken() {
        assertThat(to.texts(0)).containsExactly("4:d");
        assertThat(to.snapshot(0)).hasValueSatisfying(kept -> {
            assertThat(kept.seq()).isEqualTo(3);
            assertThat(kept.body()).isEqualTo("abc".getBytes(UTF_8));
        });
        assertThat(to.texts(1)).hasSize(2500).startsWith("1:r0").endsWith("2500:r2499");
        assertThat(to.lastSeq(2)).isZero();
        assertThat(to.rows("", 5000)).hasSize(1200);
        assertThat(to.task("t17")).hasValue("t17".getBytes(UTF_8));
        // Written again from the log by core.
        assertThat(to.applied(1)).isZero();
        assertThat(to.home.resolve("payloads/ab/abcd")).hasContent("large");
        assertThat(to.home.resolve("only-here")).hasContent("kept");
        assertThat(to.home.resolve("tokens")).hasContent("of the second");
        assertThat(to.home).isDirectoryNotContaining("glob:**/{lock,server.id,log.db,import*}");
    }

    @Test
    void everything_isTakenOver_withItsNumbers() {
        Path staged = to.stage(exported(), SILENT);
        assertThat(staged).isEqualTo(to.home.resolve("import"));
        to.takeOverImport();
        assertTaken();
        to.append(to.acquire(0), "e");
        assertThat(to.texts(0)).containsExactly("4:d", "5:e");
        to.takeOverImport();
        assertThat(to.texts(0)).hasSize(2);
    }

    @Test
    void exportedStore_takesNoChange_andStillReads() {
        ShardLease lease = from.acquire(2);
        Path made = exported();
        assertThatThrownBy(() -> from.append(lease, "late"))
                .hasCauseInstanceOf(StoreFullException.class)
                .hasMessageContaining("was exported to " + made);
        assertThat(from.append(List.of(new LogStore.Append(lease, 1, List.of(new byte[1])))))
                .failsWithin(Duration.ZERO);
        assertThatThrownBy(() -> from.keepSnapshot(lease, new Snapshot(0, new byte[0])))
                .isInstanceOf(StoreFullException.class);
        from.trim(lease, 1);
        assertThat(from.probe()).isFalse();
        assertThat(from.texts(0)).containsExactly("3:c", "4:d");
        assertThatThrownBy(() -> from.export("move", SILENT)).isInstanceOf(Refusal.class);
    }

    @Test
    void whatWasAccepted_isInTheExport_andWhatComesDuringIt_isRefused() {
        ShardLease lease = from.acquire(2);
        from.log.manual();
        CompletableFuture<Void> accepted =
                from.append(lease, 1, List.of("in time".getBytes(UTF_8))).toCompletableFuture();
        assertThat(accepted).isNotDone();
        AtomicInteger refused = new AtomicInteger();
        Path made = from.export("move", (step, done, total) -> {
            assertThat(from.append(lease, 2, List.of(new byte[1])).toCompletableFuture())
                    .isCompletedExceptionally();
            refused.incrementAndGet();
        });
        assertThat(accepted).isCompleted();
        assertThat(refused).hasPositiveValue();
        to.stage(made, SILENT);
        to.takeOverImport();
        assertThat(to.texts(2)).containsExactly("1:in time");
    }

    @Test
    void failedExport_leavesNothing_andTheStoreGoesOn() {
        assertThatThrownBy(() -> from.export("move", (step, done, total) -> {
                    if (step.equals("tasks")) {
                        throw new StoreFullException("no space");
                    }
                }))
                .hasMessage("no space");
        assertThat(from.exports()).isEmptyDirectory();
        assertThat(from.probe()).isTrue();
        from.append(from.acquire(2), "goes on");
        assertThatThrownBy(() -> from.export("../x", SILENT)).isInstanceOf(Refusal.class);
        from.append(from.acquire(2), "goes on");
    }

    @Test
    void import_waitsForAStoreWithoutRecords() throws IOException {
        to.append(to.acquire(1), "mine");
        to.stage(exported(), SILENT);
        to.takeOverImport();
        assertThat(to.texts(1)).containsExactly("1:mine");
        assertThat(to.home.resolve("import")).isDirectory();
        assertThatThrownBy(() -> to.stage(from.exports().resolve("move"), SILENT))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT));
        Path home = to.home;
        to = new Store(home, SHARDS);
        to.takeOverImport();
        assertTaken();
    }

    @Test
    void importThatDiesAfterAnyOfItsChanges_isCompletedByTheNextOpening() throws IOException {
        Path made = exported();
        boolean died = true;
        for (int after = 1; died; after++) {
            to = new Store(folder.resolve("to" + after + "/store"), SHARDS);
            Files.writeString(to.home.resolve("tokens"), "of the second");
            to.stage(made, SILENT);
            to.diesAfter = after;
            try {
                to.takeOverImport();
                died = false;
                assertThat(after).isGreaterThan(8);
            } catch (StoreException death) {
                assertThat(to.home.resolve("import")).isDirectory();
                to.diesAfter = Integer.MAX_VALUE;
                to.takeOverImport();
            }
            assertTaken();
        }
    }

    @Test
    void exportThatIsNotWhole_isRefused() throws IOException {
        Path made = exported();
        assertRefused(Path.of("move"), "absolute");
        assertRefused(folder.resolve("nowhere"), "no manifest");
        Files.writeString(made.resolve("more"), "x");
        assertRefused(made, "more");
        Files.delete(made.resolve("more"));
        byte[] log = Files.readAllBytes(made.resolve("log/1"));
        log[log.length / 2] ^= 1;
        Files.write(made.resolve("log/1"), log);
        assertRefused(made, "log/1");
        Path manifest = made.resolve("manifest");
        List<String> lines = Files.readAllLines(manifest);
        Files.write(manifest, lines.subList(0, lines.size() - 1));
        assertRefused(made, "cut off");
        Files.writeString(manifest, "skep-backup 2\n");
        assertRefused(made, "skep-export 1");
        assertThat(to.home.resolve("import")).doesNotExist();
    }

    private void assertRefused(Path export, String words) {
        assertThatThrownBy(() -> to.stage(export, SILENT))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.field()).hasValue("directory"))
                .hasMessageContaining(words);
    }

    @Test
    void anotherNumberOfShards_keepsTheStoreClosed_andChangesNothing() throws IOException {
        to = new Store(to.home, SHARDS + 1);
        to.stage(exported(), SILENT);
        assertThatThrownBy(to::takeOverImport)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has 3 shards and the new store has 4");
        assertThat(to.lastSeq(1)).isZero();
        assertThat(to.home.resolve("only-here")).doesNotExist();
    }

    @Test
    void importDamagedWhileItWaited_keepsTheStoreClosed() throws IOException {
        Path staged = to.stage(exported(), SILENT);
        byte[] tasks = Files.readAllBytes(staged.resolve("tasks"));
        Files.delete(staged.resolve("tasks"));
        Files.write(staged.resolve("tasks"), Arrays.copyOf(tasks, tasks.length / 2));
        assertThatThrownBy(to::takeOverImport)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("tasks");
        assertThat(to.lastSeq(1)).isZero();
    }
}
