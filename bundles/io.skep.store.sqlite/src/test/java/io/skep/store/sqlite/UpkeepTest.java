// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles.Progress;
import io.skep.api.store.StoreStatus;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compacting, rebuilding, and readers that are always there. */
class UpkeepTest {
    private static final long[] UNMOVED = {-1, -1, -1, -1};
    private static final Progress NOBODY = (step, done, total) -> {};
    private static final int LARGE = 1 << 20;

    @TempDir
    Path directory;

    private SqliteStore store;
    private ShardLease lease;

    @BeforeEach
    void open() {
        store = Stores.open(directory);
        lease = store.acquire(0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static TaskRow row(String id, String state, String body) {
        boolean ended = state.equals("completed");
        return new TaskRow(id, "default", state, null, id, 1, ended ? 1L : null, null, body.getBytes(UTF_8));
    }

    private static TaskRow large(int i) {
        return new TaskRow("t" + i, "default", "completed", null, "", i, 1L, null, new byte[100_000]);
    }

    private void appendLarge() {
        Stores.done(store.append(lease, store.lastSeq(0) + 1, List.of(new byte[LARGE])));
    }

    private String body(String id) {
        return store.task(id).map(bytes -> new String(bytes, UTF_8)).orElse("none");
    }

    private StoreStatus.File file(String name) {
        return store.status().files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void compacting_givesSpaceBack_whileAppendsGoOn() {
        for (int i = 0; i < 40; i++) {
            appendLarge();
        }
        store.write(IntStream.range(0, 200).mapToObj(UpkeepTest::large).toList(), UNMOVED);
        store.keepSnapshot(lease, new Snapshot(40, new byte[10]));
        store.trim(lease, 39);
        assertThat(store.expire(2, 1000)).isEqualTo(200);
        assertThat(file("log.db").freeBytes()).isGreaterThan(30L << 20);
        assertThat(file("projection.db").freeBytes()).isGreaterThan(15L << 20);

        long given = store.compact((step, done, total) -> {
            if (step.contains("log")) {
                Stores.append(store, lease, "meanwhile");
            }
        });

        assertThat(file("log.db").bytes()).isLessThan(5L << 20);
        assertThat(file("projection.db").bytes()).isLessThan(5L << 20);
        assertThat(file("log.db").freeBytes()).isZero();
        assertThat(given).isGreaterThan(20L << 20);
        long last = store.lastSeq(0);
        assertThat(last).isGreaterThan(50);
        close();
        open();
        assertThat(store.lastSeq(0)).isEqualTo(last);
        assertThat(store.read(0, 40, 1000)).hasSize((int) (last - 39));
    }

    @Test
    void compactingThatIsStopped_leavesASoundFile() {
        for (int i = 0; i < 20; i++) {
            appendLarge();
        }
        store.keepSnapshot(lease, new Snapshot(20, new byte[10]));
        store.trim(lease, 19);
        assertThatThrownBy(() -> store.compact((step, done, total) -> {
                    throw new CancellationException("enough");
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(file("log.db").freeBytes()).isPositive();
        Stores.append(store, lease, "goes on");
        assertThat(store.read(0, 20, 10)).hasSize(2);
    }

    @Test
    void fileOfAnEarlierVersion_cannotBeCompacted_andSaysWhatToDo() throws SQLException {
        close();
        try (Connection connection = Sql.open(directory.resolve("log.db"), false)) {
            Sql.execute(connection, "PRAGMA auto_vacuum = NONE");
            Sql.execute(connection, "PRAGMA journal_mode = DELETE");
            Sql.execute(connection, "VACUUM");
            Sql.execute(connection, "PRAGMA journal_mode = WAL");
        }
        open();
        assertThatThrownBy(() -> store.compact(NOBODY))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("a backup and its restoration do");
    }

    @Test
    void rebuiltProjection_hasWhatTheLogHas_andTheHistoryBefore() throws IOException {
        store.write(
                List.of(
                        row("wrong", "queued", "wrong"),
                        row("ghost", "working", "of no log"),
                        row("history", "completed", "trimmed long ago")),
                new long[] {-1, 0, -1, -1});
        AtomicLong asked = new AtomicLong();
        store.rebuildProjection(
                (shard, sink) -> {
                    asked.incrementAndGet();
                    if (shard == 1) {
                        sink.accept(List.of(row("wrong", "queued", "right"), row("changing", "queued", "as read")));
                    } else if (shard == 2) {
                        store.write(
                                List.of(row("changing", "completed", "newer"), row("new", "queued", "new")),
                                new long[] {-1, -1, 0, -1});
                        sink.accept(List.of(row("changing", "queued", "older")));
                    }
                },
                (step, done, total) -> assertThat(body("ghost")).as("goes on").isEqualTo("of no log"));

        assertThat(asked).hasValue(Stores.SHARDS);
        assertRebuilt();
        store.write(List.of(row("after", "queued", "written")), UNMOVED);
        close();
        open();
        assertRebuilt();
        assertThat(body("after")).isEqualTo("written");
        assertThat(store.expire(2, 9)).as("retention goes on").isEqualTo(2);
        assertThat(directory).isDirectoryNotContaining(file -> file.toString().contains("aside"));
        assertThat(directory).isDirectoryNotContaining(file -> file.toString().contains("rebuilt"));
    }

    private void assertRebuilt() {
        assertThat(body("wrong")).isEqualTo("right");
        assertThat(body("changing")).isEqualTo("newer");
        assertThat(body("new")).isEqualTo("new");
        assertThat(body("history")).isEqualTo("trimmed long ago");
        assertThat(body("ghost")).isEqualTo("none");
    }

    @Test
    void rebuildThatFails_leavesTheProjectionAsItWas() {
        store.write(List.of(row("t", "queued", "there")), UNMOVED);
        assertThatThrownBy(() -> store.rebuildProjection(
                        (shard, sink) -> {
                            throw new StoreException("cannot be read");
                        },
                        NOBODY))
                .hasMessage("cannot be read");
        assertThat(body("t")).isEqualTo("there");
        store.write(List.of(row("u", "queued", "there")), UNMOVED);
        assertThat(directory).isDirectoryNotContaining(file -> file.toString().contains("rebuilt"));
        store.rebuildProjection((shard, sink) -> {}, NOBODY);
        assertThat(body("t")).isEqualTo("none");
    }

    @Test
    void projectionOfTheFirstLayout_isBroughtToThisOne() throws SQLException {
        store.write(List.of(row("live", "queued", "l"), row("over", "completed", "o")), new long[] {-1, -1, -1, 0});
        close();
        try (Connection connection = Sql.open(directory.resolve("projection.db"), false)) {
            for (String index : List.of("task_agent_state", "task_tenant_state", "task_ended")) {
                Sql.execute(connection, "DROP INDEX " + index);
            }
            Sql.execute(connection, "ALTER TABLE task DROP COLUMN ended_at");
            Sql.execute(connection, "CREATE INDEX task_tenant ON task(tenant, submitted_at, id)");
            Sql.execute(connection, "CREATE INDEX task_agent ON task(agent, submitted_at, id) WHERE agent IS NOT NULL");
            Sql.execute(connection, "PRAGMA user_version = 1");
        }
        long before = System.currentTimeMillis();
        open();
        assertThat(store.tasks(new TaskQuery(Set.of(), null, "default", null, null, null, 9, null))
                        .items())
                .hasSize(2);
        assertThat(store.expire(before, 9))
                .as("its time begins with the change")
                .isZero();
        assertThat(store.expire(System.currentTimeMillis() + 1, 9)).isEqualTo(1);
        assertThat(body("live")).isEqualTo("l");
        close();
        try (Connection connection = Sql.open(directory.resolve("projection.db"), true)) {
            assertThat(Sql.number(connection, "PRAGMA user_version")).isEqualTo(2);
            assertThat(Sql.number(
                            connection, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'task/_%' ESCAPE '/'"))
                    .isEqualTo(ProjectionMigration.INDEXES.size());
        }
        open();
    }

    @Test
    void searchThatTakesTooLong_isRefused_andNothingElse() {
        close();
        store = new SqliteStore(
                new Settings(directory, Stores.SHARDS, LARGE, 0, 0, directory.resolveSibling("none"), 1));
        List<TaskRow> rows = new ArrayList<>();
        String text = "lorem ".repeat(500);
        for (int i = 0; i < 5000; i++) {
            rows.add(new TaskRow("t" + i, "default", "queued", null, text, i, null, null, new byte[1]));
        }
        store.write(rows, UNMOVED);
        TaskQuery everywhere = new TaskQuery(Set.of(), null, null, "nowhere", null, null, 1, null);
        assertThatThrownBy(() -> store.tasks(everywhere))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAVAILABLE))
                .hasMessageContaining("max.read.millis");
        // A busy machine may take too long for this one too, but not again and again.
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .ignoreException(Refusal.class)
                .until(() -> store.tasks(new TaskQuery(Set.of(TaskState.QUEUED), null, null, null, null, null, 1, null))
                                .items()
                                .size()
                        == 1);
    }

    @Test
    void writeAheadLogs_stayBounded_whereSomebodyAlwaysReads() throws Exception {
        store.write(IntStream.range(0, 50).mapToObj(UpkeepTest::large).toList(), UNMOVED);
        for (int i = 0; i < 8; i++) {
            appendLarge();
        }
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> readers = IntStream.range(0, 6)
                .mapToObj(i -> new Thread(() -> {
                    while (!over.get()) {
                        if (i % 2 == 0) {
                            store.read(0, 1, 8);
                        } else {
                            store.tasks(TaskQuery.newest(50));
                        }
                    }
                }))
                .toList();
        readers.forEach(Thread::start);
        long[] largest = new long[2];
        for (int i = 0; i < 300; i++) {
            appendLarge();
            if (i % 3 == 0) {
                store.write(IntStream.range(0, 20).mapToObj(UpkeepTest::large).toList(), UNMOVED);
            }
            largest[0] = Math.max(largest[0], Files.size(directory.resolve("log.db-wal")));
            largest[1] = Math.max(largest[1], Files.size(directory.resolve("projection.db-wal")));
        }
        over.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(largest[0]).isLessThan(150L << 20);
        assertThat(largest[1]).isLessThan(150L << 20);
    }
}
