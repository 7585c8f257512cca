// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.admin.FlagRule;
import io.skep.api.plugin.Capability;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who serves a capability, and for whom: one entry of the snapshot that every call reads. Immutable.
 *
 * @param plugin the name of the plugin
 * @param capability what is served, or was served last
 * @param rule for whom it is switched on
 * @param serving who serves, or null while nobody does
 * @param canary who is tried beside it, or null
 * @param canaryPercent the share of calls that the canary gets
 * @param gap why nobody serves, when nobody does
 */
record Route(
        String plugin,
        Capability capability,
        FlagRule rule,
        @Nullable Generation serving,
        @Nullable Generation canary,
        int canaryPercent,
        @Nullable Gap gap) {

    /** Whether a call of that operation is one of the canary's, which may lack it. */
    boolean isTried(@Nullable String operation) {
        return canary != null
                && ThreadLocalRandom.current().nextInt(100) < canaryPercent
                && canary.endpoint(capability.id(), operation) != null;
    }
}
