// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.ShardLease;
import io.skep.api.store.StoreException;
import io.skep.client.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database dies, stands still, stays away and is replaced, while records are appended. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OutageTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Of who is to be given up, and not while it only stands still with the machine. */
    private static final Duration SHORT = Duration.ofSeconds(6);
    /** How long the database may take to answer. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private Path folder;
    private PostgresServer server;

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        server = PostgresServer.start(Files.createDirectories(Path.of("target")));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Settings settings(String name, String url, Duration lease) {
        Settings like = Stores.settings(folder.resolve(name), url, lease);
        return new Settings(
                url,
                server.user(),
                server.password(),
                like.schema(),
                like.directory(),
                like.shared(),
                like.shards(),
                like.maxPendingBytes(),
                lease,
                ANSWER,
                4,
                10_000);
    }

    /** Appends one record after another to a shard of a store, some of them in flight. */
    private static final class Load implements AutoCloseable {
        private static final int IN_FLIGHT = 8;
        final AtomicInteger acknowledged = new AtomicInteger();
        private final PostgresStore store;
        private final ShardLease lease;
        private final Thread thread = new Thread(this::run, "load");
        private volatile boolean ended;

        Load(PostgresStore store) {
            this.store = store;
            lease = store.acquire(0);
            thread.start();
        }

        private void run() {
            List<CompletableFuture<Boolean>> flying = new ArrayList<>();
            for (int seq = 1; !ended; seq++) {
                int number = seq;
                flying.add(store.append(lease, seq, List.of(body(seq)))
                        .toCompletableFuture()
                        .handle((nothing, failure) -> failure == null && acknowledge(number)));
                if (flying.size() == IN_FLIGHT) {
                    flying.remove(0).join();
                }
            }
            flying.forEach(CompletableFuture::join);
        }

        private boolean acknowledge(int number) {
            acknowledged.set(number);
            return true;
        }

        void awaitMore() {
            int before = acknowledged.get();
            Awaitility.await().atMost(LONG).until(() -> acknowledged.get() > before + 50);
        }

        void end() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            end();
        }
    }

    private static byte[] body(int seq) {
        return ("record " + seq).getBytes(UTF_8);
    }

    /** All that was acknowledged and at most what was in flight besides, each once. */
    private static void assertWhole(PostgresStore store, int acknowledged) {
        List<String> texts = Stores.texts(store, 0);
        assertThat(texts).hasSizeBetween(acknowledged, acknowledged + Load.IN_FLIGHT);
        assertThat(texts)
                .isEqualTo(IntStream.rangeClosed(1, texts.size())
                        .mapToObj(seq -> "record " + seq)
                        .toList());
    }

    @Test
    void databaseThatIsKilledAndStartsAgain_losesNothing_andIsWaitedFor() throws Exception {
        try (PostgresStore store = Stores.open(settings("a/server1", server.url(), LONG));
                Load load = new Load(store)) {
            for (int round = 0; round < 3; round++) {
                load.awaitMore();
                server.kill();
                server.start();
            }
            load.awaitMore();
            load.end();
            assertWhole(store, load.acknowledged.get());
            assertThat(store.lastSeq(0)).isEqualTo(load.acknowledged.get());
        }
    }

    @Test
    void databaseThatStandsStill_isWaitedFor_andNothingIsThereTwice() throws Exception {
        try (PostgresStore store = Stores.open(settings("b/server1", server.url(), LONG));
                Load load = new Load(store)) {
            load.awaitMore();
            server.freeze();
            // Longer than the database may take to answer: the connection is given up while its statement may be at
            // work.
            int before = load.acknowledged.get();
            Awaitility.await().pollDelay(ANSWER.plusSeconds(2)).atMost(LONG).until(() -> true);
            assertThat(load.acknowledged.get()).isLessThanOrEqualTo(before + Load.IN_FLIGHT);
            server.thaw();
            load.awaitMore();
            load.end();
            assertWhole(store, load.acknowledged.get());
        }
    }

    @Test
    void standbyThatTakesOver_hasAllThatWasAcknowledged() throws Exception {
        try (PostgresServer standby = server.standby(Path.of("target"))) {
            String both = "jdbc:postgresql://" + server.host() + "," + standby.host() + "/postgres";
            try (PostgresStore store = Stores.open(settings("c/server1", both, LONG));
                    Load load = new Load(store)) {
                load.awaitMore();
                server.kill();
                standby.promote();
                load.awaitMore();
                load.end();
                assertWhole(store, load.acknowledged.get());
            }
        }
    }

    @Test
    void databaseThatStaysAway_stopsTheStore_whichIsOpenedAgainWhenItIsBack() throws Exception {
        Published published = new Published();
        BlockingQueue<PostgresStore> opened = published.opened;
        BlockingQueue<PostgresStore> taken = published.taken;
        Standby standby = new Standby(settings("d/server1", server.url(), SHORT), "1", published);
        standby.start();
        try {
            PostgresStore first = opened.poll(60, TimeUnit.SECONDS);
            ShardLease lease = first.acquire(0);
            Stores.append(first, lease, "a");
            server.kill();
            assertThatThrownBy(() -> Stores.append(first, lease, "b")).isInstanceOf(StoreException.class);
            assertThat(taken.poll(60, TimeUnit.SECONDS)).isSameAs(first);
            server.start();
            PostgresStore again = opened.poll(60, TimeUnit.SECONDS);
            assertThat(Stores.texts(again, 0)).startsWith("a");
            Stores.append(again, again.acquire(0), "c");
        } finally {
            standby.close();
        }
        assertThat(taken).hasSize(1);
    }

    /** Though the renewal itself waits for an answer until later. */
    @Test
    void databaseThatStandsStillForALease_stopsTheStore_beforeAnotherServerMayTakeOver() throws Exception {
        Duration atMost = SHORT.plusMillis(700);
        Duration took = untilStopped(0);
        // A machine that stands still itself makes it late, but not each time.
        for (int i = 1; i < 4 && took.compareTo(atMost) >= 0; i++) {
            took = untilStopped(i);
        }
        assertThat(took).isLessThan(atMost);
    }

    private Duration untilStopped(int round) throws Exception {
        Settings like = settings("g" + round + "/server1", server.url(), SHORT);
        CompletableFuture<StoreException> lost = new CompletableFuture<>();
        PostgresStore store = Stores.open(
                new Settings(
                        like.url(),
                        like.user(),
                        like.password(),
                        like.schema(),
                        like.directory(),
                        like.shared(),
                        like.shards(),
                        like.maxPendingBytes(),
                        SHORT,
                        SHORT,
                        like.connections(),
                        like.maxReadMillis()),
                lost::complete);
        try {
            server.freeze();
            long frozen = System.nanoTime();
            assertThat(lost.get(60, TimeUnit.SECONDS)).hasMessageContaining("could not be renewed for 6000 ms");
            return Duration.ofNanos(System.nanoTime() - frozen);
        } finally {
            server.thaw();
            Stores.close(store);
        }
    }

    @Test
    void ofTwoServers_theSecondTakesOver_whenTheFirstEndsOrIsSilent() throws Exception {
        Published published = new Published();
        BlockingQueue<PostgresStore> opened = published.opened;
        BlockingQueue<StoreException> lost = new LinkedBlockingQueue<>();
        PostgresStore one = Stores.open(settings("e/server1", server.url(), SHORT), lost::add);
        try {
            Stores.append(one, one.acquire(3), "a");
            Standby second = new Standby(settings("e/server2", server.url(), SHORT), "1", published);
            second.start();
            try {
                assertThat(opened.poll(SHORT.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS))
                        .isNull();
                Stores.close(one);
                PostgresStore two = opened.poll(60, TimeUnit.SECONDS);
                assertThat(Stores.texts(two, 3)).containsExactly("a");
            } finally {
                second.close();
            }
        } finally {
            Stores.close(one);
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void databaseThatLostWhatItHadAcknowledged_isNotWrittenOn() throws Exception {
        BlockingQueue<StoreException> lost = new LinkedBlockingQueue<>();
        Settings settings = settings("f/server1", server.url(), LONG);
        try (PostgresStore store = Stores.open(settings, lost::add)) {
            ShardLease lease = store.acquire(0);
            Stores.append(store, lease, "a");
            Stores.append(store, lease, "b");
            Stores.sql(server, settings.directory(), "DELETE FROM log WHERE first_seq = 2");
            server.kill();
            server.start();
            assertThatThrownBy(() -> Stores.append(store, lease, "c"))
                    .hasMessageContaining("has lost records that were acknowledged: shard 0 ends at 1 instead of 2");
        }
        assertThat(lost.poll(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(lost).isEmpty();
    }
}
