// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OperationBuilder;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.testkit.plugin.RecordingPlugin;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A registry with real threads, and plugins that do as told. */
final class PluginBench implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);
    static final ClassLoader LOADER = new ClassLoader(null) {};
    /** Of calls that a test wants to see end with it; the others have as long as a call may have. */
    static final Duration TIMEOUT = Duration.ofMillis(400);

    /** How long calls wait for a provider, where a test does not wait for the end of that. */
    static final Duration PARK = Duration.ofMinutes(1);

    static final PluginSettings SETTINGS = settings(PARK);

    final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, 32, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> new PluginThread(work, "test-plugin"));
    final PluginRegistry registry;

    PluginBench() {
        this(SETTINGS);
    }

    PluginBench(PluginSettings settings) {
        registry = new PluginRegistry(threads, settings);
    }

    /** Settings with 2 threads, 2 calls that wait for one, and 3 that wait for a provider, for that long. */
    static PluginSettings settings(Duration park) {
        return settings(park, 2);
    }

    /** The same with so many calls that wait for a thread. */
    static PluginSettings settings(Duration park, int queue) {
        PluginSettings d = PluginSettings.DEFAULT;
        return new PluginSettings(
                2, 1, queue, 3, park, d.drain(), d.unbindDrain(), d.phase(), 5, 50, 80, d.probe(), d.warmupCalls());
    }

    static Operation operation(String name, UnaryOperator<OperationBuilder> with) {
        return with.apply(Operation.named(name)
                        .summary("Says it")
                        .input(RecordingPlugin.Input.class)
                        .output(RecordingPlugin.Output.class)
                        .timeout(Operation.MAX_TIMEOUT)
                        .examples("{}"))
                .build();
    }

    static Capability capability(String id, UnaryOperator<OperationBuilder> with) {
        return new Capability(id, List.of(operation("say", with)));
    }

    static Capability capability(String id) {
        return capability(id, OperationBuilder::idempotent);
    }

    /** One whose calls end after {@link #TIMEOUT}. */
    static Capability impatient(String id) {
        return capability(id, operation -> operation.idempotent().timeout(TIMEOUT));
    }

    static Capability absent(String id, GapPolicy policy) {
        return capability(id, operation -> operation.whenAbsent(policy));
    }

    static Generation.Origin origin(String name, String version) {
        return new Generation.Origin(name, "bundle." + name, version, 7, LOADER);
    }

    /** A generation that is ready. */
    Generation ready(String name, String version, OrchestrationPlugin plugin, Capability... capabilities) {
        Generation generation = registry.arrive(origin(name, version), plugin);
        PluginWork.offer(generation, List.of(capabilities));
        return generation;
    }

    /** A generation that serves. */
    Generation serving(String version, OrchestrationPlugin plugin, Capability... capabilities) {
        Generation generation = ready("p", version, plugin, capabilities);
        registry.promote(generation, "initialised");
        return generation;
    }

    /** One that answers with its version. */
    Generation serving(String version, Capability... capabilities) {
        return serving(version, new RecordingPlugin(version), capabilities);
    }

    static IntegrationRequest request(String capability) {
        return new IntegrationRequest(capability, null, null, "{}");
    }

    CompletableFuture<IntegrationResponse> begin(String capability) {
        return begin(request(capability));
    }

    CompletableFuture<IntegrationResponse> begin(IntegrationRequest request) {
        return registry.calls().call(request).toCompletableFuture();
    }

    IntegrationResponse call(String capability) {
        return get(begin(capability));
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LONG.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Which version answered. */
    static String by(IntegrationResponse response) {
        return response instanceof IntegrationResponse.Answered answered && answered.by() != null
                ? answered.by().version()
                : response.toString();
    }

    @Override
    public void close() {
        registry.calls().close();
        threads.shutdownNow();
    }
}
