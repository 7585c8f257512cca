// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.plugin.loadbalancing.balance.Fleet;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many of its slots an agent is given: as many as it has, or fewer where more at once was measured to bring nothing
 * ({@code capacity_management}), or where an action has set a bound ({@code resource_optimization}), each as long as that
 * capability is on. Thread-safe.
 */
final class Room {
    private final Fleet fleet;
    private final Clock clock;
    private final Map<String, Integer> bounds = new ConcurrentHashMap<>();
    private volatile boolean byKnees = true;
    private volatile boolean byBounds = true;

    Room(Fleet fleet, Clock clock) {
        this.fleet = fleet;
        this.clock = clock;
    }

    /** Says which of the two capabilities are on. */
    void switchTo(boolean capacity, boolean optimization) {
        byKnees = capacity;
        byBounds = optimization;
    }

    /** How many slots it is given. */
    int given(Agent agent) {
        int slots = agent.spec().slots();
        int knee = byKnees ? fleet.knee(agent.id(), clock.millis()).orElse(slots) : slots;
        return Math.min(slots, Math.min(knee, byBounds ? bound(agent.id()) : slots));
    }

    /** The bound that an action has set, if any; else more than any agent has. */
    int bound(String agent) {
        return bounds.getOrDefault(agent, Integer.MAX_VALUE);
    }

    /** Sets a bound, or lifts it if it is no less than the agent's slots. */
    void bound(Agent agent, int slots) {
        if (slots >= agent.spec().slots()) {
            bounds.remove(agent.id());
        } else {
            bounds.put(agent.id(), slots);
        }
    }

    /** All bounds, by agent. */
    Map<String, Integer> bounds() {
        return Map.copyOf(bounds);
    }

    /** In the place of those that were. */
    void become(Map<String, Integer> next) {
        bounds.keySet().retainAll(next.keySet());
        bounds.putAll(next);
    }

    /** Forgets the bounds of agents that are not among these. */
    void retain(Set<String> known) {
        bounds.keySet().retainAll(known);
    }

    /** Why it is given no more than that, in words that go on a sentence. */
    String why(Agent agent) {
        return bound(agent.id()) == given(agent)
                ? ", given " + given(agent) + " slots by an action"
                : ", more than " + given(agent) + " at once bring nothing";
    }
}
