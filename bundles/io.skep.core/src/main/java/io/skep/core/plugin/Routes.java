// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every call reads: who serves which capability. Immutable; replaced as a whole. */
final class Routes {
    static final Routes NONE = new Routes(Map.of(), List.of(), false);

    private final Map<String, Route> byCapability;
    private final List<Checkpoint> checkpoints;
    private final boolean legacy;

    /**
     * A snapshot.
     *
     * @param checkpoints of all who serve, or served last and may be back soon
     * @param legacy nobody serves anything, whatever is there
     */
    Routes(Map<String, Route> byCapability, List<Checkpoint> checkpoints, boolean legacy) {
        this.byCapability = new HashMap<>(byCapability);
        this.checkpoints = List.copyOf(checkpoints);
        this.legacy = legacy;
    }

    @Nullable
    Route find(String capability) {
        return byCapability.get(capability);
    }

    List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    boolean isLegacy() {
        return legacy;
    }

    /** What can be called by somebody, by id. */
    List<Capability> capabilities() {
        if (legacy) {
            return List.of();
        }
        return byCapability.values().stream()
                .filter(route -> route.serving() != null && !route.rule().isOff())
                .map(Route::capability)
                .sorted(Comparator.comparing(Capability::id))
                .toList();
    }
}
