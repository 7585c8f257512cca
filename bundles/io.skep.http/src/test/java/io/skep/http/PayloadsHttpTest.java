// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsHttpTest extends HttpTestBase {
    private static final String PATH = "/api/v1/payloads";

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static BodyPublisher chunked(byte[] bytes) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
    }

    private Reply upload(String token, BodyPublisher body) {
        return sendBody("POST", PATH, token, body);
    }

    private HttpResponse<byte[]> download(String sha256) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + PATH + "/" + sha256))
                .header("Authorization", "Bearer " + FakeCore.ADMIN)
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000, 150_000})
    void payload_goesUpAndComesDown_asItIs(int length) throws Exception {
        byte[] bytes = bytes(length);
        Reply told = upload(FakeCore.ADMIN, BodyPublishers.ofByteArray(bytes));
        assertThat(told.status()).as(told.body()).isEqualTo(201);
        Payload payload = Payload.referred(told.body()).orElseThrow();
        assertThat(payload.bytes()).isEqualTo(length);
        assertThat(told.header("Location")).isEqualTo(PATH + "/" + payload.sha256());
        assertThat(upload(FakeCore.ADMIN, chunked(bytes)).body()).isEqualTo(told.body());

        HttpResponse<byte[]> down = download(payload.sha256());
        assertThat(down.statusCode()).isEqualTo(200);
        assertThat(down.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        assertThat(down.headers().firstValueAsLong("Content-Length")).hasValue(length);
        assertThat(down.body()).isEqualTo(bytes);
        Reply head = send("HEAD", PATH + "/" + payload.sha256(), FakeCore.ADMIN, null);
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(length));
        assertThat(payloads.open()).isZero();
    }

    @Test
    void largePayload_isRefusedNamingTheLimit_whetherItsLengthIsToldOrNot() {
        for (int length : new int[] {150_001, 280_000}) {
            Reply told = upload(FakeCore.ADMIN, BodyPublishers.ofByteArray(bytes(length)));
            assertProblem(told, 413, "too-large", null);
            assertThat(told.json().get("detail").asText()).contains("150000 bytes (payload.max.bytes)");
            assertThat(told.header("Retry-After")).isNull();
            assertProblem(upload(FakeCore.ADMIN, chunked(bytes(length))), 413, "too-large", null);
        }
        assertThat(directory).isEmptyDirectory();
        assertThat(payloads.open()).isZero();
    }

    @Test
    void lengthBeyondTheLimit_isRefusedBeforeAnythingIsRead() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST " + PATH, "Content-Length: 2000000000"));
            assertThat(wire.read().status()).isEqualTo(413);
        }
    }

    @Test
    void fullDisk_isTold_andLeavesNothing() {
        payloads.refuse(Refusal.of(Refusal.Reason.STORE_FULL, "no space"));
        Reply reply = upload(FakeCore.ADMIN, BodyPublishers.ofByteArray(bytes(100_000)));
        assertProblem(reply, 507, "store-full", null);
        assertThat(reply.header("Retry-After")).isNotNull();
        assertThat(payloads.open()).isZero();
        payloads.refuse(null);
        assertThat(upload(FakeCore.ADMIN, BodyPublishers.ofByteArray(bytes(100)))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void uploadThatBreaksOff_leavesNothing() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("POST " + PATH, "Content-Length: 1000") + "PPPP");
            Awaitility.await().atMost(LONG).until(() -> payloads.open() == 1);
        }
        Awaitility.await().atMost(LONG).until(() -> payloads.open() == 0);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void moreThanAFewAtATime_areRefusedForNow() throws IOException {
        String begun = Wire.head("POST " + PATH, "Content-Length: 5") + "PPPP";
        try (Wire one = new Wire(port);
                Wire two = new Wire(port)) {
            one.write(begun);
            two.write(begun);
            Awaitility.await().atMost(LONG).until(() -> payloads.open() == 2);
            Reply refused = upload(FakeCore.ADMIN, BodyPublishers.ofByteArray(bytes(5)));
            assertProblem(refused, 429, "busy", null);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            one.write("P");
            assertThat(one.read().status()).isEqualTo(201);
        }
        Awaitility.await().atMost(LONG).until(() -> payloads.open() == 0);
        assertThat(upload(FakeCore.ADMIN, BodyPublishers.ofByteArray(bytes(5))).status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 140_000})
    void changedFile_isNeverTakenForTheWhole(int length) throws IOException {
        Payload payload = payloads.put(bytes(length));
        byte[] changed = bytes(length);
        changed[0]++;
        Files.write(payloads.file(payload.sha256()), changed);
        assertThatThrownBy(() -> {
                    HttpResponse<byte[]> answer = download(payload.sha256());
                    assertThat(answer.statusCode()).isNotEqualTo(200);
                    throw new IOException("an error was told: " + answer.statusCode());
                })
                .isInstanceOf(IOException.class);
        assertThat(get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void unknownPayload_andWhatIsNoHash_areRefused() {
        assertProblem(get(PATH + "/" + "0".repeat(64)), 404, "not-found", null);
        assertProblem(get(PATH + "/" + "0".repeat(63)), 400, "invalid", "id");
        assertProblem(get(PATH + "/" + "A".repeat(64)), 400, "invalid", "id");
    }

    @Test
    void agent_bringsPayloads_andReadsTheInputsOfItsTasksOnly() {
        String secret = agent("worker");
        Payload input = payloads.put(bytes(100));
        Reply other = upload(secret, BodyPublishers.ofByteArray(bytes(200)));
        assertThat(other.status()).isEqualTo(201);
        String otherPath =
                PATH + "/" + Payload.referred(other.body()).orElseThrow().sha256();
        String path = PATH + "/" + input.sha256();
        assertProblem(send("GET", path, secret, null), 403, "forbidden", null);
        Reply task = post("/api/v1/tasks", "{\"description\":\"d\",\"input\":" + input.reference() + "}");
        assertThat(task.json().get("input").toString()).isEqualTo(input.reference());
        assertThat(send("POST", "/api/v1/agents/worker/claims", secret, null)
                        .json()
                        .get(0)
                        .get("input")
                        .toString())
                .isEqualTo(input.reference());
        assertThat(send("HEAD", path, secret, null).status()).isEqualTo(200);
        assertProblem(send("GET", otherPath, secret, null), 403, "forbidden", null);
        assertProblem(send("POST", PATH, "nobody", "x"), 401, "unauthenticated", null);
    }

    @Test
    void largeJsonBody_isRefusedNamingTheLimitAndTheWay() {
        Reply reply = post("/api/v1/tasks", "{\"description\":\"" + "x".repeat(5000) + "\"}");
        assertProblem(reply, 413, "too-large", null);
        assertThat(reply.json().get("detail").asText())
                .contains("max.array.bytes")
                .contains("POST /api/v1/payloads");
    }
}
