// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Chooses of a ranking by what agents have to do. Used by the engine's thread only. */
final class Choosing {
    private static final double CERTAIN = 1e-9;

    private final AgentPool agents;
    private final RoutingSettings settings;
    private final ToDoubleFunction<AgentRuntime> toDo;

    /** With how much an agent has to do, for its slots. */
    Choosing(AgentPool agents, RoutingSettings settings, ToDoubleFunction<AgentRuntime> toDo) {
        this.agents = agents;
        this.settings = settings;
        this.toDo = toDo;
    }

    /**
     * Whom of a ranking the task can go to; some may have gone while they were ranked. Of agents that say the same the one
     * with the least to do stands for all, and where they are the best another one beside it, for when that has no time.
     */
    List<Selection.Choice> able(Task task, List<Selection.Choice> ranking, Map<String, List<String>> alike) {
        List<Selection.Choice> choices = new ArrayList<>();
        for (Selection.Choice choice : ranking) {
            int most = choices.isEmpty() ? 2 : 1;
            Stream.concat(Stream.of(choice.agent()), alike.getOrDefault(choice.agent(), List.of()).stream())
                    .distinct()
                    .flatMap(id -> Optional.ofNullable(agents.find(id)).stream())
                    .filter(agent -> Routing.isAble(agent, task))
                    .sorted(Comparator.comparing(AgentRuntime::isEjected).thenComparingDouble(toDo))
                    .limit(most)
                    .forEach(agent -> choices.add(new Selection.Choice(agent.id(), choice.probability())));
        }
        return choices;
    }

    /**
     * Those that are not ejected, if one of them is good enough to be waited for instead of the best; else all.
     */
    List<Selection.Choice> standing(List<Selection.Choice> choices) {
        List<Selection.Choice> standing =
                choices.stream().filter(choice -> !isEjected(choice.agent())).toList();
        boolean isGoodEnough =
                !standing.isEmpty() && odds(standing.get(0)) * settings.lossOdds() >= odds(choices.get(0));
        return isGoodEnough ? standing : choices;
    }

    private boolean isEjected(String id) {
        AgentRuntime agent = agents.find(id);
        return agent != null && agent.isEjected();
    }

    /** Of the agents that are about as good as the first one, the one with the least to do for its slots. */
    String leastToDo(List<Selection.Choice> choices) {
        double chosen = odds(choices.get(0));
        String found = choices.get(0).agent();
        double least = Double.MAX_VALUE;
        for (Selection.Choice choice : choices) {
            double much = toDo.applyAsDouble(Objects.requireNonNull(agents.find(choice.agent())));
            double ratio = odds(choice) / chosen;
            if (ratio <= settings.tieOdds() && 1 / ratio <= settings.tieOdds() && much < least) {
                least = much;
                found = choice.agent();
            }
        }
        return found;
    }

    /** Of success, bounded where a probability is as good as certain. */
    static double odds(Selection.Choice choice) {
        double probability = Math.max(CERTAIN, Math.min(1 - CERTAIN, choice.probability()));
        return probability / (1 - probability);
    }
}
