// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Agents with the same skills that would take a task now, least loaded first, those that are ejected apart. Used by the
 * engine's thread only.
 */
final class AgentGroup {
    /** Least share of slots in use or held first, by weight, then who waits longest for a task. */
    static final Comparator<AgentRuntime> LEAST_LOADED = Comparator.<AgentRuntime>comparingDouble(a -> a.load(0))
            .thenComparingLong(AgentRuntime::lastAssigned)
            .thenComparing(AgentRuntime::id);

    /** How many agents are looked at to spare those that have failed at the task already. */
    private static final int LOOK_AT = 64;

    private final Set<String> skills;
    private final NavigableSet<AgentRuntime> receptive = new TreeSet<>(LEAST_LOADED);
    private final NavigableSet<AgentRuntime> ejected = new TreeSet<>(LEAST_LOADED);
    private final NavigableSet<AgentRuntime> dozing = new TreeSet<>(LEAST_LOADED);
    private int standing;
    private long free;

    AgentGroup(Set<String> skills) {
        this.skills = skills;
    }

    boolean canDo(Set<String> required) {
        return skills.containsAll(required);
    }

    NavigableSet<AgentRuntime> receptive() {
        return receptive;
    }

    /** Those that would take a task and are ejected. */
    NavigableSet<AgentRuntime> ejected() {
        return ejected;
    }

    /** Those that sleep, or are about to, and would have room. */
    NavigableSet<AgentRuntime> dozing() {
        return dozing;
    }

    /** Free slots of those that are awake and not ejected, or will be awake in a moment. */
    long free() {
        return free;
    }

    /** How many are active and not ejected, whether or not they have time. */
    int standing() {
        return standing;
    }

    /** Takes up an agent as it is; until {@link #leave} nothing may change that its place depends on. */
    void enter(AgentRuntime agent) {
        if (agent.isStanding()) {
            standing++;
            agent.setStandingNow(true);
        }
        if (agent.isReceptive()) {
            (agent.isEjected() ? ejected : receptive).add(agent);
            agent.setReceptiveNow(true);
        }
        if (agent.isDozing()) {
            dozing.add(agent);
            agent.setDozingNow(true);
        }
        agent.setFreeNow(agent.freeSlots());
        free += agent.freeNow();
    }

    /** Lets go of an agent. */
    void leave(AgentRuntime agent) {
        if (agent.isStandingNow()) {
            standing--;
            agent.setStandingNow(false);
        }
        if (agent.isReceptiveNow()) {
            (agent.isEjected() ? ejected : receptive).remove(agent);
            agent.setReceptiveNow(false);
        }
        if (agent.isDozingNow()) {
            dozing.remove(agent);
            agent.setDozingNow(false);
        }
        free -= agent.freeNow();
        agent.setFreeNow(0);
    }

    boolean isEmpty() {
        return standing == 0 && free == 0 && receptive.isEmpty() && ejected.isEmpty() && dozing.isEmpty();
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
