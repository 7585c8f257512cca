// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.store.sqlite.StoreComponent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchPluginTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private LogStore store;
    private Skep skep;
    private BenchPlugin plugin;

    @BeforeEach
    void start() throws ReflectiveOperationException, IOException {
        store = FreshStore.open(StoreComponent.class, directory.resolve("store"));
        skep = new Skep(store, (Projection) store, CoreSettings.DEFAULT);
        plugin = new BenchPlugin(new FakeServer(store), store);
        plugin.initialize(skep).toCompletableFuture().join();
    }

    @AfterEach
    void stop() throws Exception {
        plugin.close();
        skep.close();
        ((AutoCloseable) store).close();
    }

    @Test
    void cycles_areCountedAndLeaveNothingBehind() throws Exception {
        Outcome outcome = run("{\"kind\":\"CYCLES\",\"inFlight\":8,\"warmupMillis\":50,\"millis\":2000}");

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.figure("cycles.per.s")).isPositive();
        assertThat(outcome.figure("records.per.cycle")).isEqualTo(3);
        assertThat(skep.agents().list()).isEmpty();
    }

    @Test
    void startLatency_isMeasuredForEveryTask() throws Exception {
        Outcome outcome = run("{\"kind\":\"LATENCY\",\"inFlight\":1,\"warmupMillis\":100,\"millis\":500}");

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.figure("tasks")).isEqualTo(0.5 * StartLatency.RATE);
        assertThat(outcome.figure("p50.ms")).isPositive().isLessThanOrEqualTo(outcome.figure("p99.ms"));
    }

    @Test
    void limits_areMeasuredWithRecordsOfTheLog() throws Exception {
        run("{\"kind\":\"CYCLES\",\"inFlight\":8,\"warmupMillis\":0,\"millis\":1000}");
        Outcome bare = run("{\"kind\":\"STORE\",\"inFlight\":8,\"warmupMillis\":0,\"millis\":1000}");
        Outcome journal = run("{\"kind\":\"JOURNAL\",\"inFlight\":8,\"warmupMillis\":0,\"millis\":1000}");

        assertThat(bare.failure()).isNull();
        assertThat(bare.figure("records.per.s")).isPositive();
        assertThat(bare.figure("bytes.per.record")).isBetween(100.0, 1000.0);
        assertThat(journal.figure("records.per.s")).isPositive();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(directory.resolve("store"));
        }
    }

    @Test
    void limit_withoutRecords_failsInWords() throws Exception {
        Outcome outcome = run("{\"kind\":\"STORE\",\"inFlight\":8,\"warmupMillis\":0,\"millis\":1000}");

        assertThat(outcome.failure()).contains("the log is empty");
    }

    @Test
    void job_whileAnotherRuns_isDeclined() throws Exception {
        String job = "{\"kind\":\"CYCLES\",\"inFlight\":1,\"warmupMillis\":0,\"millis\":3000}";
        assertThat(call("run", job)).isInstanceOf(IntegrationResponse.Answered.class);

        assertThat(call("run", job)).isEqualTo(new IntegrationResponse.Declined("a job runs"));
        awaitOutcome();
    }

    @Test
    void job_thatMakesNoSense_isDeclined() throws Exception {
        assertThat(call("run", "{\"kind\":\"CYCLES\",\"inFlight\":0,\"millis\":1}"))
                .isInstanceOf(IntegrationResponse.Declined.class);
    }

    @Test
    void calls_areMadeUntilTheyEnd() throws Exception {
        calls(
                "begin",
                "{\"perSecond\":1000,\"phase\":\"first\",\"asks\":[{\"plugin\":\"nobody\",\"capability\":\"none\",\"operation\":\"o\",\"data\":\"{}\"}]}");
        calls("phase", "{\"phase\":\"second\"}");
        CallLoad.State state = null;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while ((state == null || state.phases().get("second").fallback() < 10) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            state = JSON.readValue(calls("state", "{}"), CallLoad.State.class);
        }
        calls("end", "{}");

        assertThat(state.phases()).containsOnlyKeys("first", "second");
        assertThat(state.phases().get("second").fallback()).isGreaterThanOrEqualTo(10);
        assertThat(state.phases().get("second").problems()).anyMatch(problem -> problem.contains("none"));
    }

    @Test
    void payload_isOfItsSize() {
        assertThat(Payload.INPUT.getBytes(StandardCharsets.UTF_8)).hasSize(Payload.BYTES);
        assertThat(Payload.INPUT).startsWith("{\"payload\":\"").endsWith("\"}");
    }

    private Outcome run(String job) throws Exception {
        assertThat(call("run", job)).isInstanceOf(IntegrationResponse.Answered.class);
        return awaitOutcome();
    }

    private Outcome awaitOutcome() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        Outcome outcome = Outcome.RUNNING;
        while (!outcome.ended() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            IntegrationResponse.Answered answer = (IntegrationResponse.Answered) call("outcome", "{}");
            outcome = JSON.readValue(answer.data(), Outcome.class);
        }
        assertThat(outcome.ended()).isTrue();
        return outcome;
    }

    private IntegrationResponse call(String operation, String data) throws InterruptedException, ExecutionException {
        return plugin.process(new IntegrationRequest(BenchPlugin.CAPABILITY, operation, null, data))
                .toCompletableFuture()
                .get();
    }

    private String calls(String operation, String data) throws InterruptedException, ExecutionException {
        IntegrationResponse response = plugin.process(new IntegrationRequest(BenchPlugin.CALLS, operation, null, data))
                .toCompletableFuture()
                .get();
        assertThat(response).isInstanceOf(IntegrationResponse.Answered.class);
        return ((IntegrationResponse.Answered) response).data();
    }
}
