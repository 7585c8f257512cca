// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.load;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.plugin.sharedstate.load.Fleet.Loaded;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What should go from which agent to which: one by one from the most loaded agent that has something that has not begun, to
 * the least loaded one that may have it, as long as that leaves the other less loaded than the first was. Not thread-safe.
 */
final class Moves {
    private static final double CERTAIN = 1e-6;

    private final Settings settings;
    private final Instant now;
    private final Map<String, Agent> agents = new HashMap<>();
    private final Map<String, Integer> toDo = new HashMap<>();
    private final Map<String, Integer> free = new HashMap<>();
    private final Map<String, Deque<Movable>> movable = new HashMap<>();

    /**
     * How moves are found. Immutable.
     *
     * @param most moves of one pass
     * @param age how long an agent must have had something without beginning, in milliseconds
     * @param odds which share of the odds of the agent that fits best another one must have
     */
    record Settings(int most, long age, double odds) {}

    /**
     * A task that can go elsewhere.
     *
     * @param attempt to be taken back, or null if it waits
     */
    private record Movable(Task task, @Nullable AttemptRef attempt) {}

    /**
     * A task that should go elsewhere.
     *
     * @param attempt to be taken back, or null if it waits
     */
    record Move(Task task, @Nullable AttemptRef attempt, String from, String to) {}

    Moves(Fleet fleet, Settings settings, Instant now) {
        this.settings = settings;
        this.now = now;
        for (Loaded loaded : fleet.agents()) {
            agents.put(loaded.id(), loaded.agent());
            toDo.put(loaded.id(), loaded.toDo());
            free.put(
                    loaded.id(),
                    loaded.agent().spec().slots()
                            - loaded.held()
                            - loaded.agent().reserved());
            movable.put(loaded.id(), movable(loaded));
        }
    }

    /** Those last that would wait longest: they gain most. */
    private Deque<Movable> movable(Loaded loaded) {
        Deque<Movable> all = new ArrayDeque<>();
        loaded.waiting().stream().filter(Moves::isRouted).forEach(task -> all.addFirst(new Movable(task, null)));
        for (Task task : loaded.assigned()) {
            Attempt attempt = task.currentAttempt().orElseThrow();
            if (!attempt.assignedAt().plusMillis(settings.age()).isAfter(now)) {
                all.addLast(new Movable(task, new AttemptRef(task.id(), attempt.token(), attempt.agent())));
            }
        }
        return all;
    }

    /** A person's word and a delegation stay. */
    private static boolean isRouted(Task task) {
        Selection selection = task.selection();
        return selection != null && selection.decision() != null;
    }

    /** The moves, in the order in which they should be made. */
    List<Move> plan() {
        List<Move> plan = new ArrayList<>();
        Set<String> stuck = new HashSet<>();
        while (plan.size() < settings.most()) {
            String from = mostLoaded(stuck).orElse(null);
            if (from == null) {
                return plan;
            }
            Movable next = Objects.requireNonNull(movable.get(from)).remove();
            String to = target(next, from).orElse(null);
            if (to == null) {
                if (Objects.requireNonNull(movable.get(from)).isEmpty()) {
                    stuck.add(from);
                }
                continue;
            }
            toDo.merge(from, -1, Integer::sum);
            toDo.merge(to, 1, Integer::sum);
            if (next.attempt() != null) {
                free.merge(from, 1, Integer::sum);
                free.merge(to, -1, Integer::sum);
            }
            plan.add(new Move(next.task(), next.attempt(), from, to));
        }
        return plan;
    }

    private Optional<String> mostLoaded(Set<String> stuck) {
        return movable.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty() && !stuck.contains(entry.getKey()))
                .map(Map.Entry::getKey)
                .max(Comparator.<String>comparingDouble(agent -> load(agent, 0))
                        .thenComparing(Comparator.reverseOrder()));
    }

    private double load(String agent, int more) {
        return (double) (toDo.getOrDefault(agent, 0) + more)
                / Objects.requireNonNull(agents.get(agent)).spec().slots();
    }

    private Optional<String> target(Movable what, String from) {
        return candidates(what).stream()
                .filter(agent -> !agent.equals(from) && isAble(agent, what))
                .filter(agent -> load(agent, 1) < load(from, 0))
                .min(Comparator.<String>comparingDouble(agent -> load(agent, 1)).thenComparing(agent -> agent));
    }

    private List<String> candidates(Movable what) {
        Selection selection = what.task().selection();
        if (what.attempt() != null || selection == null) {
            return List.copyOf(agents.keySet());
        }
        double best =
                selection.choices().stream().mapToDouble(Moves::odds).max().orElse(0);
        return selection.choices().stream()
                .filter(choice -> odds(choice) >= best * settings.odds())
                .map(Selection.Choice::agent)
                .toList();
    }

    private static double odds(Selection.Choice choice) {
        double probability = Math.max(CERTAIN, Math.min(1 - CERTAIN, choice.probability()));
        return probability / (1 - probability);
    }

    /** What is taken back from one agent is given to another at once, which must have a slot for it. */
    private boolean isAble(String id, Movable what) {
        Agent agent = agents.get(id);
        return agent != null
                && agent.state() == AgentState.ACTIVE
                && agent.spec().skillIds().containsAll(what.task().spec().skills())
                && (what.attempt() == null || free.getOrDefault(id, 0) > 0);
    }
}
