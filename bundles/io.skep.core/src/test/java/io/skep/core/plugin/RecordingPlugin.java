// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/** Does as told, and remembers its calls. Equals every other of its name, as a careless plugin may. */
final class RecordingPlugin implements OrchestrationPlugin {
    private final String name;
    private final Capability[] capabilities;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Supplier<CompletionStage<Void>> initializing = () -> CompletableFuture.completedFuture(null);
    private volatile Function<IntegrationRequest, CompletionStage<IntegrationResponse>> processing;
    private volatile Supplier<CompletionStage<Health>> health = () -> CompletableFuture.completedFuture(Health.OK);

    RecordingPlugin(String name, Capability... capabilities) {
        this.name = name;
        this.capabilities = capabilities;
        this.processing = r -> CompletableFuture.completedFuture(new IntegrationResponse.Answered("\"" + name + "\""));
    }

    List<String> calls() {
        return calls;
    }

    void initializing(Supplier<CompletionStage<Void>> with) {
        initializing = with;
    }

    void processing(Function<IntegrationRequest, CompletionStage<IntegrationResponse>> with) {
        processing = with;
    }

    void health(Supplier<CompletionStage<Health>> with) {
        health = with;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        calls.add("initialize");
        return initializing.get();
    }

    @Override
    public List<Capability> capabilities() {
        return capabilities == null ? null : Arrays.asList(capabilities);
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        calls.add("process");
        return processing.apply(request);
    }

    @Override
    public CompletionStage<Health> health() {
        return health.get();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordingPlugin plugin && plugin.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
