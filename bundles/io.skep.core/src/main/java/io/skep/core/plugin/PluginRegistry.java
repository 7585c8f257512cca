// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins that are there, and calls of their capabilities. A call reads one immutable snapshot; binding and unbinding
 * replace it. Plugins run on an executor of their own, so that one that blocks holds up no caller. Thread-safe.
 */
public final class PluginRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(PluginRegistry.class);
    private static final Duration MAX_INITIALISE = Duration.ofSeconds(30);

    private final ExecutorService executor;
    private final IdentityHashMap<OrchestrationPlugin, Generation> generations = new IdentityHashMap<>();
    private volatile Map<String, Offer> offers = Map.of();
    private long lastGeneration;

    /** One registration of a plugin. */
    private record Generation(PluginStatus status, OrchestrationPlugin plugin) {}

    /** A capability and who serves it. */
    private record Offer(Capability capability, Generation by) {}

    /** Runs plugins on {@code executor}, which its owner shuts down. */
    public PluginRegistry(ExecutorService executor) {
        this.executor = executor;
    }

    /** A plugin came: it is initialised in the background and then serves. */
    public void bind(OrchestrationPlugin plugin, String name, String version, Orchestrator orchestrator) {
        synchronized (generations) {
            PluginStatus status = new PluginStatus(
                    name,
                    version,
                    ++lastGeneration,
                    PluginStatus.State.INITIALISING,
                    "its service was registered",
                    0,
                    List.of(),
                    PluginStatus.Load.NONE);
            generations.put(plugin, new Generation(status, plugin));
        }
        guarded(() -> plugin.initialize(orchestrator))
                .orTimeout(MAX_INITIALISE.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(
                        ready -> guarded(() -> CompletableFuture.completedFuture(List.copyOf(plugin.capabilities()))))
                .whenComplete((capabilities, failure) -> initialised(plugin, capabilities, failure));
    }

    /** A plugin goes: it is not called any more. */
    public void unbind(OrchestrationPlugin plugin) {
        synchronized (generations) {
            Generation gone = generations.remove(plugin);
            if (gone != null) {
                LOG.info(
                        "plugin {} {} unbound",
                        gone.status().name(),
                        gone.status().version());
            }
            publish();
        }
    }

    /** Every plugin, by name and generation. */
    public List<PluginStatus> plugins() {
        synchronized (generations) {
            return generations.values().stream()
                    .map(Generation::status)
                    .sorted(Comparator.comparing(PluginStatus::name).thenComparing(PluginStatus::generation))
                    .toList();
        }
    }

    /** What can be called now, by id. */
    public List<Capability> capabilities() {
        return offers.values().stream()
                .map(Offer::capability)
                .sorted(Comparator.comparing(Capability::id))
                .toList();
    }

    /** How each plugin is, by its own word; within the timeout. */
    public CompletionStage<Health> health(String name, Duration timeout) {
        OrchestrationPlugin plugin;
        synchronized (generations) {
            plugin = generations.values().stream()
                    .filter(g -> g.status().name().equals(name))
                    .max(Comparator.comparingLong(g -> g.status().generation()))
                    .map(Generation::plugin)
                    .orElse(null);
        }
        if (plugin == null) {
            return CompletableFuture.completedFuture(new Health(false, "there is no plugin " + name));
        }
        return guarded(plugin::health)
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> new Health(false, describe(failure)));
    }

    /** Calls a capability; every ending is a response. */
    public CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        Offer offer = offers.get(request.capability());
        if (offer == null) {
            return ended(new IntegrationResponse.Gone("nobody offers the capability " + request.capability()));
        }
        Operation operation = offer.capability().operation(request.operation()).orElse(null);
        if (operation == null) {
            return ended(new IntegrationResponse.Declined(
                    "capability " + request.capability() + " has no operation " + request.operation()));
        }
        String plugin = offer.by().status().name();
        Duration timeout = operation.timeout();
        return guarded(() -> offer.by().plugin().process(request))
                .<IntegrationResponse>thenApply(response ->
                        response == null ? new IntegrationResponse.Failed(plugin, "it answered nothing") : response)
                .completeOnTimeout(
                        new IntegrationResponse.TimedOut(plugin, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> new IntegrationResponse.Failed(plugin, describe(failure)));
    }

    private static CompletionStage<IntegrationResponse> ended(IntegrationResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private void initialised(OrchestrationPlugin plugin, List<Capability> capabilities, Throwable failure) {
        synchronized (generations) {
            Generation before = generations.get(plugin);
            if (before == null) {
                return;
            }
            PluginStatus was = before.status();
            PluginStatus.State state = failure == null ? PluginStatus.State.SERVING : PluginStatus.State.FAILED;
            String cause = failure == null ? "initialised" : describe(failure);
            List<Capability> offered = failure == null ? capabilities : List.of();
            generations.put(
                    plugin,
                    new Generation(
                            new PluginStatus(
                                    was.name(),
                                    was.version(),
                                    was.generation(),
                                    state,
                                    cause,
                                    100,
                                    offered,
                                    PluginStatus.Load.NONE),
                            plugin));
            publish();
            LOG.info(
                    "plugin {} {} is {} ({}): {}",
                    was.name(),
                    was.version(),
                    state,
                    cause,
                    offered.stream().map(Capability::id).toList());
        }
    }

    /** The newest generation of a capability serves it. */
    private void publish() {
        Map<String, Offer> all = new LinkedHashMap<>();
        List<Generation> oldestFirst = new ArrayList<>(generations.values());
        oldestFirst.sort(Comparator.comparingLong(g -> g.status().generation()));
        for (Generation generation : oldestFirst) {
            generation.status().capabilities().forEach(c -> all.put(c.id(), new Offer(c, generation)));
        }
        offers = Map.copyOf(all);
    }

    /** Something that a plugin does. */
    private interface Deed<T> {
        CompletionStage<T> run();
    }

    // The one place where code of a plugin is entered: whatever it throws, linkage errors and a stack overflow
    // included,
    // is an ending of the call and must not reach the caller's thread.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private <T> CompletableFuture<T> guarded(Deed<T> deed) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    deed.run().whenComplete((value, failure) -> {
                        if (failure == null) {
                            result.complete(value);
                        } else {
                            result.completeExceptionally(failure);
                        }
                    });
                } catch (Exception | LinkageError | StackOverflowError failure) {
                    result.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            result.completeExceptionally(full);
        }
        return result;
    }

    private static String describe(Throwable failure) {
        Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
