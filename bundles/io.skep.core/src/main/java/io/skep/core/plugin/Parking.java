// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a provider, in the order in which they came; so many of each plugin, and for so long. Thread-safe;
 * nobody is called under the lock.
 */
final class Parking {
    private static final String STOPS = "the server stops";

    private final PluginCalls calls;
    private final ScheduledExecutorService timers;
    private final int max;
    private final long mostNanos;
    private final Map<String, Set<Parked>> byPlugin = new HashMap<>();
    private final Map<String, Long> parkedSoFar = new HashMap<>();

    private static final class Parked extends CompletableFuture<IntegrationResponse> {
        private final IntegrationRequest request;
        private final long untilNanos;

        Parked(IntegrationRequest request, long untilNanos) {
            this.request = request;
            this.untilNanos = untilNanos;
        }
    }

    /** {@code max} calls of a plugin, for {@code most}. */
    Parking(PluginCalls calls, ScheduledExecutorService timers, int max, Duration most) {
        this.calls = calls;
        this.timers = timers;
        this.max = max;
        this.mostNanos = most.toNanos();
    }

    /** Waits until somebody serves the call, or answers that nobody does. */
    CompletionStage<IntegrationResponse> park(String plugin, IntegrationRequest request, Gap gap) {
        long now = System.nanoTime();
        long left = mostNanos - (now - gap.beganNanos());
        if (left <= 0) {
            return calls.gone(gap.reason(), gap.retryAfter());
        }
        Parked parked = new Parked(request, now + left);
        synchronized (byPlugin) {
            Set<Parked> waiting = byPlugin.computeIfAbsent(plugin, p -> new LinkedHashSet<>());
            if (waiting.size() >= max) {
                return calls.gone(gap.reason() + ", and " + max + " calls wait already", gap.retryAfter());
            }
            waiting.add(parked);
            parkedSoFar.merge(plugin, 1L, Long::sum);
        }
        try {
            ScheduledFuture<?> timer = timers.schedule(() -> giveUp(plugin, parked, gap), left, TimeUnit.NANOSECONDS);
            parked.whenComplete((answer, failure) -> timer.cancel(false));
        } catch (RejectedExecutionException closed) {
            return leave(plugin, parked) ? calls.gone(STOPS, null) : parked;
        }
        // Somebody may have come between the look at the snapshot and the waiting.
        if (!waits(calls.routes().find(request.capability())) && leave(plugin, parked)) {
            goOn(parked);
        }
        return parked;
    }

    /** How many calls of a plugin have had to wait since the start. */
    long parkedSoFar(String plugin) {
        synchronized (byPlugin) {
            return parkedSoFar.getOrDefault(plugin, 0L);
        }
    }

    /** Goes on with those that are served now, or wait in vain. */
    void look() {
        List<Parked> ready = new ArrayList<>();
        synchronized (byPlugin) {
            if (byPlugin.isEmpty()) {
                return;
            }
            Routes routes = calls.routes();
            for (Iterator<Set<Parked>> sets = byPlugin.values().iterator(); sets.hasNext(); ) {
                Set<Parked> waiting = sets.next();
                waiting.removeIf(parked -> {
                    boolean goesOn = !waits(routes.find(parked.request.capability()));
                    if (goesOn) {
                        ready.add(parked);
                    }
                    return goesOn;
                });
                if (waiting.isEmpty()) {
                    sets.remove();
                }
            }
        }
        ready.forEach(this::goOn);
    }

    /** All that have waited come at once: what is left of the time for which each may wait is for waiting for a thread. */
    private void goOn(Parked parked) {
        long left = Math.max(0, parked.untilNanos - System.nanoTime());
        calls.callAfterGap(parked.request, left).thenAccept(parked::complete);
    }

    private static boolean waits(@Nullable Route route) {
        return route != null
                && route.serving() == null
                && route.gap() != null
                && route.gap().waits();
    }

    private void giveUp(String plugin, Parked parked, Gap gap) {
        if (leave(plugin, parked)) {
            calls.gone(gap.reason() + ", and nobody came back in time", gap.retryAfter())
                    .thenAccept(parked::complete);
        }
    }

    /** Takes a call out of those that wait; false if somebody else did. */
    private boolean leave(String plugin, Parked parked) {
        synchronized (byPlugin) {
            Set<Parked> waiting = byPlugin.get(plugin);
            if (waiting == null || !waiting.remove(parked)) {
                return false;
            }
            if (waiting.isEmpty()) {
                byPlugin.remove(plugin);
            }
            return true;
        }
    }

    void close() {
        List<Parked> all = new ArrayList<>();
        synchronized (byPlugin) {
            byPlugin.values().forEach(all::addAll);
            byPlugin.clear();
        }
        all.forEach(parked -> calls.gone(STOPS, null).thenAccept(parked::complete));
    }
}
