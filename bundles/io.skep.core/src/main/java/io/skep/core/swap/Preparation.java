// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.plugin.PluginWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Gets a generation ready to serve, on threads that may be given up; blocks, for a bounded time. Thread-safe. */
final class Preparation {
    private static final Duration MAX_WARM_UP = Duration.ofSeconds(2);

    private final PluginRegistry registry;
    private final Function<Generation, Orchestrator> orchestrators;

    /** {@code orchestrators}: what each generation is given. */
    Preparation(PluginRegistry registry, Function<Generation, Orchestrator> orchestrators) {
        this.registry = registry;
        this.orchestrators = orchestrators;
    }

    /** Takes an arrival on: fetches the service, which activates the component. */
    Generation open(Arrival arrival) throws SwapFailedException {
        OrchestrationPlugin plugin =
                Patience.give("activation", phase(), () -> arrival.service().get());
        if (plugin == null) {
            throw new SwapFailedException("its component could not be activated; the log says why");
        }
        Generation generation = registry.arrive(arrival.origin(), plugin);
        arrival.become(generation);
        if (arrival.isGone()) {
            // Whoever let it go may have seen no generation to take out.
            registry.forget(generation);
            throw new SwapFailedException("its service went while it was activated");
        }
        return generation;
    }

    void initialise(Generation generation) throws SwapFailedException {
        Orchestrator orchestrator = orchestrators.apply(generation);
        Patience.await("initialise", phase(), PluginWork.on(generation, plugin -> plugin.initialize(orchestrator)));
        List<Capability> offered =
                Patience.await("capabilities", phase(), PluginWork.ask(generation, OrchestrationPlugin::capabilities));
        String conflict = PluginWork.offer(generation, offered);
        if (conflict != null) {
            throw new SwapFailedException(conflict);
        }
        Optional<String> other = registry.conflict(generation.name(), generation.capabilities());
        if (other.isPresent()) {
            throw new SwapFailedException(other.get());
        }
    }

    void checkHealth(Generation generation) throws SwapFailedException {
        requireHealthy(generation, phase());
        if (!registry.become(generation, PluginStatus.State.CANDIDATE, "ready")) {
            throw new SwapFailedException(generation.cause());
        }
    }

    /** Asks a generation how it is. */
    static void requireHealthy(Generation generation, Duration atMost) throws SwapFailedException {
        Health health = Patience.await("health", atMost, PluginWork.on(generation, OrchestrationPlugin::health));
        if (health == null || !health.healthy()) {
            throw new SwapFailedException(
                    "it is not healthy: " + (health == null ? "it answered nothing" : health.detail()));
        }
    }

    /**
     * Calls what changes nothing, with its own examples, so that its first real calls are not slow. How they end is not
     * judged here: that is what the canary is for.
     */
    void warmUp(Generation generation) throws SwapFailedException {
        List<IntegrationRequest> requests = examples(generation);
        long until = System.nanoTime() + MAX_WARM_UP.toNanos();
        int left = requests.isEmpty() ? 0 : registry.settings().warmupCalls();
        for (int i = 0; i < left && System.nanoTime() < until; i++) {
            IntegrationRequest request = requests.get(i % requests.size());
            Patience.await(
                    "warm-up",
                    Operation.MAX_TIMEOUT,
                    PluginWork.process(generation, request).exceptionally(failure -> null));
        }
    }

    /** A request for each example of what changes nothing. */
    static List<IntegrationRequest> examples(Generation generation) {
        List<IntegrationRequest> requests = new ArrayList<>();
        for (Capability capability : generation.capabilities()) {
            for (Operation operation : capability.operations()) {
                if (operation.sideEffectFree()) {
                    operation
                            .examples()
                            .forEach(example -> requests.add(
                                    new IntegrationRequest(capability.id(), operation.name(), null, example)));
                }
            }
        }
        return requests;
    }

    private Duration phase() {
        return registry.settings().phase();
    }
}
