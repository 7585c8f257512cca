// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is not sound is refused by name and not touched; a projection that is not sound is made anew. */
class DamageTest {
    private static final String SECRET = "a record that is easily found among all the bytes";

    @TempDir
    Path directory;

    private Path log;
    private Path projection;

    @BeforeEach
    void fill() {
        log = directory.resolve("log.db");
        projection = directory.resolve("projection.db");
        try (SqliteStore store = Stores.open(directory)) {
            ShardLease lease = store.acquire(1);
            for (int i = 0; i < 300; i += 10) {
                List<byte[]> ten = IntStream.range(i, i + 10)
                        .mapToObj(n -> (SECRET + n).getBytes(UTF_8))
                        .toList();
                Stores.done(store.append(lease, i + 1, ten));
            }
            store.write(List.of(row("t")), new long[] {-1, 300, -1, -1});
        }
    }

    private static TaskRow row(String id) {
        return new TaskRow(id, "default", "queued", null, "", 1, null, null, id.getBytes(UTF_8));
    }

    /** Refused with these words, the file's name among them, and every file as before. */
    private void assertRefused(String... words) throws IOException {
        assertRefused(Stores.settings(directory), words);
    }

    private void assertRefused(Settings settings, String... words) throws IOException {
        Map<String, List<Byte>> before = Stores.contents(directory);
        assertThatThrownBy(() -> new SqliteStore(settings).close())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(log.toString())
                .hasMessageContainingAll(words);
        Map<String, List<Byte>> after = Stores.contents(directory);
        after.keySet().removeIf(name -> name.endsWith("-shm") || name.equals("lock"));
        before.keySet().removeIf(name -> name.endsWith("-shm") || name.equals("lock"));
        after.values().removeIf(List::isEmpty);
        before.values().removeIf(List::isEmpty);
        assertThat(after).isEqualTo(before);
    }

    private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    private static int find(Path file, String text) throws IOException {
        byte[] all = Files.readAllBytes(file);
        byte[] wanted = text.getBytes(UTF_8);
        for (int at = 0; at <= all.length - wanted.length; at++) {
            if (Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError(text + " is not in " + file);
    }

    @Test
    void log_thatIsNoDatabase_isRefused() throws IOException {
        overwrite(log, 0, "This is a letter to my".getBytes(UTF_8));
        assertRefused("is not an SQLite database", "Nothing was changed");
    }

    @Test
    void log_thatIsEmpty_isRefused() throws IOException {
        Files.write(log, new byte[0]);
        assertRefused("is not an SQLite database");
    }

    @Test
    void log_thatIsCutOffInItsHeader_isRefused() throws IOException {
        Files.write(log, Arrays.copyOf(Files.readAllBytes(log), 50));
        assertRefused("is cut off");
    }

    @Test
    void log_thatIsCutOff_isRefused() throws IOException {
        byte[] all = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(all, all.length - 5000));
        assertRefused("is cut off", (all.length - 5000) + " of " + all.length);
    }

    @Test
    void log_withAFlippedByteInARow_isRefused() throws IOException {
        int at = find(log, SECRET + "123");
        overwrite(log, at + 5, new byte[] {'#'});
        assertRefused("record 124 of shard 1 has a wrong checksum");
    }

    @Test
    void log_withADamagedPage_isRefused() throws IOException {
        int page = find(log, SECRET + "123") / 4096;
        overwrite(log, page * 4096L, new byte[] {99, 99, 99, 99, 99, 99});
        assertRefused("Nothing was changed");
    }

    @Test
    void log_ofSomethingElse_isRefused() throws Exception {
        Files.delete(log);
        try (Connection connection = Sql.open(log, false)) {
            Sql.execute(connection, "CREATE TABLE customers(name)");
        }
        assertRefused("is a database of something else");
    }

    @Test
    void log_ofANewerVersion_isRefused() throws Exception {
        try (Connection connection = Sql.open(log, false)) {
            Sql.execute(connection, "PRAGMA user_version = 2");
        }
        assertRefused("newer version", "schema 2");
    }

    @Test
    void log_withAnotherNumberOfShards_isRefusedNamingBoth() throws IOException {
        assertRefused(new Settings(directory, 16, 1000, 0, 0), "4 shards", "16 are configured");
    }

    @Test
    void log_thatIsMissingBesideItsWriteAheadLog_isRefused() throws IOException {
        Files.delete(log);
        Files.write(directory.resolve("log.db-wal"), new byte[100]);
        assertRefused("is missing");
    }

    @Test
    void log_withoutARow_isRefused() throws Exception {
        try (Connection connection = Sql.open(log, false)) {
            Sql.execute(connection, "DELETE FROM log WHERE first_seq = 11");
        }
        assertRefused("records after 10 of shard 1 are missing");
    }

    @Test
    void log_withoutATable_isRefused() throws Exception {
        try (Connection connection = Sql.open(log, false)) {
            Sql.execute(connection, "DROP TABLE meta");
        }
        assertRefused("cannot be read");
    }

    @Test
    void damagedLog_withAWriteAheadLog_isRefusedAndKeepsBoth(@TempDir Path other) throws IOException {
        try (SqliteStore store = Stores.open(directory)) {
            Stores.append(store, store.acquire(1), "in the write-ahead log");
            Stores.copy(directory, other);
        }
        log = other.resolve("log.db");
        directory = other;
        overwrite(log, find(log, SECRET + "123") + 5, new byte[] {'#'});
        assertThat(Files.size(other.resolve("log.db-wal"))).isPositive();
        assertRefused("has a wrong checksum");
    }

    /** A copy as a kill would leave it, with commits in the write-ahead log only. */
    private Path crashed(Path other) throws IOException {
        try (SqliteStore store = Stores.open(directory)) {
            ShardLease lease = store.acquire(1);
            for (int i = 0; i < 5; i++) {
                Stores.append(store, lease, "only in the write-ahead log " + i);
            }
            Stores.copy(directory, other);
        }
        directory = other;
        log = other.resolve("log.db");
        return other.resolve("log.db-wal");
    }

    @Test
    void writeAheadLog_damagedBeforeItsLastCommit_isRefused(@TempDir Path other) throws IOException {
        Path wal = crashed(other);
        overwrite(wal, find(wal, "only in the write-ahead log 2"), new byte[] {'#'});
        assertRefused("log.db-wal", "is damaged", "Nothing was changed");
    }

    @Test
    void writeAheadLog_withADamagedHeader_isRefused(@TempDir Path other) throws IOException {
        overwrite(crashed(other), 17, new byte[] {1, 2, 3});
        assertRefused("log.db-wal", "its header");
    }

    @Test
    void writeAheadLog_whoseLastCommitIsTorn_isCutThere(@TempDir Path other) throws IOException {
        Path wal = crashed(other);
        overwrite(wal, find(wal, "only in the write-ahead log 4"), new byte[] {'#'});
        try (SqliteStore store = Stores.open(other)) {
            assertThat(store.lastSeq(1)).isEqualTo(304);
        }
    }

    @Test
    void writeAheadLog_thatWasBegunAnew_isReadUpToItsNewEnd(@TempDir Path other) throws Exception {
        try (SqliteStore store = Stores.open(directory)) {
            ShardLease lease = store.acquire(1);
            for (int i = 0; i < 20; i++) {
                Stores.append(store, lease, "old " + i);
            }
            try (Connection connection = Sql.open(log, false)) {
                Sql.execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
            }
            Stores.append(store, lease, "new");
            Stores.copy(directory, other);
        }
        try (SqliteStore store = Stores.open(other)) {
            assertThat(Stores.texts(store, 1)).endsWith("old 19", "new");
        }
    }

    @Test
    void row_damagedWhileTheStoreIsOpen_isNotHandedOut() throws Exception {
        try (SqliteStore store = Stores.open(directory)) {
            overwrite(log, find(log, SECRET + "200") + 5, new byte[] {'#'});
            assertThat(store.read(1, 1, 200)).hasSize(200);
            assertThatThrownBy(() -> store.read(1, 190, 100))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("record 201 of shard 1");
        }
    }

    @Test
    void snapshot_thatIsDamaged_isNotHandedOut() throws Exception {
        try (SqliteStore store = Stores.open(directory)) {
            store.keepSnapshot(store.acquire(1), new Snapshot(10, "the state of things".getBytes(UTF_8)));
        }
        overwrite(log, find(log, "the state of things"), new byte[] {'#'});
        try (SqliteStore store = Stores.open(directory)) {
            assertThatThrownBy(() -> store.snapshot(1))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("snapshot of shard 1");
        }
    }

    @Test
    void projection_thatIsSound_isKept() {
        try (SqliteStore store = Stores.open(directory)) {
            assertThat(store.task("t")).isPresent();
            assertThat(store.applied(1)).isEqualTo(300);
        }
    }

    @Test
    void projection_thatIsDamaged_isMovedAsideAndMadeAnew() throws IOException {
        overwrite(projection, 0, new byte[4096]);
        assertMadeAnew();
    }

    @Test
    void projection_withADamagedPage_isMovedAsideAndMadeAnew() throws IOException {
        byte[] noise = new byte[(int) Files.size(projection) - 4096];
        Arrays.fill(noise, (byte) 7);
        overwrite(projection, 4096, noise);
        assertMadeAnew();
    }

    @Test
    void projection_ofAnotherLog_isMovedAsideAndMadeAnew() throws IOException {
        Files.delete(log);
        assertMadeAnew();
    }

    @Test
    void projection_aheadOfARestoredLog_isMovedAsideAndMadeAnew() throws Exception {
        try (Connection connection = Sql.open(projection, false)) {
            Sql.execute(connection, "UPDATE position SET seq = 301 WHERE shard = 1");
        }
        assertMadeAnew();
    }

    @Test
    void projection_thatIsMissingBesideItsWriteAheadLog_isMadeAnew() throws IOException {
        Files.move(projection, directory.resolve("projection.db-wal"));
        try (SqliteStore store = Stores.open(directory)) {
            assertThat(store.applied(1)).isZero();
        }
        assertThat(directory.resolve("projection.db.aside-1-wal")).exists();
    }

    private void assertMadeAnew() throws IOException {
        byte[] before = Files.readAllBytes(projection);
        try (SqliteStore store = Stores.open(directory)) {
            assertThat(store.task("t")).isEmpty();
            assertThat(store.applied(1)).isZero();
            store.write(List.of(row("u")), new long[] {-1, 0, -1, -1});
            assertThat(store.tasks(TaskQuery.newest(10)).items()).hasSize(1);
        }
        assertThat(directory.resolve("projection.db.aside-1")).hasBinaryContent(before);
    }
}
