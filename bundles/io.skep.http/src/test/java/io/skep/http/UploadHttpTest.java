// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.SwapRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadHttpTest extends HttpTestBase {
    private static final String PATH = "/api/v1/plugins/" + FakePlugins.NAME + "/upgrade";
    private static final String TYPE = "application/java-archive";

    private final ExecutorService clients = Executors.newCachedThreadPool();

    private static byte[] jar(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'P');
        return bytes;
    }

    private Reply upload(String path, BodyPublisher body, String... headers) {
        String[] all = headers.length == 0 ? new String[] {"Content-Type", TYPE} : headers;
        return sendBody("POST", path, FakeCore.ADMIN, body, all);
    }

    private Reply upload(byte[] jar) {
        return upload(PATH, BodyPublishers.ofByteArray(jar));
    }

    static List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(f -> f.getFileName().toString().startsWith("skep-upload-"))
                    .toList();
        }
    }

    @AfterEach
    void nothing_isLeftBehind() {
        clients.shutdownNow();
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(left()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 70_000, 200_000})
    void jar_arrivesAsItIs_andTheJobBegins(int length) {
        Reply reply = upload(jar(length));
        assertThat(reply.status()).as(reply.body()).isEqualTo(202);
        assertThat(reply.header("Location")).isEqualTo("/api/v1/jobs/j1");
        assertThat(core.plugins.jar).isEqualTo(jar(length));
        SwapRequest request = core.plugins.requests.get(0);
        assertThat(request.plugin()).isEqualTo(FakePlugins.NAME);
        assertThat(request.canary()).isEqualTo(CanaryRule.DEFAULT);
        assertThat(request.actor()).isEqualTo("administrator (http)");
        assertThat(request.jar()).doesNotExist();
        assertProblem(upload(jar(length)), 409, "conflict", null);
    }

    @Test
    void jar_ofUnknownLength_arrivesToo() {
        BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(jar(150_000)));
        Reply reply = upload(PATH, chunked, "Content-Type", "Application/Octet-Stream; charset=x");
        assertThat(reply.status()).as(reply.body()).isEqualTo(202);
        assertThat(core.plugins.jar).hasSize(150_000);
    }

    @Test
    void dryRun_andCanary_arePassedOn() {
        String path = PATH + "?dryRun=true&canaryPercent=25&canaryCalls=50&canaryTime=0s";
        Reply reply = upload(path, BodyPublishers.ofByteArray(jar(10)));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().get("outcome").asText()).isEqualTo("checked");
        assertThat(reply.header("Location")).isNull();
        SwapRequest request = core.plugins.requests.get(0);
        assertThat(request.dryRun()).isTrue();
        assertThat(request.canary()).isEqualTo(new CanaryRule(25, 50, Duration.ZERO));
        assertThat(upload(PATH + "?dryRun", BodyPublishers.ofByteArray(jar(10))).status())
                .isEqualTo(200);
        assertThat(upload(PATH + "?dryRun=false", BodyPublishers.ofByteArray(jar(10)))
                        .status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "dryRun=perhaps,dryRun",
        "canaryPercent=0,canaryPercent",
        "canaryPercent=101,canaryPercent",
        "canaryCalls=0,canaryCalls",
        "canaryTime=soon,canaryTime",
        "canaryTime=3601s,canaryTime",
        "shadow=1,shadow",
    })
    void wrongParameter_isRefusedByName(String query, String field) {
        assertProblem(upload(PATH + "?" + query, BodyPublishers.ofByteArray(jar(10))), 400, "invalid", field);
        assertThat(core.plugins.requests).isEmpty();
    }

    @Test
    void refusedJar_isTold() {
        assertProblem(upload("no zip".getBytes(StandardCharsets.UTF_8)), 400, "invalid", "jar");
        assertProblem(upload(new byte[0]), 400, "invalid", "jar");
    }

    @Test
    void brokenCore_isNotTold() {
        core.plugins.busy = CompletableFuture.failedFuture(new IllegalStateException("private"));
        assertProblem(upload(jar(10)), 500, "internal", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-www-form-urlencoded", "java-archive"})
    void otherContentType_isRefused(String type) {
        Reply reply = upload(PATH, BodyPublishers.ofByteArray(jar(150_000)), "Content-Type", type);
        assertProblem(reply, 415, "unsupported-media-type", null);
        assertThat(core.plugins.requests).isEmpty();
    }

    @Test
    void missingContentType_isRefused() {
        Reply reply = sendBody("POST", PATH, FakeCore.ADMIN, BodyPublishers.ofByteArray(jar(10)));
        assertProblem(reply, 415, "unsupported-media-type", null);
    }

    @Test
    void largeJar_isRefusedNamingTheLimit() {
        for (int length : new int[] {200_001, 350_000}) {
            Reply told = upload(jar(length));
            assertProblem(told, 413, "too-large", null);
            assertThat(told.json().get("detail").asText()).contains("200000 bytes (max.jar.bytes)");
            Reply seen = upload(PATH, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(jar(length))));
            assertProblem(seen, 413, "too-large", null);
        }
        assertThat(core.plugins.requests).isEmpty();
    }

    @Test
    void hugeJar_isNotReadToItsEnd() throws IOException {
        String head = Wire.head("POST " + PATH, "Content-Type: " + TYPE, "Content-Length: 2000000000");
        try (Wire wire = new Wire(port)) {
            wire.write(head + "P".repeat(500_000));
            assertThat(wire.read().status()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @CsvSource({"application/json,5,415", "application/java-archive,2000000000,413"})
    void clientThatAsksFirst_isRefusedBeforeItSends(String type, String length, int status) throws IOException {
        String head =
                Wire.head("POST " + PATH, "Content-Type: " + type, "Content-Length: " + length, "Expect: 100-continue");
        try (Wire wire = new Wire(port)) {
            wire.write(head);
            assertThat(wire.read().status()).isEqualTo(status);
        }
    }

    @Test
    void truncatedJar_leavesNothing() throws IOException {
        String head = Wire.head("POST " + PATH, "Content-Type: " + TYPE, "Content-Length: 1000");
        try (Wire wire = new Wire(port)) {
            wire.write(head + "PPPP");
            Awaitility.await()
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(left()).hasSize(1));
        }
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(left()).isEmpty());
        assertThat(core.plugins.requests).isEmpty();
    }

    @Test
    void jar_staysUntilCoreHasReadIt() {
        core.plugins.busy = new CompletableFuture<>();
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> upload(jar(100)), clients);
        Awaitility.await().atMost(LONG).until(() -> !core.plugins.requests.isEmpty());
        assertThat(core.plugins.requests.get(0).jar()).hasSize(100);
        core.plugins.busy.complete(null);
        assertThat(reply.join().status()).isEqualTo(202);
    }

    @Test
    void moreThanAFewAtATime_areRefusedForNow() {
        core.plugins.busy = new CompletableFuture<>();
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 1; i <= UploadFile.AT_ONCE; i++) {
            int begun = i;
            replies.add(CompletableFuture.supplyAsync(() -> upload(jar(100)), clients));
            Awaitility.await().atMost(LONG).until(() -> core.plugins.requests.size() == begun);
        }
        Reply refused = upload(jar(100));
        assertProblem(refused, 429, "busy", null);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        core.plugins.busy.complete(null);
        assertThat(replies).extracting(r -> r.join().status()).contains(202).doesNotContain(429);
    }
}
