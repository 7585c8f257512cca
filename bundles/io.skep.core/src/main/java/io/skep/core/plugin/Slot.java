// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.admin.FlagRule;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is served under the name of a plugin. Changed and read under the lock of {@link PluginRegistry}. */
final class Slot {
    @Nullable
    Generation serving;

    @Nullable
    Generation canary;

    int canaryPercent;
    /** What is served, or was served last. */
    List<Capability> last = List.of();
    /** Where whoever serves, or served last, wants to be asked. */
    List<Checkpoint> checkpoints = List.of();

    @Nullable
    Gap gap;

    /** The routes to its capabilities. */
    void routes(String name, Map<String, FlagRule> rules, Map<String, Route> into) {
        for (Capability capability : last) {
            boolean tried = canary != null && canary.endpoint(capability.id(), null) != null;
            into.put(
                    capability.id(),
                    new Route(
                            name,
                            capability,
                            rules.getOrDefault(capability.id(), FlagRule.ON),
                            serving,
                            tried ? canary : null,
                            tried ? canaryPercent : 0,
                            gap));
        }
    }
}
