// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.PluginStatus;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of plugins, as they come and go. A swap gets those that it waits for; all others are somebody else's
 * doing. Called on threads of the framework: coming only hands on, going holds the removal up until the calls in flight
 * have ended. Thread-safe.
 */
public final class Arrivals {
    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    private final PluginRegistry registry;
    private final Drain drain;
    private final Map<Long, CompletableFuture<Arrival>> expected = new ConcurrentHashMap<>();
    private final Map<String, Long> lastBundle = new ConcurrentHashMap<>();
    private volatile Consumer<Arrival> others = arrival -> {};

    Arrivals(PluginRegistry registry, Drain drain) {
        this.registry = registry;
        this.drain = drain;
    }

    /** Who looks after services that no swap waits for; it must return at once. */
    void others(Consumer<Arrival> handler) {
        others = handler;
    }

    /** The next service of a bundle, for a swap. */
    CompletableFuture<Arrival> expect(long bundle) {
        CompletableFuture<Arrival> arrival = new CompletableFuture<>();
        expected.put(bundle, arrival);
        return arrival;
    }

    void expectNoMore(long bundle) {
        expected.remove(bundle);
    }

    /** A service was registered. */
    public void arrived(Arrival arrival) {
        CompletableFuture<Arrival> waiting = expected.remove(arrival.origin().bundle());
        if (waiting == null || !waiting.complete(arrival)) {
            others.accept(arrival);
        }
    }

    /** A service is being unregistered; returns when it may go. */
    public void departing(Arrival arrival) {
        arrival.leave();
        Generation generation = arrival.generation();
        if (generation == null) {
            return;
        }
        boolean wasInService = generation.state() == PluginStatus.State.SERVING
                || generation.state() == PluginStatus.State.QUARANTINED;
        boolean served = registry.withdraw(
                generation, generation.name() + " " + generation.version() + " went, and nobody has come yet", true);
        if (wasInService) {
            lastBundle.put(generation.name(), arrival.origin().bundle());
        }
        Drain.Outcome outcome = drain.await(generation, drain.heldUp(generation));
        if (served) {
            LOG.info("plugin {} goes: {} calls ended, {} did not", generation, outcome.ended(), outcome.left());
        }
        // Listed for as long as a call of it goes on.
        generation.close().thenRun(() -> registry.forget(generation));
    }

    /** Whether the bundle is the one whose plugin served last: it comes back in its place. */
    boolean servedLast(String plugin, long bundle) {
        return Long.valueOf(bundle).equals(lastBundle.get(plugin));
    }
}
