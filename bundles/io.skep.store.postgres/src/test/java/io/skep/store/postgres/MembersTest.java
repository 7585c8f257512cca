// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import io.skep.api.admin.ClusterNode.Role;
import io.skep.api.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers on one schema see each other, and hand the shards over when they are told to. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class MembersTest {
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Standby> started = new ArrayList<>();
    private final Published one = new Published();
    private final Published two = new Published();

    private Settings settings(String name) {
        return settings(name, LEASE);
    }

    private Settings settings(String name, Duration lease) {
        return Stores.settings(folder.resolve(name), Stores.server().url(), lease);
    }

    private Standby standby(String name, Published published) {
        Standby standby = new Standby(settings(name), "1.2.3", published);
        started.add(standby);
        standby.start();
        return standby;
    }

    @AfterEach
    void close() {
        started.forEach(Standby::close);
    }

    private static Map<String, Role> roles(Cluster cluster) {
        return cluster.nodes().stream().collect(Collectors.toMap(ClusterNode::id, ClusterNode::role));
    }

    private static void awaitRoles(Cluster seen, Map<String, Role> roles) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(roles(seen)).isEqualTo(roles));
    }

    private static void assertRefused(CompletionStage<ClusterNode> stage, Refusal.Reason reason, String words) {
        assertThatThrownBy(() -> stage.toCompletableFuture().get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    @Test
    void drainedServer_handsOverAtOnce_andTheLastOneCannotBeDrained() throws Exception {
        standby("server1", one);
        PostgresStore serving = one.nextOpened();
        Cluster here = one.cluster();
        here.advertise("http://one:1");
        Stores.append(serving, serving.acquire(0), "a");
        assertRefused(here.drain(here.self()), Refusal.Reason.CONFLICT, "no other node could serve");
        assertRefused(here.drain("nobody"), Refusal.Reason.NOT_FOUND, "there is no node nobody");
        Standby second = standby("server2", two);
        Cluster there = two.cluster();
        awaitRoles(here, Map.of(here.self(), Role.SERVING, there.self(), Role.EDGE));
        awaitRoles(there, Map.of(here.self(), Role.SERVING, there.self(), Role.EDGE));
        assertThat(there.nodes().get(0).url()).isEqualTo("http://one:1");
        assertThat(there.serving()).map(ClusterNode::id).contains(here.self());
        long asked = System.nanoTime();
        there.drain(here.self()).toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(Stores.texts(two.nextOpened(), 0)).containsExactly("a");
        // Nobody has waited for the end of the lease, which was renewed a quarter of it ago at most.
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .isLessThan(LEASE.multipliedBy(2).dividedBy(3));
        assertThat(one.taken.poll(60, TimeUnit.SECONDS)).isSameAs(serving);
        awaitRoles(there, Map.of(here.self(), Role.DRAINED, there.self(), Role.SERVING));
        assertRefused(there.drain(there.self()), Refusal.Reason.CONFLICT, "no other node could serve");
        assertThat(one.opened).isEmpty();
        here.resume(here.self()).toCompletableFuture().get(60, TimeUnit.SECONDS);
        there.drain(there.self()).toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(one.nextOpened().lastSeq(0)).isEqualTo(1);
        second.close();
        awaitRoles(here, Map.of(here.self(), Role.SERVING));
    }

    @Test
    void serverThatStartsAnew_isDrainedNoMore_andOneThatIsSilentIsShownForAnHour() throws Exception {
        Standby first = standby("server1", one);
        one.nextOpened();
        Cluster here = one.cluster();
        String inserted = "INSERT INTO node(id, url, version, protocol, since, until, drained) VALUES ";
        await().atMost(PATIENCE).until(() -> !here.nodes().isEmpty());
        Stores.sql(
                Stores.server(),
                folder.resolve("server1"),
                inserted + "('old', null, '0', 1, now() - interval '3 hours', now() - interval '2 hours', false)",
                inserted + "('silent', null, '0', 1, now() - interval '2 hours', now() - interval '1 s', false)",
                inserted + "('other', null, '0', 7, now(), now() + interval '1 hour', true)");
        awaitRoles(here, Map.of(here.self(), Role.SERVING, "silent", Role.SILENT, "other", Role.DRAINED));
        assertThat(here.nodes().stream().map(ClusterNode::protocol)).contains(7, 1);
        assertThat(here.nodes().stream()
                        .filter(node -> node.id().equals("silent"))
                        .map(node -> node.age().toHours()))
                .containsExactly(2L);
        Stores.sql(Stores.server(), folder.resolve("server1"), "UPDATE node SET drained = true");
        assertThat(one.taken.poll(60, TimeUnit.SECONDS)).isNotNull();
        awaitRoles(here, Map.of(here.self(), Role.DRAINED, "silent", Role.SILENT, "other", Role.DRAINED));
        first.close();
        standby("server1", two);
        two.nextOpened();
        Cluster again = two.cluster();
        awaitRoles(again, Map.of(again.self(), Role.SERVING, "silent", Role.SILENT, "other", Role.DRAINED));
    }

    @Test
    void serverThatStandsStillWithinATransaction_keepsNobodyFromTakingOver() throws Exception {
        Settings like = settings("server1", Duration.ofSeconds(10));
        try (Database database = new Database(like);
                Connection still = database.open()) {
            Schema.prepare(still, like);
            still.setAutoCommit(false);
            Database.execute(still, "SELECT shard FROM shard_lease ORDER BY shard FOR UPDATE");
            Database.execute(still, "SELECT id FROM node FOR UPDATE");
            standby("server2", two);
            assertThat(two.nextOpened().shards()).isEqualTo(Stores.SHARDS);
        }
    }

    @Test
    void sharedDirectoryOfAnotherStore_isRefusedByName() throws Exception {
        Settings like = settings("server1");
        Path shared = folder.resolve("shared");
        Settings settings = shared(like, shared);
        try (Home home = new Home(settings.directory())) {
            home.belongTo("this", settings);
            assertThat(shared.resolve("store.id")).hasContent("this");
            Files.writeString(shared.resolve("store.id"), "another");
            assertThatThrownBy(() -> home.belongTo("this", settings))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(shared + " belongs to another store");
        }
    }

    private static Settings shared(Settings like, Path shared) {
        return new Settings(
                like.url(),
                like.user(),
                like.password(),
                like.schema(),
                like.directory(),
                shared,
                like.shards(),
                like.maxPendingBytes(),
                like.lease(),
                like.answer(),
                like.connections(),
                like.maxReadMillis());
    }

    /** Servers whose clocks differ by an hour work together, since none of them looks at its own. */
    @Test
    void noClassOfTheStore_looksAtTheClockOfTheMachine() throws IOException {
        Path classes = Path.of("target/classes/io/skep/store/postgres");
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file, ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("currentTimeMillis", "java/time/Clock", "java/util/Date");
            }
        }
    }
}
