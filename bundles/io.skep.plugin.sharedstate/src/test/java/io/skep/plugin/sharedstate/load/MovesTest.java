// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.state.Transitions;
import io.skep.plugin.sharedstate.load.Fleet.Loaded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MovesTest {
    private static final Instant NOW = Instant.EPOCH.plusSeconds(60);
    private static final Moves.Settings SETTINGS = new Moves.Settings(10, 1000, 0.5);

    private final List<Loaded> agents = new ArrayList<>();

    private static Task waiting(String id, @Nullable String decision) {
        Task task = Transitions.submit(id, TaskSpec.of("x").build(), Set.of(), Instant.EPOCH);
        List<Selection.Choice> choices = List.of(
                new Selection.Choice("a", 0.9), new Selection.Choice("b", 0.85), new Selection.Choice("c", 0.2));
        return Transitions.select(task, new Selection("a", false, decision, choices, List.of(), Instant.EPOCH));
    }

    private static Task assigned(String id, String agent, Instant at) {
        return Transitions.assign(
                Transitions.submit(id, TaskSpec.of("x").build(), Set.of(), Instant.EPOCH), agent, false, at);
    }

    private void agent(String id, int slots, AgentState state, List<Task> assigned, List<Task> waiting) {
        Agent agent =
                new Agent(AgentSpec.of(id, slots), true, state, "", NOW, NOW, assigned.size(), 0, null, List.of());
        agents.add(new Loaded(agent, 0, 0, assigned, waiting));
    }

    private List<String> plan(Moves.Settings settings) {
        return new Moves(new Fleet(agents), settings, NOW)
                .plan().stream()
                        .map(move -> move.task().id() + ":" + move.from() + ">" + move.to())
                        .toList();
    }

    @Test
    void whatRoutingHasSent_goesToAnotherThatFitsNearlyAsWell_theLastFirst() {
        List<Task> all = List.of(waiting("1", "d"), waiting("2", "d"), waiting("3", "d"), waiting("4", "d"));
        agent("a", 1, AgentState.ACTIVE, List.of(), all);
        agent("b", 1, AgentState.ACTIVE, List.of(), List.of());
        agent("c", 9, AgentState.ACTIVE, List.of(), List.of());

        assertThat(plan(SETTINGS)).containsExactly("4:a>b", "3:a>b");
        assertThat(plan(new Moves.Settings(1, 0, 0.5))).hasSize(1);
        assertThat(plan(new Moves.Settings(10, 0, 0.01))).as("c will do").contains("4:a>c");
    }

    @Test
    void whatAPersonHasSent_stays_andNobodyWhoIsAwayGetsAnything() {
        agent("a", 1, AgentState.ACTIVE, List.of(), List.of(waiting("1", null), waiting("2", "d"), waiting("3", "d")));
        agent("b", 1, AgentState.DRAINING, List.of(), List.of());

        assertThat(plan(SETTINGS)).isEmpty();
    }

    @Test
    void whatIsAssigned_isTakenBackOnceItIsOldEnough_ifAnotherHasASlot() {
        List<Task> old = List.of(assigned("1", "a", Instant.EPOCH), assigned("2", "a", NOW));
        agent("a", 2, AgentState.ACTIVE, old, List.of());
        agent("b", 2, AgentState.ACTIVE, List.of(), List.of());

        assertThat(plan(SETTINGS)).containsExactly("1:a>b");
        agents.remove(1);
        agent("b", 1, AgentState.ACTIVE, List.of(assigned("3", "b", NOW)), List.of());
        assertThat(plan(SETTINGS)).isEmpty();
    }

    @Test
    void fairness_isOneForEqualLoads_andFallsToOneNth() {
        assertThat(Loads.fairness(List.of(0.5, 0.5, 0.5, 0.5))).isEqualTo(1);
        assertThat(Loads.fairness(List.of(1.0, 0.0, 0.0, 0.0))).isEqualTo(0.25);
        assertThat(Loads.fairness(List.of())).isEqualTo(1);
        assertThat(Loads.spread(List.of(0.25, 1.0))).isEqualTo(0.75);
    }
}
