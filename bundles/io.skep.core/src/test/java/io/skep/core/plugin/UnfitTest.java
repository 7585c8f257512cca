// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.LONG;
import static io.skep.core.plugin.PluginBench.TIMEOUT;
import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.impatient;
import static io.skep.core.plugin.PluginBench.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.core.plugin.Generation.Endpoint;
import io.skep.testkit.plugin.RecordingPlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a generation is named as one that fails, or is late, too often, and when it is not its fault. */
class UnfitTest {
    private final PluginBench bench = new PluginBench(PluginBench.settings(PluginBench.PARK, 100));
    private final RecordingPlugin plugin = new RecordingPlugin("p");
    private final AtomicReference<String> cause = new AtomicReference<>("");
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void listen() {
        bench.registry.calls().listener((generation, why) -> cause.set(why));
    }

    @AfterEach
    void stop() {
        released.countDown();
        bench.close();
    }

    private void block() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void generationThatFailsTooOften_isNamed() {
        bench.serving("1", plugin, capability("echo"));
        plugin.processing(r -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        for (int i = 0; i < 4; i++) {
            bench.call("echo");
        }
        assertThat(cause).hasValue("");

        bench.call("echo");

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(cause)
                        .hasValue("too many calls failed, the last one: IllegalStateException: broken"));
    }

    @Test
    void generationThatIsSlowTooOften_isNamed() {
        Generation generation = bench.serving("1", plugin, impatient("echo"));
        long took = TIMEOUT.toNanos() / 10 * 9;

        await().atMost(LONG).until(() -> {
            ended(generation, new Answered("1"), took, took);
            return !cause.get().isEmpty();
        });

        assertThat(cause).hasValue("too many calls took more than four fifths of their timeout of 400 ms");
        assertThat(generation.errors()).isZero();
    }

    private void ended(Generation generation, IntegrationResponse response, long tookNanos, long insideNanos) {
        Endpoint endpoint = Objects.requireNonNull(generation.endpoint("echo", null));
        bench.registry.calls().ended(generation, endpoint, response, tookNanos, insideNanos);
    }

    @Test
    void callsThatAreLateSinceTheyWaited_areErrors_andNotTheGenerationsFault() {
        Generation generation = bench.serving("1", plugin, impatient("echo"));
        for (int i = 0; i < 100; i++) {
            ended(generation, new TimedOut("p", TIMEOUT), TIMEOUT.toNanos(), TIMEOUT.toNanos() / 2);
        }
        assertThat(generation.errors()).isEqualTo(100);
        assertThat(cause).hasValue("");

        plugin.processing(r -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        for (int i = 0; i < 5; i++) {
            bench.call("echo");
        }

        await().atMost(LONG).untilAsserted(() -> assertThat(cause).as("5 of 5").doesNotHaveValue(""));
    }

    @Test
    void generationThatHangsInAllOfItsThreads_isNamed() {
        bench.serving("1", plugin, impatient("echo"));
        plugin.processing(r -> {
            block();
            return CompletableFuture.completedFuture(new Answered("1"));
        });

        await().atMost(LONG).until(() -> {
            bench.call("echo");
            return !cause.get().isEmpty();
        });

        assertThat(cause).hasValue("too many calls failed, the last one: no answer within 400 ms");
    }

    /** One that no thread has begun with. */
    private PendingCall call(Generation generation) {
        Endpoint endpoint = new Endpoint(
                Objects.requireNonNull(generation.endpoint("echo", null)).operation(),
                Duration.ofHours(1).toNanos(),
                0);
        return new PendingCall(
                bench.registry.calls(),
                generation,
                endpoint,
                request("echo"),
                generation.inFlight().enter(),
                null);
    }

    private List<PendingCall> calls(Generation generation) {
        List<PendingCall> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(call(generation));
        }
        return calls;
    }

    @Test
    void callsThatWaitForNothing_areTheGenerationsFault() {
        Generation generation = bench.serving("1", plugin, capability("echo"));
        call(generation).timedOut();

        calls(generation).forEach(PendingCall::timedOut);

        assertThat(cause.get()).startsWith("too many calls failed, the last one: no answer within");
    }

    @Test
    void callsThatWaitWhileOthersGetTheirTurn_areNot() {
        Generation generation = bench.serving("1", plugin, capability("echo"));
        call(generation).timedOut();
        List<PendingCall> calls = calls(generation);
        CountDownLatch turn = new CountDownLatch(1);
        generation.lane().execute(this::block);
        generation.lane().execute(this::block);
        generation.lane().execute(turn::countDown);
        released.countDown();
        await().atMost(LONG).until(() -> turn.getCount() == 0);

        calls.forEach(PendingCall::timedOut);

        assertThat(cause).hasValue("");
        assertThat(generation.errors()).isEqualTo(calls.size() + 1);
    }
}
