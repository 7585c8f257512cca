// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.plugin.Advice;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin advises about agents, as far as it counts: put with the agents, where the dispatcher reads it. Used by the
 * engine's thread only.
 */
public final class Advised {
    private final AgentPool agents;
    private final Timers timers;
    private final Routing routing;
    private Map<String, Advice> advice = Map.of();
    private Predicate<String> counts = agent -> false;
    private Instant until = Instant.MIN;

    Advised(AgentPool agents, Timers timers, Routing routing) {
        this.agents = agents;
        this.timers = timers;
        this.routing = routing;
    }

    /**
     * Takes over advice in the place of all that was; within a command.
     *
     * @param holds until when it counts
     * @param wanted whether advice about the agent of that id counts now
     */
    public void take(Turn turn, List<Advice> said, Instant holds, Predicate<String> wanted) {
        Map<String, Advice> next = new HashMap<>();
        said.forEach(one -> next.put(one.agent(), one));
        advice = next;
        counts = wanted;
        until = holds;
        timers.forget(Advised.class.getName());
        timers.at(Advised.class.getName(), holds, this::look);
        look(turn);
    }

    /** Which advice counts may have changed; within a command. */
    public void look(Turn turn) {
        if (!turn.now().isBefore(until)) {
            advice = Map.of();
        }
        for (AgentRuntime agent : agents.all()) {
            put(turn, agent, wanted(agent.id()));
        }
    }

    private @Nullable Advice wanted(String agent) {
        Advice its = advice.get(agent);
        return its == null || !counts.test(agent) ? null : its;
    }

    private void put(Turn turn, AgentRuntime agent, @Nullable Advice next) {
        if (Objects.equals(agent.advice(), next)) {
            return;
        }
        boolean stood = !agent.isEjected();
        agents.advise(agent, next);
        if (stood && agent.isEjected()) {
            routing.ejected(turn, agent.id());
        }
    }

    /** Looks again at once if the time is over; a timer may have gone with a restart of the engine. */
    void expire(Turn turn) {
        if (!advice.isEmpty() && !turn.now().isBefore(until)) {
            look(turn);
        }
    }
}
