// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.core.plugin.Generation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The service of a plugin that was registered. Thread-safe. */
public final class Arrival {
    private final Generation.Origin origin;
    private final Supplier<@Nullable OrchestrationPlugin> service;
    private volatile @Nullable Generation generation;
    private volatile boolean gone;

    /**
     * A registration.
     *
     * @param service fetches the service, which may run code of the plugin for as long as that takes; null if the plugin
     *     could not be activated, or has gone
     */
    public Arrival(Generation.Origin origin, Supplier<@Nullable OrchestrationPlugin> service) {
        this.origin = origin;
        this.service = service;
    }

    /** Where it comes from. */
    public Generation.Origin origin() {
        return origin;
    }

    Supplier<@Nullable OrchestrationPlugin> service() {
        return service;
    }

    /** The generation that it has become, if it was taken on. */
    @Nullable
    Generation generation() {
        return generation;
    }

    void become(Generation taken) {
        generation = taken;
    }

    /** Whether the service was unregistered. */
    boolean isGone() {
        return gone;
    }

    void leave() {
        gone = true;
    }
}
