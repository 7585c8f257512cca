// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops and uninstalls bundles whose plugins get no calls any more. Thread-safe; blocks, for a bounded time. */
final class Exit {
    private static final Logger LOG = LoggerFactory.getLogger(Exit.class);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Bundles bundles;
    private final PluginRegistry registry;
    private final Leaks leaks;
    private final Set<Long> taken = ConcurrentHashMap.newKeySet();

    Exit(Bundles bundles, PluginRegistry registry, Leaks leaks) {
        this.bundles = bundles;
        this.registry = registry;
        this.leaks = leaks;
    }

    /**
     * Takes a bundle away, on a thread that may be given up: a hang in a deactivate method holds the lock of the bundle
     * for ever.
     *
     * @param generation what it was, if it was one
     */
    void takeAway(long bundle, @Nullable Generation generation) {
        taken.add(bundle);
        try {
            Patience.give("stop", STOP, () -> {
                bundles.uninstall(bundle);
                return taken.remove(bundle);
            });
        } catch (SwapFailedException hangs) {
            LOG.warn("bundle {} is left to itself: {}", bundle, hangs.getMessage());
        }
        if (generation != null) {
            // Listed for as long as a call of it goes on.
            generation.close().thenRun(() -> registry.forget(generation));
            leaks.watch(generation);
        }
    }

    /** Whether it is core that takes this bundle away. */
    boolean isTaking(long bundle) {
        return taken.contains(bundle);
    }
}
