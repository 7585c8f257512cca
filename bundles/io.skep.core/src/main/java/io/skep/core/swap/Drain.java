// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Operation;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.plugin.PluginSettings;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets the calls of a generation end that gets no new ones. Thread-safe; blocks, for a bounded time. */
final class Drain {
    private final PluginRegistry registry;

    Drain(PluginRegistry registry) {
        this.registry = registry;
    }

    /**
     * How it went.
     *
     * @param calls that there were
     * @param left calls that had not ended in time
     */
    record Outcome(long calls, long left) {
        long ended() {
            return calls - left;
        }
    }

    /** Waits, once, for the calls of a generation that has been taken out of the snapshot. */
    Outcome await(Generation generation, Duration atMost) {
        CompletionStage<Void> drained = generation.close();
        if (generation.state() == PluginStatus.State.ABANDONED || generation.state() == PluginStatus.State.FAILED) {
            // Its calls were given their time already, and counted.
            return new Outcome(0, 0);
        }
        long calls = generation.callsInFlight();
        try {
            drained.toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return new Outcome(calls, 0);
        } catch (TimeoutException late) {
            long left = generation.callsInFlight();
            registry.become(
                    generation,
                    PluginStatus.State.ABANDONED,
                    left + " calls had not ended after " + atMost.toMillis() + " ms");
            return new Outcome(calls, left);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Outcome(calls, generation.callsInFlight());
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** How long the removal of a service may be held up: for as long as its calls may take, within what DS bears. */
    Duration heldUp(Generation generation) {
        PluginSettings settings = registry.settings();
        Duration longest = generation.capabilities().stream()
                .flatMap(capability -> capability.operations().stream())
                .map(Operation::timeout)
                .reduce(settings.unbindDrain(), Drain::longer);
        return longest.compareTo(PluginSettings.MAX_UNBIND_DRAIN) > 0 ? PluginSettings.MAX_UNBIND_DRAIN : longest;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
