// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.PostgresServer;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two servers on one PostgreSQL: the second takes over from the first, and nothing that was acknowledged is lost. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PostgresIT {
    private static final Duration LEASE = Duration.ofSeconds(4);
    /** What a server needs beyond the lease: it looks twice a second, reads the log and opens its edges. */
    private static final Duration OPENING = Duration.ofSeconds(60);

    private static PostgresServer database;
    private static Instance first;
    private static Instance second;
    private static String secret;

    /** Submits one task after another, and completes each second of them. */
    private static final class Work implements AutoCloseable {
        final Map<String, String> acknowledged = new ConcurrentHashMap<>();
        static final AtomicInteger SUBMITTED = new AtomicInteger();
        final Queue<ProblemException> unexpected = new ConcurrentLinkedQueue<>();
        private final SkepClient admin;
        private final SkepClient agent;
        private final Thread thread = new Thread(this::run, "work");
        private volatile boolean ended;

        Work(SkepServer server) throws IOException {
            admin = server.client();
            agent = admin.as(secret);
            thread.start();
        }

        private void run() {
            while (!ended) {
                try {
                    int number = SUBMITTED.incrementAndGet();
                    String id = admin.submit(SkepClient.object().put("description", "task " + number), "key-" + number)
                            .path("id")
                            .asText();
                    acknowledged.putIfAbsent(id, "submitted");
                    for (JsonNode claimed : agent.claim("worker", 1, Duration.ofMillis(100))) {
                        String task = claimed.path("id").asText();
                        agent.complete(
                                task,
                                claimed.path("token").asLong(),
                                SkepClient.object().put("n", number));
                        acknowledged.put(task, "completed");
                    }
                } catch (IOException notAcknowledged) {
                    // The next one may be.
                } catch (ProblemException refused) {
                    if (refused.status() != 503) {
                        unexpected.add(refused);
                    }
                } catch (InterruptedException stopped) {
                    return;
                }
            }
        }

        void awaitMore() throws IOException, InterruptedException {
            int before = acknowledged.size();
            Instance.await("work goes on", () -> acknowledged.size() > before + 20);
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

    @BeforeAll
    static void start() throws Exception {
        database = PostgresServer.start(
                Path.of(System.getProperty("skep.instances")).getParent());
        first = Instance.fresh("postgres-first");
        second = Instance.fresh("postgres-second");
        usePostgres(second);
    }

    private static void usePostgres(Instance instance) throws IOException {
        instance.configure(
                "io.skep.store.postgres.cfg",
                "url = " + database.url(),
                "user = " + database.user(),
                "password = " + database.password(),
                "lease.millis = " + LEASE.toMillis(),
                "answer.millis = 2000");
        instance.configure("io.skep.store.cfg", "kind = postgres");
    }

    @AfterAll
    static void stop() throws Exception {
        first.close();
        second.close();
        database.close();
    }

    private static void assertAllThere(SkepServer server, Work work) throws IOException, InterruptedException {
        SkepClient admin = server.client();
        assertThat(work.unexpected).isEmpty();
        for (Map.Entry<String, String> task : work.acknowledged.entrySet()) {
            JsonNode found = admin.task(task.getKey());
            if (task.getValue().equals("completed")) {
                assertThat(found.path("state").asText()).as(task.getKey()).isEqualTo("completed");
            }
        }
        assertThat(admin.allTasks(Map.of())).hasSizeLessThanOrEqualTo(Work.SUBMITTED.get());
    }

    @Test
    @Order(1)
    void embeddedStore_movesOver_withEverythingThatWasAcknowledged() throws Exception {
        first.server().start(Instance.START);
        SkepClient admin = first.server().client();
        secret = admin.register("worker", 4).path("secret").asText();
        Work work = new Work(first.server());
        work.awaitMore();
        assertThat(first.shell("store:export move")).contains("changes are refused until");
        Instance.await("a change is refused", () -> !work.unexpected.isEmpty());
        work.end();
        assertThat(work.unexpected).isNotEmpty().allMatch(refused -> refused.status() == 507);
        work.unexpected.clear();
        assertAllThere(first.server(), work);
        Path export = first.server().home().resolve("backups/move");
        assertThat(first.shell("store:import " + export)).contains("for the next store without records");
        usePostgres(first);
        first.awaitLog(0, "opened with 16 shards by server");
        first.awaitLog(0, "the import is complete");
        first.server().awaitReady(Instance.START);
        int moved = admin.allTasks(Map.of()).size();
        assertAllThere(first.server(), work);
        assertThat(moved).isGreaterThanOrEqualTo(work.acknowledged.size());
        try (Work more = new Work(first.server())) {
            more.awaitMore();
        }
        first.server().kill9();
        first.server().start(Instance.START);
        assertAllThere(first.server(), work);
    }

    @Test
    @Order(2)
    void databaseThatIsKilled_isWaitedFor_andNothingIsLost() throws Exception {
        try (Work work = new Work(first.server())) {
            for (int round = 0; round < 2; round++) {
                work.awaitMore();
                database.kill();
                database.start();
            }
            work.awaitMore();
            work.end();
            assertAllThere(first.server(), work);
        }
    }

    @Test
    @Order(3)
    void secondServer_waits_andTakesOverWithinTheLease_fromOneThatIsKilled() throws Exception {
        second.server().begin();
        second.awaitLog(0, "waiting for the shards", "which holds 16 shards");
        assertThat(second.server().isReady()).isFalse();
        try (Work work = new Work(first.server())) {
            work.awaitMore();
            first.server().kill9();
            long killed = System.nanoTime();
            work.end();
            second.server().awaitReady(LEASE.plus(OPENING));
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(LEASE.plus(OPENING));
            assertAllThere(second.server(), work);
        }
        // The agent's secret holds here too: what is kept of it is in the log.
        SkepClient agent = second.server().client().as(secret);
        assertThat(agent.heartbeat("worker").path("commands").isArray()).isTrue();
    }

    @Test
    @Order(4)
    void serverThatIsStopped_handsOver_andTheFirstIsItsStandby() throws Exception {
        first.server().begin();
        first.awaitLog(0, "waiting for the shards", "which holds 16 shards");
        second.server().stop();
        first.server().awaitReady(OPENING);
        JsonNode task = first.server().client().submit(SkepClient.object().put("description", "after the hand-over"));
        assertThat(first.server()
                        .client()
                        .task(task.path("id").asText())
                        .path("state")
                        .asText())
                .isEqualTo("queued");
    }
}
