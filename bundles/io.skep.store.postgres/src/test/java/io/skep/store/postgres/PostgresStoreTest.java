// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.store.FencedException;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.store.postgres.PostgresLog.HeldException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beyond the contracts: who may open a store, and what it says when it is not to be used. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class PostgresStoreTest {
    private static final long[] UNMOVED = {-1, -1, -1, -1};

    private final List<PostgresStore> open = new ArrayList<>();
    private Path first;
    private Path second;

    @BeforeEach
    void directories(@TempDir Path folder) {
        first = folder.resolve("server1");
        second = folder.resolve("server2");
    }

    @AfterEach
    void close() {
        open.forEach(Stores::close);
    }

    private PostgresStore open(Path directory) {
        PostgresStore store = Stores.open(directory);
        open.add(store);
        return store;
    }

    private void close(PostgresStore store) {
        open.remove(store);
        Stores.close(store);
    }

    private static HeldException held(Path directory) {
        try (Home home = new Home(directory)) {
            new PostgresStore(Stores.settings(directory), home, why -> {}).close();
            throw new AssertionError("it was opened");
        } catch (HeldException e) {
            return e;
        }
    }

    @Test
    void whatOneStoreExports_anotherTakesOver_andKeeps() {
        PostgresStore one = open(first);
        ShardLease lease = one.acquire(1);
        Stores.append(one, lease, "a");
        Stores.append(one, lease, "b");
        one.keepSnapshot(lease, new Snapshot(1, new byte[] {7}));
        one.trim(lease, 1);
        Path made = one.export("move", (step, done, total) -> {});
        assertThatThrownBy(() -> Stores.append(one, lease, "late"))
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining("was exported to " + made);
        Path elsewhere = first.resolveSibling("elsewhere");
        PostgresStore two = open(elsewhere);
        two.stage(made, (step, done, total) -> {});
        two.takeOverImport();
        close(two);
        PostgresStore again = open(elsewhere);
        assertThat(Stores.texts(again, 1)).containsExactly("b");
        assertThat(again.snapshot(1).map(Snapshot::seq)).hasValue(1L);
        Stores.append(again, again.acquire(1), "c");
        assertThat(again.lastSeq(1)).isEqualTo(3);
    }

    @Test
    void secondServer_waits_andGoesOnWhereTheFirstEnded() {
        PostgresStore one = open(first);
        ShardLease lease = one.acquire(1);
        Stores.append(one, lease, "a");

        assertThat(held(second)).hasMessageContaining("which holds 4 shards for another");
        close(one);
        PostgresStore two = open(second);

        assertThat(Stores.texts(two, 1)).containsExactly("a");
        ShardLease next = two.acquire(1);
        assertThat(next.epoch()).isGreaterThan(lease.epoch());
        Stores.append(two, next, "b");
        assertThat(Stores.texts(two, 1)).containsExactly("a", "b");
    }

    @Test
    void serverThatWasSilent_isFenced_whateverItThinks() throws Exception {
        CompletableFuture<StoreException> lost = new CompletableFuture<>();
        PostgresStore one = Stores.open(Stores.settings(first), lost::complete);
        open.add(one);
        ShardLease lease = one.acquire(0);
        Stores.append(one, lease, "a");
        // Under another name, so that it cannot renew them meanwhile.
        Stores.sql(Stores.server(), first, "UPDATE shard_lease SET until = '-infinity', owner = 'silent'");
        PostgresStore two = open(second);
        Stores.append(two, two.acquire(0), "b");

        assertThatThrownBy(() -> Stores.append(one, lease, "late"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("taken over by another server");
        assertThat(lost.get(60, TimeUnit.SECONDS)).hasMessageContaining("taken over");
        assertThatThrownBy(() -> one.write(List.of(row("t", "late", null)), UNMOVED))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> one.acquire(2)).isInstanceOf(StoreException.class);
        assertThat(one.probe()).isFalse();
        assertThat(Stores.texts(two, 0)).containsExactly("a", "b");
    }

    @Test
    void silentServer_isToldByItsOwnRenewal() throws Exception {
        CompletableFuture<StoreException> lost = new CompletableFuture<>();
        open.add(Stores.open(Stores.settings(first, Stores.server().url(), Duration.ofSeconds(8)), lost::complete));
        Stores.sql(Stores.server(), first, "UPDATE shard_lease SET owner = 'x' WHERE shard = 3");

        assertThat(lost.get(60, TimeUnit.SECONDS)).hasMessageContaining("taken over by another server");
    }

    @Test
    void rowBySomebodyElse_isNoPlaceForOurs() throws Exception {
        PostgresStore store = open(first);
        ShardLease lease = store.acquire(0);
        Stores.sql(Stores.server(), first, "INSERT INTO log VALUES (0, 1, 1, " + lease.epoch() + ", 'x')");

        assertThatThrownBy(() -> Stores.append(store, lease, "a"))
                .hasMessageContaining("Record 1 of shard 0 was written by somebody else");
    }

    @Test
    void fullDatabase_refusesAllOfACommit_andGoesOn() throws Exception {
        PostgresStore store = open(first);
        ShardLease lease = store.acquire(0);
        Stores.append(store, lease, "a");
        Stores.sql(
                Stores.server(),
                first,
                "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$",
                "CREATE TRIGGER no_space BEFORE INSERT ON log FOR EACH STATEMENT EXECUTE FUNCTION no_space()",
                "CREATE TRIGGER no_space BEFORE UPDATE ON skep FOR EACH STATEMENT EXECUTE FUNCTION no_space()");

        CompletableFuture<Void> b = store.append(lease, 2, List.of(new byte[1])).toCompletableFuture();
        CompletableFuture<Void> c = store.append(lease, 3, List.of(new byte[1])).toCompletableFuture();
        assertThatThrownBy(() -> Stores.done(b)).isInstanceOf(StoreFullException.class);
        assertThatThrownBy(() -> Stores.done(c)).isInstanceOf(StoreFullException.class);
        assertThat(store.probe()).isFalse();
        Stores.sql(Stores.server(), first, "DROP FUNCTION no_space() CASCADE");

        assertThat(store.probe()).isTrue();
        Stores.append(store, lease, "b");
        assertThat(Stores.texts(store, 0)).containsExactly("a", "b");
    }

    @Test
    void brokenStatement_stopsTheStore_sayingWhy() throws Exception {
        CompletableFuture<StoreException> lost = new CompletableFuture<>();
        PostgresStore store = Stores.open(Stores.settings(first), lost::complete);
        open.add(store);
        ShardLease lease = store.acquire(0);
        Stores.sql(Stores.server(), first, "ALTER TABLE log RENAME TO elsewhere");

        assertThatThrownBy(() -> Stores.append(store, lease, "a")).hasMessageContaining("does not exist");
        assertThat(lost.get(60, TimeUnit.SECONDS)).hasMessageContaining("The writer of the log failed");
        assertThatThrownBy(() -> Stores.append(store, lease, "b")).hasMessageContaining("does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE skep SET layout = 99 | has layout 99, of a newer version of Skep",
                "UPDATE skep SET shards = 5 | has 5 shards, not 4 as configured",
                "UPDATE skep SET id = 'other' | belongs to another store",
                "ALTER TABLE shard_lease RENAME TO away | cannot be opened",
            })
    void storeThatIsNotToBeUsed_isRefused_sayingWhy(String change, String why) throws Exception {
        close(open(first));
        Stores.sql(Stores.server(), first, change);

        assertThatThrownBy(() -> open(first)).isInstanceOf(StoreException.class).hasMessageContaining(why);
    }

    @Test
    void directoryOfARunningServer_isRefused() {
        open(first);
        assertThatThrownBy(() -> new Home(first)).hasMessageContaining("is in use");
    }

    @Test
    void wrongPasswordOrHost_isSaid_withoutThePassword() {
        Settings good = Stores.settings(first);
        Settings wrong = with(good, good.url(), "secret-that-is-wrong");
        assertThatThrownBy(() -> Stores.open(wrong))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("password authentication failed")
                .message()
                .doesNotContain("secret-that-is-wrong");
        Settings nowhere = with(good, "jdbc:postgresql://127.0.0.1:1/postgres", good.password());
        assertThatThrownBy(() -> Stores.open(nowhere)).hasMessageContaining("Connection to 127.0.0.1:1 refused");
    }

    private static Settings with(Settings like, String url, String password) {
        return new Settings(
                url,
                like.user(),
                password,
                like.schema(),
                like.directory(),
                like.shared(),
                like.shards(),
                like.maxPendingBytes(),
                like.lease(),
                like.answer(),
                like.connections(),
                like.maxReadMillis());
    }

    @ParameterizedTest
    @CsvSource({
        "url,              jdbc:sqlite:x, url must begin with jdbc:postgresql:",
        "schema,           A-b,           schema must be",
        "shards,           0,             shards is 0; it must be 1 to 256",
        "pending,          0,             max.pending.bytes is 0; it must be at least 1",
        "lease,            999,           lease.millis is 999; it must be 1000 to 600000",
        "answer,           10001,         answer.millis is 10001; it must be 100 to 10000",
        "connections,      101,           connections is 101; it must be 1 to 100",
        "read,             0,             max.read.millis is 0; it must be 1 to",
    })
    void wrongSetting_isRefusedByName(String which, String value, String why) {
        assertThatThrownBy(() -> new Settings(
                        which.equals("url") ? value : "jdbc:postgresql://h/d",
                        "u",
                        "",
                        which.equals("schema") ? value : "skep",
                        first,
                        first,
                        number(which, "shards", value, 4),
                        number(which, "pending", value, 1),
                        Duration.ofMillis(number(which, "lease", value, 10_000)),
                        Duration.ofMillis(number(which, "answer", value, 1_000)),
                        number(which, "connections", value, 4),
                        number(which, "read", value, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static int number(String which, String name, String value, int otherwise) {
        return which.equals(name) ? Integer.parseInt(value) : otherwise;
    }

    @Test
    void moreThanMayWait_isRejected() {
        Settings like = Stores.settings(first);
        PostgresStore store = Stores.open(new Settings(
                like.url(),
                like.user(),
                like.password(),
                like.schema(),
                first,
                first,
                4,
                10,
                like.lease(),
                like.answer(),
                4,
                1_000));
        open.add(store);
        ShardLease lease = store.acquire(0);
        assertThatThrownBy(() -> Stores.done(store.append(lease, 1, List.of(new byte[100]))))
                .isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
        assertThatThrownBy(() -> store.append(lease, 0, List.of(new byte[1])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void damage_isFound() throws Exception {
        PostgresStore store = open(first);
        ShardLease lease = store.acquire(0);
        Stores.append(store, lease, "a");
        Stores.append(store, lease, "b");
        store.keepSnapshot(lease, new io.skep.api.store.Snapshot(1, new byte[3_000_000]));
        Stores.sql(Stores.server(), first, "UPDATE log SET body = set_byte(body, 8, 7) WHERE first_seq = 1");
        assertThatThrownBy(() -> store.read(0, 1, 10)).hasMessageContaining("record 1 of shard 0 has a wrong checksum");
        Stores.sql(Stores.server(), first, "DELETE FROM log WHERE first_seq = 1");
        assertThatThrownBy(() -> store.read(0, 1, 10)).hasMessageContaining("records from 1 of shard 0 are missing");
        Stores.sql(Stores.server(), first, "DELETE FROM snapshot_part WHERE part = 2");
        assertThatThrownBy(() -> store.snapshot(0)).hasMessageContaining("is cut off");
        Stores.sql(Stores.server(), first, "UPDATE snapshot_part SET crc = 0 WHERE part = 0");
        assertThatThrownBy(() -> store.snapshot(0)).hasMessageContaining("wrong checksum");
    }

    @Test
    void rebuilding_keepsEndedTasks_dropsOthersThatAreGone_andNoNewerRow() {
        PostgresStore store = open(first);
        store.write(
                List.of(
                        row("ended", "old", 5L),
                        row("gone", "old", null),
                        row("there", "old", null),
                        row("busy", "old", null)),
                UNMOVED);
        List<String> steps = new ArrayList<>();
        store.rebuildProjection(
                (shard, sink) -> {
                    if (shard == 2) {
                        store.write(List.of(row("busy", "newer", null)), UNMOVED);
                        sink.accept(List.of(row("there", "source", null), row("busy", "source", null)));
                    }
                },
                (step, done, total) -> steps.add(step + " " + done));

        assertThat(store.task("gone")).isEmpty();
        assertThat(List.of(body(store, "ended"), body(store, "there"), body(store, "busy")))
                .containsExactly("old", "source", "newer");
        assertThat(steps).containsExactly("writing shard 2 of 4 1");
    }

    private static TaskRow row(String id, String body, @Nullable Long ended) {
        return new TaskRow(
                id, "default", "queued", null, "\0 text", 1, ended, "k\0\uD800", body.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(PostgresStore store, String id) {
        return new String(store.task(id).orElseThrow(), StandardCharsets.UTF_8);
    }

    @Test
    void charactersThatTheDatabaseCannotHold_areFoundAllTheSame() {
        PostgresStore store = open(first);
        store.write(List.of(row("t", "b", null)), UNMOVED);
        assertThat(store.taskByKey("default", "k\0\uD800")).isPresent();
        assertThat(store.taskByKey("default", "k\0?")).isEmpty();
        assertThat(store.tasks(new TaskQuery(java.util.Set.of(), null, null, "\0 t", null, null, 10, null))
                        .items())
                .hasSize(1);
    }

    @Test
    void searchThatTakesTooLong_isRefused() throws Exception {
        Settings like = Stores.settings(first);
        PostgresStore store = Stores.open(new Settings(
                like.url(),
                like.user(),
                like.password(),
                like.schema(),
                first,
                first,
                4,
                100,
                like.lease(),
                like.answer(),
                4,
                50));
        open.add(store);
        store.write(List.of(row("t", "b", null)), UNMOVED);
        Stores.sql(
                Stores.server(),
                first,
                "ALTER TABLE task RENAME TO kept",
                "CREATE VIEW task AS SELECT kept.* FROM kept, (SELECT pg_sleep(5)::text) AS slow");
        assertThatThrownBy(() -> store.tasks(TaskQuery.newest(5)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAVAILABLE));
    }

    @Test
    void files_areTheDatabases() {
        PostgresStore store = open(first);
        assertThat(store.status().files()).extracting(file -> file.name()).contains("log", "task", "shard_lease");
        assertThat(store.status().directory()).isEqualTo(first);
        assertThatThrownBy(() -> store.backup("b", (step, done, total) -> {})).hasMessageContaining("pg_basebackup");
        assertThatThrownBy(() -> store.compact((step, done, total) -> {})).isInstanceOf(Refusal.class);
    }
}
