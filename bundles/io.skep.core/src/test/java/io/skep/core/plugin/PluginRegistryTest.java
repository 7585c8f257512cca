// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginRegistryTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final PluginRegistry registry = new PluginRegistry(executor);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Input and output of the operation. */
    record Text(String text) {}

    @AfterEach
    void stop() throws InterruptedException {
        released.countDown();
        executor.shutdownNow();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    static Capability capability(String id) {
        return new Capability(
                id,
                List.of(new Operation(
                        "say",
                        "says it",
                        Text.class,
                        Text.class,
                        true,
                        true,
                        TIMEOUT,
                        GapPolicy.REJECT,
                        null,
                        List.of("{\"text\":\"x\"}"))));
    }

    private RecordingPlugin bound(String name) {
        RecordingPlugin plugin = new RecordingPlugin(name, capability("echo"));
        registry.bind(plugin, name, "1.0.0", null);
        serving(name, "serving");
        return plugin;
    }

    private PluginStatus serving(String name, String state) {
        await().atMost(LONG)
                .until(() -> registry.plugins().stream()
                        .anyMatch(s -> s.name().equals(name) && s.state().equals(state)));
        return registry.plugins().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private IntegrationResponse call(String capability, String operation) {
        return registry.call(new IntegrationRequest(capability, operation, null, "{\"text\":\"x\"}"))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void plugin_isInitialisedAndAnswers() {
        RecordingPlugin plugin = bound("p");

        assertThat(call("echo", null)).isEqualTo(new Answered("\"p\""));
        assertThat(call("echo", "say")).isEqualTo(new Answered("\"p\""));
        assertThat(plugin.calls()).containsExactly("initialize", "process", "process");
        assertThat(registry.capabilities()).extracting(Capability::id).containsExactly("echo");
        PluginStatus status = serving("p", "serving");
        assertThat(status.generation()).isEqualTo(1);
        assertThat(status.cause()).isEqualTo("initialised");
    }

    @Test
    void everyEnding_isAResponse() {
        RecordingPlugin plugin = bound("p");

        plugin.processing(r -> CompletableFuture.completedFuture(new Declined("no")));
        assertThat(call("echo", null)).isEqualTo(new Declined("no"));
        plugin.processing(r -> {
            throw new IllegalStateException("broken");
        });
        assertThat(call("echo", null)).isEqualTo(new Failed("p", "IllegalStateException: broken"));
        plugin.processing(r -> {
            throw new NoClassDefFoundError("Missing");
        });
        assertThat(call("echo", null)).isEqualTo(new Failed("p", "NoClassDefFoundError: Missing"));
        plugin.processing(PluginRegistryTest::endless);
        assertThat(call("echo", null)).isEqualTo(new Failed("p", "StackOverflowError"));
        plugin.processing(r -> CompletableFuture.failedFuture(new IllegalStateException("later")));
        assertThat(call("echo", null)).isEqualTo(new Failed("p", "IllegalStateException: later"));
        plugin.processing(r -> CompletableFuture.completedFuture(null));
        assertThat(call("echo", null)).isEqualTo(new Failed("p", "it answered nothing"));
        plugin.processing(r -> null);
        assertThat(call("echo", null)).isInstanceOf(Failed.class);
        plugin.processing(r -> new CompletableFuture<>());
        assertThat(call("echo", null)).isEqualTo(new TimedOut("p", TIMEOUT));
        assertThat(call("echo", "sing")).isInstanceOf(Declined.class);
        assertThat(call("fly", null)).isInstanceOf(Gone.class);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static CompletableFuture<IntegrationResponse> endless(IntegrationRequest request) {
        return endless(request).thenApply(r -> r);
    }

    @Test
    void pluginThatBlocks_isTimedOut() {
        RecordingPlugin plugin = bound("p");
        plugin.processing(r -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        });

        assertThat(call("echo", null)).isEqualTo(new TimedOut("p", TIMEOUT));
    }

    @Test
    void unboundPlugin_isGone() {
        RecordingPlugin plugin = bound("p");

        registry.unbind(plugin);
        registry.unbind(plugin);

        assertThat(call("echo", null)).isInstanceOf(Gone.class);
        assertThat(registry.plugins()).isEmpty();
        assertThat(registry.capabilities()).isEmpty();
    }

    @Test
    void newestOfTwo_serves_andTheOlderAgainWhenItLeaves() {
        bound("old");
        RecordingPlugin newer = bound("new");
        assertThat(call("echo", null)).isEqualTo(new Answered("\"new\""));
        assertThat(registry.capabilities()).hasSize(1);

        registry.unbind(newer);

        assertThat(call("echo", null)).isEqualTo(new Answered("\"old\""));
    }

    @Test
    void pluginsThatEqualEachOther_areTwo() {
        RecordingPlugin first = new RecordingPlugin("same", capability("echo"));
        RecordingPlugin second = new RecordingPlugin("same", capability("shout"));
        assertThat(first).isEqualTo(second);
        registry.bind(first, "same", "1.0.0", null);
        registry.bind(second, "same", "2.0.0", null);

        await().atMost(LONG).until(() -> registry.capabilities().size() == 2);
        registry.unbind(second);

        assertThat(registry.plugins()).extracting(PluginStatus::version).containsExactly("1.0.0");
    }

    @Test
    void pluginThatCannotInitialise_isFailedWithItsReason() {
        RecordingPlugin throwing = new RecordingPlugin("throwing", capability("echo"));
        throwing.initializing(() -> {
            throw new IllegalStateException("no database");
        });
        registry.bind(throwing, "throwing", "1", null);
        assertThat(serving("throwing", "failed").cause()).isEqualTo("IllegalStateException: no database");

        RecordingPlugin later = new RecordingPlugin("later", capability("echo"));
        later.initializing(() -> CompletableFuture.failedFuture(new IllegalStateException("later")));
        registry.bind(later, "later", "1", null);
        assertThat(serving("later", "failed").cause()).isEqualTo("IllegalStateException: later");

        registry.bind(new RecordingPlugin("nothing", (Capability[]) null), "nothing", "1", null);
        assertThat(serving("nothing", "failed").cause()).contains("NullPointerException");
        registry.bind(new RecordingPlugin("null", capability("echo"), null), "null", "1", null);
        assertThat(serving("null", "failed").capabilities()).isEmpty();
        assertThat(call("echo", null)).isInstanceOf(Gone.class);
    }

    @Test
    void pluginUnboundWhileItInitialises_neverServes() {
        RecordingPlugin plugin = new RecordingPlugin("p", capability("echo"));
        CompletableFuture<Void> ready = new CompletableFuture<>();
        plugin.initializing(() -> ready);
        registry.bind(plugin, "p", "1", null);
        assertThat(registry.plugins().get(0).state()).isEqualTo("initialising");
        assertThat(call("echo", null)).isInstanceOf(Gone.class);
        registry.unbind(plugin);

        ready.complete(null);
        bound("other");

        assertThat(registry.plugins()).extracting(PluginStatus::name).containsExactly("other");
    }

    @Test
    void health_isThePluginsOwnWordOrNone() {
        RecordingPlugin plugin = bound("p");
        assertThat(health("p")).isEqualTo(Health.OK);
        plugin.health(() -> {
            throw new IllegalStateException("ill");
        });
        assertThat(health("p")).isEqualTo(new Health(false, "IllegalStateException: ill"));
        plugin.health(CompletableFuture::new);
        assertThat(health("p").healthy()).isFalse();
        assertThat(health("nobody").healthy()).isFalse();
    }

    private Health health(String name) {
        return registry.health(name, Duration.ofMillis(300))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void stoppedExecutor_isAFailure() {
        bound("p");
        executor.shutdown();

        assertThat(call("echo", null)).isInstanceOf(Failed.class);
    }
}
