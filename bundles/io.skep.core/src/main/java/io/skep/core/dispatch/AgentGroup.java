// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Agents with the same skills that would take a task now, least loaded first. Used by the engine's thread only. */
final class AgentGroup {
    /** Least share of slots in use or held first, then who waits longest for a task. */
    static final Comparator<AgentRuntime> LEAST_LOADED = Comparator.<AgentRuntime>comparingDouble(
                    a -> (double) a.used() / a.slots())
            .thenComparingLong(AgentRuntime::lastAssigned)
            .thenComparing(AgentRuntime::id);

    /** How many agents are looked at to spare those that have failed at the task already. */
    private static final int LOOK_AT = 64;

    private final Set<String> skills;
    private final NavigableSet<AgentRuntime> receptive = new TreeSet<>(LEAST_LOADED);

    AgentGroup(Set<String> skills) {
        this.skills = skills;
    }

    boolean canDo(Set<String> required) {
        return skills.containsAll(required);
    }

    NavigableSet<AgentRuntime> receptive() {
        return receptive;
    }

    /** The least loaded that is not in {@code spared}, if one is near the front. */
    @Nullable
    AgentRuntime firstBut(Set<String> spared) {
        int looked = 0;
        for (AgentRuntime agent : receptive) {
            if (!spared.contains(agent.id())) {
                return agent;
            }
            if (++looked == LOOK_AT) {
                break;
            }
        }
        return null;
    }
}
