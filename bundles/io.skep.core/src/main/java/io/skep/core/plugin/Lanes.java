// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The lanes of all generations. Each has one of its own, so that one that hangs in all of its threads holds up neither the
 * version before it, which shall come back, nor the one that is tried beside it. What hangs for good is bounded: of
 * generations that are gone, so many lanes of a plugin may be left with threads in them; beyond that its next generations
 * share these. Guarded by its owner's lock.
 */
final class Lanes {
    static final int MAX_LEFT = 4;

    private final Executor threads;
    private final PluginSettings settings;
    private final Map<String, Deque<Lane>> left = new HashMap<>();

    Lanes(Executor threads, PluginSettings settings) {
        this.threads = threads;
        this.settings = settings;
    }

    /** For a new generation of a plugin. */
    Lane open(String plugin) {
        Deque<Lane> busy = left.get(plugin);
        if (busy != null) {
            busy.removeIf(Lane::isIdle);
            if (busy.size() >= MAX_LEFT) {
                return busy.remove();
            } else if (busy.isEmpty()) {
                left.remove(plugin);
            }
        }
        return new Lane(threads, settings.threads(), settings.queue());
    }

    /** Of a generation that is gone. */
    void close(String plugin, Lane lane) {
        if (!lane.isIdle()) {
            left.computeIfAbsent(plugin, p -> new ArrayDeque<>()).add(lane);
        }
    }
}
