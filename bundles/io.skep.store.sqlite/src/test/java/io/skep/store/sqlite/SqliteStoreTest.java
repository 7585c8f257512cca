// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
    @TempDir
    Path temporary;

    @Test
    void newDirectory_isForItsOwnerOnly() throws IOException {
        Path directory = temporary.resolve("a/b");
        Stores.open(directory).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    @Test
    void directoryThatCannotBeMade_isNamed() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> Stores.open(file.resolve("store")).close())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.resolve("store").toString());
    }

    @Test
    void secondStore_inThisProcess_isRefused_andTheFirstKeepsItsLock() throws Exception {
        try (SqliteStore first = Stores.open(temporary)) {
            assertThatThrownBy(() -> Stores.open(temporary).close())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(temporary.toString())
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
            assertThat(tryFromAnotherProcess()).isEqualTo("refused");
            assertThat(first.probe()).isTrue();
        }
        assertThat(tryFromAnotherProcess()).isEqualTo("opened");
        Stores.open(temporary).close();
    }

    /** Opens the store in a process of its own. */
    private String tryFromAnotherProcess() throws Exception {
        Path result = Files.createTempFile(temporary, "result", ".txt");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SecondServer.class.getName(),
                        temporary.toString(),
                        result.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(result);
        if (said.equals("opened")) {
            return said;
        }
        assertThat(said)
                .contains("is in use by another server")
                .contains("pid " + ProcessHandle.current().pid());
        return "refused";
    }

    /** Tries to open a store and writes down how it went. */
    static final class SecondServer {
        private SecondServer() {}

        public static void main(String[] arguments) throws IOException {
            String said = "opened";
            try {
                Stores.open(Path.of(arguments[0])).close();
            } catch (StoreException e) {
                said = e.getMessage();
            }
            Files.writeString(Path.of(arguments[1]), said);
        }
    }

    @Test
    void lockOfADeadServer_isTakenOver() throws IOException {
        Files.writeString(temporary.resolve("lock"), "12345678901");
        try (SqliteStore store = Stores.open(temporary);
                FileChannel other = FileChannel.open(temporary.resolve("log.db"), StandardOpenOption.READ)) {
            assertThat(other.size()).isPositive();
            assertThat(store.shards()).isEqualTo(Stores.SHARDS);
        }
    }

    @Test
    void storeThatIsRefused_givesItsLockBack() throws IOException {
        Files.write(temporary.resolve("log.db"), new byte[10]);
        assertThatThrownBy(() -> Stores.open(temporary).close()).hasMessageContaining("log.db");
        Files.delete(temporary.resolve("log.db"));
        Stores.open(temporary).close();
    }

    @Test
    void projectionThatCannotBeOpened_closesTheLogAgain() throws IOException {
        Files.createDirectories(temporary.resolve("projection.db/not-a-file"));
        assertThatThrownBy(() -> Stores.open(temporary).close())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("projection.db");
        assertThat(temporary.resolve("log.db-wal")).doesNotExist();
    }

    @Test
    void interruptedSnapshot_isClearedByTheNext() throws Exception {
        try (SqliteStore store = Stores.open(temporary)) {
            Stores.append(store, store.acquire(0), "a");
        }
        try (Connection connection = Sql.open(temporary.resolve("log.db"), false)) {
            for (int part = 0; part < 20; part++) {
                Sql.execute(
                        connection,
                        "INSERT INTO snapshot_part(shard, generation, part, crc, body) VALUES (0, 1, " + part
                                + ", 0, x'00')");
            }
        }
        try (SqliteStore store = Stores.open(temporary)) {
            assertThat(store.snapshot(0)).isEmpty();
            store.keepSnapshot(store.acquire(0), new Snapshot(1, "kept".getBytes(UTF_8)));
            assertThat(store.snapshot(0))
                    .hasValueSatisfying(
                            kept -> assertThat(kept.body()).asString(UTF_8).isEqualTo("kept"));
        }
        try (Connection connection = Sql.open(temporary.resolve("log.db"), true)) {
            assertThat(Sql.number(connection, "SELECT count(*) FROM snapshot_part"))
                    .isEqualTo(1);
        }
    }

    @Test
    void trimmedSpace_isUsedAgain() throws IOException {
        Path log = temporary.resolve("log.db");
        long sizeAfterFirst = 0;
        try (SqliteStore store = Stores.open(temporary)) {
            ShardLease lease = store.acquire(0);
            for (int round = 0; round < 6; round++) {
                List<byte[]> records = Collections.nCopies(10, new byte[10_000]);
                for (int i = 0; i < 100; i++) {
                    Stores.done(store.append(lease, store.lastSeq(0) + 1, records));
                }
                store.keepSnapshot(lease, new Snapshot(store.lastSeq(0), new byte[100]));
                store.trim(lease, store.lastSeq(0));
                sizeAfterFirst = round == 0 ? total(log) : sizeAfterFirst;
            }
        }
        assertThat(Files.size(log)).isLessThan(2 * sizeAfterFirst);
    }

    private static long total(Path log) throws IOException {
        return Files.size(log) + Files.size(log.resolveSibling("log.db-wal"));
    }

    @Test
    void largeLog_isCheckedAtItsEndOnly_andRecordByRecordWhenRead() throws Exception {
        Path log = temporary.resolve("log.db");
        try (SqliteStore store = Stores.open(temporary)) {
            ShardLease lease = store.acquire(0);
            byte[] large = new byte[1 << 20];
            for (int i = 0; i < 70; i++) {
                Stores.done(store.append(lease, i + 1, List.of(large)));
            }
        }
        assertThat(Files.size(log)).isGreaterThan(DatabaseFile.SMALL_BYTES);
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.write(UTF_8.encode("noise"), 40L << 20);
        }
        try (SqliteStore store = Stores.open(temporary)) {
            assertThat(store.lastSeq(0)).isEqualTo(70);
            assertThat(store.read(0, 70, 1)).hasSize(1);
            assertThatThrownBy(() -> store.read(0, 1, 70)).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void directory_isTheConfiguredOneElseOfThePropertiesElseStore() {
        Map<String, String> both = Map.of("skep.store", "/s", "karaf.base", "/k");
        assertThat(Settings.directory(" /c ", both::get)).isEqualTo(Path.of("/c"));
        assertThat(Settings.directory("", both::get)).isEqualTo(Path.of("/s"));
        assertThat(Settings.directory("", Map.of("karaf.base", "/k")::get)).isEqualTo(Path.of("/k/store"));
        assertThat(Settings.directory("", Map.<String, String>of()::get)).isEqualTo(Path.of("store"));
    }

    @Test
    void wrongSetting_isRefusedByName() {
        assertWrong("shards", 0, 1, 0, 0);
        assertWrong("shards", Settings.MAX_SHARDS + 1, 1, 0, 0);
        assertWrong("max.pending.bytes", 1, 0, 0, 0);
        assertWrong("min.free.bytes", 1, 1, -1, 0);
        assertWrong("max.log.bytes", 1, 1, 0, -1);
        assertThatThrownBy(() -> new Settings(Path.of("what?"), 1, 1, 0, 0)).hasMessageContaining("question mark");
    }

    private static void assertWrong(String name, int shards, long pending, long free, long log) {
        assertThatThrownBy(() -> new Settings(Path.of("d"), shards, pending, free, log))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " is ");
    }
}
