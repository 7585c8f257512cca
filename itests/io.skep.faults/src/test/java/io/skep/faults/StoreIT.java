// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A store that cannot be opened, and one without space. One server goes through all of it, in this order, since each
 * start takes seconds: it meets three directories that it must refuse, and then works in one with little space.
 */
@ExtendWith(SharedServer.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoreIT {
    private static final String FILE = "io.skep.store.sqlite.cfg";
    private static final int INPUT = 100_000;
    private static final Duration GOES_ON = Duration.ofSeconds(60);

    private static Instance second;

    @BeforeAll
    static void unpack() throws Exception {
        second = Instance.fresh("second");
    }

    @AfterAll
    static void stop() throws Exception {
        second.close();
    }

    @Test
    @Order(1)
    void damagedHeader_isRefusedAtTheStart_namingTheFile_andTouchingNothing(Instance shared) throws Exception {
        Path store = copyOfStore(shared, "damaged");
        Path log = store.resolve("log.db");
        byte[] bytes = Files.readAllBytes(log);
        new Random(1).nextBytes(bytes);
        Files.write(log, bytes);
        Map<Path, byte[]> before = contents(store);
        second.configure(FILE, "directory = " + store);
        second.server().begin();
        assertRefused(0, log + " is not an SQLite database");
        assertThatThrownBy(() -> second.server().awaitReady(Duration.ofMillis(100)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(log + " is not an SQLite database");
        assertUntouched(store, before);
    }

    @Test
    @Order(2)
    void truncatedFile_isRefused_namingTheFile_andTouchingNothing(Instance shared) throws Exception {
        Path store = copyOfStore(shared, "truncated");
        Path log = store.resolve("log.db");
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, bytes.length - 5000));
        Files.deleteIfExists(store.resolve("log.db-wal"));
        Files.deleteIfExists(store.resolve("log.db-shm"));
        Map<Path, byte[]> before = contents(store);
        int from = second.log().size();
        second.configure(FILE, "directory = " + store);
        assertRefused(from, log + " is cut off");
        assertUntouched(store, before);
    }

    @Test
    @Order(3)
    void directoryOfARunningServer_isRefused_namingItAndTheHolder_andTheFirstGoesOn(Instance shared) throws Exception {
        Path store = shared.server().home().resolve("store");
        int from = second.log().size();
        second.configure(FILE, "directory = " + store);
        assertRefused(from, store + " is in use", "pid " + shared.server().pid().orElseThrow());
        SkepClient admin = shared.server().client();
        assertThat(admin.isReady()).isTrue();
        JsonNode task = admin.submit(
                SkepClient.object().put("description", "the first goes on").put("notBefore", "2100-01-01T00:00:00Z"));
        assertThat(admin.cancel(task.path("id").asText(), "done").path("state").asText())
                .isEqualTo("canceled");
    }

    @Test
    @Order(4)
    void fullDisk_refusesWithStoreFull_keepsWhatItAcknowledged_andGoesOnWhenThereIsSpace() throws Exception {
        try (SmallDisk disk = SmallDisk.in(second.server().home())) {
            int from = second.log().size();
            second.configure(FILE, disk.full());
            second.awaitLog(from, "INFO", "store " + disk.directory() + " opened");
            second.server().awaitReady(Instance.START);
            SkepClient admin = second.server().client();
            Map<String, Integer> acknowledged = new HashMap<>();
            HttpResponse<byte[]> refused = submitUntilRefused(acknowledged);
            assertStoreFull(refused);
            assertThat(acknowledged).isNotEmpty();
            assertThat(admin.isReady()).as("ready while full").isFalse();
            assertAllThere(admin, acknowledged);

            disk.free(second);
            boolean accepts = Poll.until(
                    () -> submit(acknowledged.size(), acknowledged).statusCode() == 201, GOES_ON, Instance.OFTEN);
            assertThat(accepts).as("accepts again").isTrue();
            Instance.await("it is ready again", admin::isReady);
            assertAllThere(admin, acknowledged);

            second.server().restart(Instance.START);
            assertAllThere(second.server().client(), acknowledged);
            second.server().stop();
        }
    }

    /** The log has the reason in one line, and the server says that it is not ready. */
    private static void assertRefused(int from, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.add(" ERROR ");
        second.awaitLog(from, all.toArray(String[]::new));
        RawHttp http = new RawHttp(second.server());
        Instance.await("readiness is answered", () -> status(http) == 503);
        assertThat(second.log().subList(from, second.log().size()))
                .filteredOn(line -> line.contains(" ERROR "))
                .hasSize(1);
    }

    private static int status(RawHttp http) throws InterruptedException {
        try {
            HttpResponse<byte[]> answer = http.open("/health/ready");
            return RawHttp.json(answer).path("reasons").isEmpty() ? 0 : answer.statusCode();
        } catch (IOException e) {
            // It does not listen yet.
            return 0;
        }
    }

    /** What a server that was killed might have left. */
    private static Path copyOfStore(Instance shared, String name) throws IOException {
        Path from = shared.server().home().resolve("store");
        Path to = Files.createDirectories(second.server().home().resolve(name));
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        return to;
    }

    private static Map<Path, byte[]> contents(Path store) throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        for (Path file : files(store)) {
            contents.put(file, Files.readAllBytes(file));
        }
        return contents;
    }

    /** All that plugins keep beside the log as well, but the lock, which tells of its holder. */
    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> all = Files.walk(store)) {
            return all.filter(file -> Files.isRegularFile(file) && !file.endsWith("lock"))
                    .toList();
        }
    }

    private static void assertUntouched(Path store, Map<Path, byte[]> before) throws IOException {
        Map<Path, byte[]> after = contents(store);
        assertThat(after).containsOnlyKeys(before.keySet());
        after.forEach((file, bytes) -> assertThat(Arrays.equals(bytes, before.get(file)))
                .as(file.toString())
                .isTrue());
    }

    private static HttpResponse<byte[]> submitUntilRefused(Map<String, Integer> acknowledged) throws Exception {
        for (int number = 0; number < 5_000; number++) {
            HttpResponse<byte[]> answer = submit(number, acknowledged);
            if (answer.statusCode() != 201) {
                return answer;
            }
        }
        throw new AssertionError("The disk does not become full");
    }

    /** Submits a large task; notes it if it was acknowledged. */
    private static HttpResponse<byte[]> submit(int number, Map<String, Integer> acknowledged)
            throws IOException, InterruptedException {
        String filling = new Random(number)
                .ints(INPUT, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String body = "{\"description\":\"" + number + "\",\"notBefore\":\"2100-01-01T00:00:00Z\",\"input\":\""
                + filling + "\"}";
        HttpResponse<byte[]> answer = new RawHttp(second.server())
                .send("POST", "/api/v1/tasks", new RawHttp.Body(body.getBytes(StandardCharsets.UTF_8), false));
        if (answer.statusCode() == 201) {
            acknowledged.put(RawHttp.json(answer).path("id").asText(), number);
        }
        return answer;
    }

    private static void assertStoreFull(HttpResponse<byte[]> refused) throws IOException {
        JsonNode problem = RawHttp.json(refused);
        assertThat(refused.statusCode()).as(problem.toString()).isEqualTo(507);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(problem.path("reason").asText()).isEqualTo("store-full");
    }

    private static void assertAllThere(SkepClient admin, Map<String, Integer> acknowledged) throws Exception {
        for (Map.Entry<String, Integer> task : acknowledged.entrySet()) {
            JsonNode there = admin.task(task.getKey());
            assertThat(there.path("description").asText()).isEqualTo(Integer.toString(task.getValue()));
            assertThat(there.path("input").asText()).hasSize(INPUT);
        }
    }
}
