// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.plugin.coordination.Window.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How long the agents' attempts took, and how they ended: the last {@value #EACH} of each agent, the last {@value #FLEET}
 * of all. Thread-safe.
 */
final class ServiceTimes {
    private static final int EACH = 64;
    private static final int FLEET = 512;

    /** By when an attempt of theirs ended last, longest ago first. */
    private final Map<String, Window> agents = new LinkedHashMap<>();

    private final Window fleet = new Window(FLEET);

    /** An attempt ended with a result. */
    void completed(String agent, Duration took) {
        ended(agent, window -> window.completed(took));
    }

    /** An attempt failed, timed out or was lost. */
    void failed(String agent) {
        ended(agent, window -> window.add(Window.FAILED));
    }

    /** The agent is gone. */
    synchronized void forget(String agent) {
        agents.remove(agent);
    }

    /** Forgets every agent that is not among these. */
    synchronized void retain(Set<String> known) {
        agents.keySet().retainAll(known);
    }

    synchronized Figures of(String agent) {
        Window window = agents.get(agent);
        return window == null ? Figures.NONE : window.figures();
    }

    synchronized Figures ofFleet() {
        return fleet.figures();
    }

    /**
     * The mean service time of an agent in milliseconds; that of all if it has completed nothing yet, {@code otherwise}
     * if nobody has.
     */
    double mean(String agent, double otherwise) {
        Figures its = of(agent);
        Figures all = its.completed() > 0 ? its : ofFleet();
        return all.completed() > 0 ? all.mean() : otherwise;
    }

    /** The last ends of the agents that ended an attempt last, newest agent first. */
    synchronized Map<String, List<Integer>> last(int mostAgents, int mostEnds) {
        List<String> ids = new ArrayList<>(agents.keySet());
        Collections.reverse(ids);
        Map<String, List<Integer>> last = new LinkedHashMap<>();
        for (String id : ids.subList(0, Math.min(mostAgents, ids.size()))) {
            last.put(id, agents.getOrDefault(id, fleet).last(mostEnds));
        }
        return last;
    }

    /** Takes over what another generation learned, as {@link #last} gave it, of agents that are not known here. */
    void learn(Map<String, List<Integer>> learned) {
        List<String> ids = new ArrayList<>(learned.keySet());
        Collections.reverse(ids);
        for (String id : ids) {
            if (of(id).equals(Figures.NONE)) {
                learned.getOrDefault(id, List.of()).forEach(end -> ended(id, window -> window.add(end)));
            }
        }
    }

    private synchronized void ended(String agent, Consumer<Window> end) {
        Window known = agents.remove(agent);
        Window window = known == null ? new Window(EACH) : known;
        end.accept(window);
        agents.put(agent, window);
        end.accept(fleet);
    }
}
