// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A plugin with its past: an immutable snapshot.
 *
 * @param name its name
 * @param desired the version that shall serve, or null if the plugin was taken away
 * @param kept the versions that can be brought back, newest first
 * @param generations those that are there
 * @param job the change that is under way, or null
 * @param history what happened to it, oldest first; the oldest entries are dropped
 */
public record PluginDetail(
        String name,
        @Nullable String desired,
        List<String> kept,
        List<PluginStatus> generations,
        @Nullable SwapJob job,
        List<Entry> history) {
    /**
     * Something that happened to a plugin; durable.
     *
     * @param at when
     * @param event its type, {@code plugin.…}
     * @param actor who did it
     * @param detail in words, with versions, duration, and calls that were drained or parked
     */
    public record Entry(Instant at, String event, String actor, String detail) {
        public Entry {
            Objects.requireNonNull(at);
            Objects.requireNonNull(event);
            Objects.requireNonNull(actor);
            Objects.requireNonNull(detail);
        }
    }

    public PluginDetail {
        Objects.requireNonNull(name);
        kept = List.copyOf(kept);
        generations = List.copyOf(generations);
        history = List.copyOf(history);
    }
}
