// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.load;

import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.sharedstate.load.Fleet.Loaded;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Says how much each agent has to do. Nothing of it is remembered. Thread-safe. */
public final class Loads {
    private static final int MOST_AGENTS = 1000;

    private final Orchestrator orchestrator;

    /** Over an orchestrator. */
    public Loads(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    /**
     * About whom.
     *
     * @param skills that agents must have; absent for none
     */
    public record LoadRequest(@Nullable List<String> skills) {
        public LoadRequest {
            skills = Inputs.texts("skills", skills, 16, 128);
        }
    }

    /**
     * One agent's load.
     *
     * @param slots how many tasks it takes at once
     * @param working attempts that it works at
     * @param asking attempts that wait for an answer
     * @param assigned attempts that it has not begun
     * @param waiting tasks that could start and wait for this agent alone
     * @param reserved slots that are held for tasks to come
     * @param load all of these for its slots
     */
    public record AgentLoad(
            String agent,
            String state,
            int slots,
            int working,
            int asking,
            int assigned,
            int waiting,
            int reserved,
            double load) {
        static AgentLoad of(Loaded agent) {
            return new AgentLoad(
                    agent.id(),
                    agent.agent().state().wire(),
                    agent.agent().spec().slots(),
                    agent.working(),
                    agent.asking(),
                    agent.assigned().size(),
                    agent.waiting().size(),
                    agent.agent().reserved(),
                    rounded(agent.load()));
        }
    }

    /**
     * The load of all agents that have the skills.
     *
     * @param attempts that agents hold
     * @param mean load of the active agents
     * @param spread between the most and the least loaded active agent
     * @param fairness of the active agents' loads, Jain's index: 1 for all the same, 1/n for one that has everything
     * @param best the active agent with the least load, absent if there is none
     * @param agents most loaded first, at most a thousand
     */
    public record Load(
            int attempts,
            double mean,
            double spread,
            double fairness,
            @Nullable String best,
            List<AgentLoad> agents) {}

    /** Looks. */
    public CompletionStage<Load> load(LoadRequest asked) {
        Set<String> skills = Set.copyOf(asked.skills() == null ? List.of() : asked.skills());
        return Fleet.of(orchestrator).thenApply(fleet -> load(fleet, skills));
    }

    private static Load load(Fleet fleet, Set<String> skills) {
        List<Loaded> able = fleet.agents().stream()
                .filter(loaded -> loaded.agent().spec().skillIds().containsAll(skills))
                .sorted(Comparator.comparingDouble((Loaded loaded) -> -loaded.load())
                        .thenComparing(Loaded::id))
                .toList();
        List<Loaded> active = able.stream()
                .filter(loaded -> loaded.agent().state() == AgentState.ACTIVE)
                .toList();
        List<Double> loads = active.stream().map(Loaded::load).toList();
        return new Load(
                able.stream().mapToInt(Loaded::held).sum(),
                rounded(loads.stream().mapToDouble(load -> load).average().orElse(0)),
                rounded(spread(loads)),
                rounded(fairness(loads)),
                active.stream()
                        .min(Comparator.comparingDouble(Loaded::load).thenComparing(Loaded::id))
                        .map(Loaded::id)
                        .orElse(null),
                able.stream().limit(MOST_AGENTS).map(AgentLoad::of).toList());
    }

    static double spread(List<Double> loads) {
        double most = loads.stream().mapToDouble(load -> load).max().orElse(0);
        return most - loads.stream().mapToDouble(load -> load).min().orElse(0);
    }

    /**
     * Jain's fairness index, (Σx)² / (n Σx²), from R. Jain, D. Chiu, W. Hawe: A quantitative measure of fairness and
     * discrimination for resource allocation in shared computer systems, 1984. 1 where nobody has anything.
     */
    static double fairness(List<Double> loads) {
        double sum = loads.stream().mapToDouble(load -> load).sum();
        double squares = loads.stream().mapToDouble(load -> load * load).sum();
        return squares == 0 ? 1 : sum * sum / (loads.size() * squares);
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
