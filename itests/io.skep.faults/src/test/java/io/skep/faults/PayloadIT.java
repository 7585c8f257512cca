// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Inputs and results that are files, with everything that can happen to a file. One server goes through all of it, in
 * this order, with so little memory that it could not hold what passes through it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PayloadIT {
    private static final int MIB = 1 << 20;
    private static final int AT_ONCE = 4;
    private static final String AGENT = "payloads";

    private static Instance instance;
    private static Transfers transfers;

    @BeforeAll
    static void start() throws Exception {
        instance = Instance.fresh("payloads");
        Path setenv = instance.server().karaf().resolve("bin/setenv");
        Files.writeString(setenv, "SKEP_HEAP='-Xms64m -Xmx160m'\n" + Files.readString(setenv));
        transfers = new Transfers(instance.server());
        instance.server().start(Instance.START);
    }

    @AfterAll
    static void stop() throws Exception {
        instance.close();
    }

    private static SkepClient admin() throws IOException {
        return instance.server().client();
    }

    private static Path store() {
        return instance.server().home().resolve("store");
    }

    private static Path file(int length) throws IOException {
        String sha256 = Transfers.sha256(length);
        return store().resolve("payloads").resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    private static List<Path> partial() throws IOException {
        Path incoming = store().resolve("payloads/incoming");
        if (!Files.isDirectory(incoming)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(incoming)) {
            return files.toList();
        }
    }

    private static ObjectNode task(int length) throws IOException {
        ObjectNode task = SkepClient.object().put("description", "has a payload");
        task.withArray("skills").add(AGENT);
        task.set("input", new ObjectMapper().readTree(Transfers.reference(length)));
        return task;
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String words) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = new ObjectMapper().readTree(answer.body());
        assertThat(problem.path("detail").asText()).contains(words);
    }

    private static void store(int length) throws Exception {
        HttpResponse<String> answer = transfers.up(length, false);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo(Transfers.reference(length));
    }

    @Test
    @Order(1)
    void payloads_goUpAndDown_inLessMemoryThanTheyHave() throws Exception {
        store(MIB);
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<String>> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                int length = Transfers.LIMIT - i;
                boolean chunked = i % 2 == 0;
                all.add(() -> {
                    assertThat(transfers.up(length, chunked).body()).isEqualTo(Transfers.reference(length));
                    String sha256 = Transfers.sha256(length);
                    assertThat(transfers.down(sha256)).isEqualTo(sha256);
                    return sha256;
                });
            }
            for (Future<String> ended : clients.invokeAll(all)) {
                assertThat(ended.get()).hasSize(64);
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(transfers.down(Transfers.sha256(MIB))).isEqualTo(Transfers.sha256(MIB));
        assertThat(admin().isReady()).isTrue();
    }

    @Test
    @Order(2)
    void oneByteTooMany_isRefusedNamingTheLimit_andLeavesNothing() throws Exception {
        for (boolean chunked : new boolean[] {false, true}) {
            HttpResponse<String> refused = transfers.up(Transfers.LIMIT + 1, chunked);
            assertProblem(refused, 413, "67108864 bytes (payload.max.bytes)");
            assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
        }
        Instance.await("nothing is left of what came", () -> partial().isEmpty());
        assertThat(file(Transfers.LIMIT + 1)).doesNotExist();
    }

    @Test
    @Order(3)
    void program_getsItsPayloadAsAFile_andItsLargeOutputIsOne() throws Exception {
        instance.configure(
                "io.skep.agent.process-copier.cfg", "command = sh -c 'cat \"$SKEP_INPUT_FILE\"'", "skills = copy");
        SkepClient admin = admin();
        Instance.await(
                "the agent is there",
                () -> admin.agents().stream()
                        .anyMatch(agent -> agent.path("id").asText().equals("copier")));
        ObjectNode task = task(MIB);
        task.putArray("skills").add("copy");
        String id = admin.submit(task).path("id").asText();
        JsonNode ended = admin.task(id, Duration.ofSeconds(60));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
        assertThat(ended.path("result").toString()).isEqualTo(Transfers.reference(MIB));
    }

    @Test
    @Order(4)
    void changedOrMissingFile_failsTheTaskWithTheCause_andNothingIsTriedAgain() throws Exception {
        SkepClient admin = admin();
        SkepClient agent =
                admin.as(admin.register("mover", 4, AGENT).path("secret").asText());
        store(2 * MIB);
        store(3 * MIB);
        String changed = admin.submit(task(2 * MIB)).path("id").asText();
        String missing = admin.submit(task(3 * MIB)).path("id").asText();
        String whole = admin.submit(task(MIB)).path("id").asText();
        assertThat(file(2 * MIB).toFile().setWritable(true)).isTrue();
        try (RandomAccessFile content = new RandomAccessFile(file(2 * MIB).toFile(), "rw")) {
            int first = content.read();
            content.seek(0);
            content.write(first + 1);
        }
        Files.delete(file(3 * MIB));

        List<JsonNode> claimed = agent.claim("mover", 4, Instance.SOON);

        assertThat(claimed).extracting(task -> task.path("id").asText()).containsExactly(whole);
        assertFailed(changed, 2 * MIB, "is changed");
        assertFailed(missing, 3 * MIB, "is missing");
        assertThat(transfers.down(Transfers.sha256(MIB))).isEqualTo(Transfers.sha256(MIB));
        assertThatThrownBy(() -> transfers.down(Transfers.sha256(2 * MIB))).isInstanceOf(IOException.class);
        agent.complete(whole, 1, SkepClient.object());
    }

    private static void assertFailed(String id, int length, String words) throws Exception {
        JsonNode task = admin().task(id, Instance.SOON);
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("failed");
        assertThat(task.path("error").asText()).isEqualTo("payload sha256:" + Transfers.sha256(length) + " " + words);
        assertThat(task.path("attempts")).hasSize(1);
    }

    @Test
    @Order(5)
    void kill_inTheMiddleOfAnUpload_leavesNoPart_andEverythingThatWasAcknowledged() throws Exception {
        store(4 * MIB);
        String id = admin().submit(task(4 * MIB)).path("id").asText();
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), instance.server().uri().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + Transfers.PATH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + instance.server().token() + "\r\nContent-Length: " + 8 * MIB + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[5 * MIB]);
            out.flush();
            Instance.await(
                    "a part of it is there",
                    () -> partial().size() == 1 && Files.size(partial().get(0)) > 0);
            instance.server().kill9();
        }
        assertThat(partial()).hasSize(1);

        instance.server().start(Instance.START);

        assertThat(partial()).isEmpty();
        assertThat(transfers.down(Transfers.sha256(4 * MIB))).isEqualTo(Transfers.sha256(4 * MIB));
        assertThat(admin().task(id).path("input").toString()).isEqualTo(Transfers.reference(4 * MIB));
    }

    @Test
    @Order(6)
    void payloadsWithoutATask_goAfterTheirGrace_andAllOthersStay() throws Exception {
        instance.configure("io.skep.core.cfg", "payload.orphan.millis = 1000");
        instance.server().restart(Instance.START);
        store(5 * MIB);
        String id = admin().submit(task(4 * MIB)).path("id").asText();
        admin().cancel(id, "ended tasks count too");
        Instance.await("it is gone", () -> !Files.exists(file(5 * MIB)));
        assertThat(transfers.down(Transfers.sha256(4 * MIB))).isEqualTo(Transfers.sha256(4 * MIB));
        assertThat(transfers.down(Transfers.sha256(MIB))).isEqualTo(Transfers.sha256(MIB));
        Instance.await("large ones are gone", () -> !Files.exists(file(Transfers.LIMIT)));
    }

    @Test
    @Order(7)
    void diskThatFillsUp_whileAPayloadComes_isTold_andLosesNothing() throws Exception {
        instance.server().stop();
        Files.move(store(), instance.server().home().resolve("store.before"));
        try (SmallDisk disk = SmallDisk.in(instance.server().home())) {
            instance.configure("io.skep.store.sqlite.cfg", disk.full());
            instance.configure("io.skep.core.cfg", disk.fullOfPayloads());
            instance.server().start(Instance.START);
            store(MIB);
            ObjectNode task = task(MIB);
            task.putArray("skills");
            String id = admin().submit(task).path("id").asText();

            HttpResponse<String> refused = transfers.up(Transfers.LIMIT, true);

            assertProblem(refused, 507, "");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            Instance.await("nothing is left of what came", () -> partial().isEmpty());
            assertThat(transfers.down(Transfers.sha256(MIB))).isEqualTo(Transfers.sha256(MIB));
            String after = admin().submit(task).path("id").asText();
            instance.server().restart(Instance.START);
            for (String one : List.of(id, after)) {
                assertThat(admin().task(one).path("input").toString()).isEqualTo(Transfers.reference(MIB));
            }
            assertThat(transfers.down(Transfers.sha256(MIB))).isEqualTo(Transfers.sha256(MIB));
            if (disk.isMounted()) {
                disk.free(instance);
                store(24 * MIB);
            }
            instance.server().stop();
        }
    }
}
