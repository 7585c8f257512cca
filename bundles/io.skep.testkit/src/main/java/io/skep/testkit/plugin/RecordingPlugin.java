// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does as told, and remembers its calls. Equals every other of its name, as a careless plugin may. Until told otherwise
 * it is ready at once, healthy, and answers every request with its name as a JSON string. Thread-safe.
 */
public final class RecordingPlugin implements OrchestrationPlugin {
    /** What it takes: anything. */
    public record Input() {}

    /** What it answers. */
    public record Output() {}

    private final String name;
    private final List<Capability> capabilities;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Function<Orchestrator, CompletionStage<Void>> initializing =
            orchestrator -> CompletableFuture.completedFuture(null);
    private volatile Function<IntegrationRequest, CompletionStage<IntegrationResponse>> processing;
    private volatile Supplier<CompletionStage<Health>> health = () -> CompletableFuture.completedFuture(Health.OK);

    /** A plugin of that name that offers these. */
    public RecordingPlugin(String name, Capability... capabilities) {
        this.name = Objects.requireNonNull(name);
        this.capabilities = List.of(capabilities);
        this.processing = r -> CompletableFuture.completedFuture(new IntegrationResponse.Answered("\"" + name + "\""));
    }

    /**
     * A capability with these operations, which may be done twice and have as long as any may take; the first is the
     * default.
     */
    public static Capability capability(String id, String... operations) {
        return new Capability(
                id,
                List.of(operations).stream()
                        .map(operation -> Operation.named(operation)
                                .summary("Does as told")
                                .input(Input.class)
                                .output(Output.class)
                                .idempotent()
                                .timeout(Operation.MAX_TIMEOUT)
                                .examples("{}")
                                .build())
                        .toList());
    }

    /** {@code initialize} and {@code process}, once for each call so far; for tests that make few. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** How it gets ready. */
    public RecordingPlugin initializing(Function<Orchestrator, CompletionStage<Void>> with) {
        initializing = with;
        return this;
    }

    /** How it answers. */
    public RecordingPlugin processing(Function<IntegrationRequest, CompletionStage<IntegrationResponse>> with) {
        processing = with;
        return this;
    }

    /** How it says how it is. */
    public RecordingPlugin health(Supplier<CompletionStage<Health>> with) {
        health = with;
        return this;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        calls.add("initialize");
        return initializing.apply(orchestrator);
    }

    @Override
    public List<Capability> capabilities() {
        return capabilities;
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
