// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.LONG;
import static io.skep.core.plugin.PluginBench.by;
import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static io.skep.core.plugin.PluginBench.impatient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.testkit.plugin.RecordingPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A generation that is tried beside the one that serves. */
class CanaryCallsTest {
    private final PluginBench bench = new PluginBench();
    private final CountDownLatch released = new CountDownLatch(1);
    private final RecordingPlugin plugin = new RecordingPlugin("p");

    @AfterEach
    void stop() {
        released.countDown();
        bench.close();
    }

    private Void block() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    @Test
    void failedCallOfACanary_isMadeAgainByTheOldOne() {
        bench.serving("1", plugin, capability("echo"));
        RecordingPlugin worse = new RecordingPlugin("worse");
        worse.processing(r -> CompletableFuture.failedFuture(new IllegalStateException("worse")));
        Generation canary = bench.ready("p", "2", worse, impatient("echo"));
        bench.registry.tryOut(canary, 100);

        for (int i = 0; i < 20; i++) {
            assertThat(by(bench.call("echo"))).isEqualTo("1");
        }

        await().atMost(LONG).until(() -> canary.errors() == 20);
        worse.processing(r -> new CompletableFuture<>());
        assertThat(by(bench.call("echo"))).isEqualTo("1");
        assertThat(bench.registry.calls().fallbacks()).isZero();
    }

    @Test
    void failedCallOfACanary_isNotRepeated_ifThatCouldDoHarm() {
        bench.serving("1", plugin, capability("pay", operation -> operation));
        RecordingPlugin worse = new RecordingPlugin("worse");
        worse.processing(r -> CompletableFuture.failedFuture(new IllegalStateException("worse")));
        bench.registry.tryOut(bench.ready("p", "2", worse, capability("pay", operation -> operation)), 100);

        assertThat(bench.call("pay")).isInstanceOf(Failed.class);
        assertThat(plugin.calls()).isEmpty();
    }

    @Test
    void canaryThatSendsOn_isCountedNeitherAsAnErrorNorAsAFallback() {
        bench.serving("1", plugin, capability("echo"));
        RecordingPlugin modest = new RecordingPlugin("modest");
        modest.processing(r -> CompletableFuture.completedFuture(new IntegrationResponse.Gone("on trial", null)));
        Generation canary = bench.ready("p", "2", modest, capability("echo"));
        bench.registry.tryOut(canary, 100);

        for (int i = 0; i < 20; i++) {
            assertThat(by(bench.call("echo"))).isEqualTo("1");
        }

        await().atMost(LONG).until(() -> bench.registry.calls().fallbacks() == 0);
        assertThat(canary.errors()).isZero();
    }

    @Test
    void busyCanary_costsNoFallback() {
        bench.serving("1", plugin, capability("echo"));
        RecordingPlugin slow = new RecordingPlugin("slow");
        slow.processing(r -> {
            block();
            return CompletableFuture.completedFuture(new Answered("1"));
        });
        bench.registry.tryOut(bench.ready("p", "2", slow, capability("echo")), 100);
        List<CompletableFuture<IntegrationResponse>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            calls.add(bench.begin("echo"));
        }
        released.countDown();

        calls.forEach(call -> assertThat(get(call)).isNotInstanceOf(TimedOut.class));
    }

    @Test
    void canary_isNotAsked_forWhatItDoesNotHave() {
        bench.serving("1", plugin, capability("echo"), capability("more"));
        bench.registry.tryOut(bench.ready("p", "2", new RecordingPlugin("2"), capability("echo")), 100);

        assertThat(by(bench.call("more"))).isEqualTo("1");
        assertThat(by(bench.call("echo"))).isEqualTo("2");
    }
}
