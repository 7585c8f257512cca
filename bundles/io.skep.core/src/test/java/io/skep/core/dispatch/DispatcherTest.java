// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Assignment;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Ids;
import io.skep.core.state.Transitions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final String[] SKILLS = {"a", "b", "c"};

    private final AgentPool pool = new AgentPool();
    private final Dispatcher dispatcher = new Dispatcher(pool, Fairness.DEFAULT);
    private final Random random = new Random(5);
    private final Ids ids = new Ids(random);
    private final List<String> given = new ArrayList<>();

    private AgentRuntime add(String id, AgentState state, int slots, String... skills) {
        AgentSpec spec = AgentSpec.of(id, slots, skills);
        pool.put(new AgentRecord(spec, false, state, "so", T0, T0, "", List.of()), T0);
        return pool.find(id);
    }

    private Claim claim(AgentRuntime agent, int max) {
        Claim claim = new Claim(max, new CompletableFuture<>());
        pool.addClaim(agent, claim);
        return claim;
    }

    private Task ready(int priority, String... skills) {
        Task task = Transitions.submit(
                ids.next(random.nextInt(4), T0.toEpochMilli()),
                TaskSpec.of("x").priority(priority).skills(skills).build(),
                Set.of(),
                T0);
        dispatcher.ready(task);
        return task;
    }

    private void run() {
        dispatcher.run(T0, (task, agent) -> {
            dispatcher.unready(task);
            pool.hold(agent.id(), task.id(), 1, T0);
            pool.fill(agent, new Assignment(task, T0));
            given.add(task.id());
        });
        pool.takeFilled();
    }

    private String[] someSkills() {
        List<String> some = new ArrayList<>();
        for (String skill : SKILLS) {
            if (random.nextInt(3) == 0) {
                some.add(skill);
            }
        }
        return some.toArray(new String[0]);
    }

    @Test
    void tasks_goByPriorityThenAge_toWhoCanDoThem() {
        claim(add("x", AgentState.ACTIVE, 9, "a"), 9);
        Task low = ready(1, "a");
        Task first = ready(5, "a");
        Task second = ready(5);
        Task other = ready(9, "b");

        run();

        assertThat(given).containsExactly(first.id(), second.id(), low.id());
        assertThat(dispatcher.tasksBefore(other)).isZero();
        dispatcher.reset();
        claim(add("y", AgentState.ACTIVE, 9, "b"), 9);
        run();
        assertThat(given).hasSize(3);
    }

    @Test
    void agentsThatAreNotActiveFullOrSilent_getNothing() {
        claim(add("draining", AgentState.DRAINING, 1), 1);
        claim(add("unknown", AgentState.UNKNOWN, 1), 1);
        add("silent", AgentState.ACTIVE, 1);
        AgentRuntime full = add("full", AgentState.ACTIVE, 1);
        claim(full, 5);
        ready(5);
        ready(5);

        run();

        assertThat(given).hasSize(1);
        assertThat(full.view().busy()).isEqualTo(1);
        pool.release("full", given.get(0));
        claim(full, 1);
        run();
        assertThat(given).hasSize(2);
    }

    /** Whatever happens to agents, the choice is that of a plain look at all of them. */
    @Test
    void choice_isTheLeastLoadedOfAll_whateverCameBefore() {
        Map<String, Set<String>> held = new HashMap<>();
        for (int round = 0; round < 3000; round++) {
            String id = "g" + random.nextInt(12);
            AgentRuntime agent = pool.find(id);
            Set<String> tasks = held.computeIfAbsent(id, i -> new HashSet<>());
            switch (random.nextInt(4)) {
                case 0 -> change(id, tasks.isEmpty());
                case 1 -> {
                    if (agent != null && !agent.hasWaitingClaim()) {
                        claim(agent, 1 + random.nextInt(3));
                    }
                }
                case 2 ->
                    tasks.stream().findFirst().ifPresent(task -> {
                        tasks.remove(task);
                        pool.release(id, task);
                    });
                default -> chooseOnce(held);
            }
        }
    }

    private void change(String id, boolean idle) {
        List<AgentState> states = List.of(AgentState.values());
        AgentState state = states.get(random.nextInt(states.size()));
        if (state != AgentState.REMOVED || idle) {
            add(id, state, 1 + random.nextInt(4), someSkills());
        }
    }

    private void chooseOnce(Map<String, Set<String>> held) {
        AgentRuntime best = plainChoice(ready(5, someSkills()));
        List<AgentRuntime> chosen = new ArrayList<>();
        dispatcher.run(T0, (task, agent) -> {
            dispatcher.unready(task);
            pool.hold(agent.id(), task.id(), 1, T0);
            pool.fill(agent, new Assignment(task, T0));
            held.get(agent.id()).add(task.id());
            chosen.add(agent);
        });
        assertThat(chosen).isEqualTo(best == null ? List.of() : List.of(best));
        pool.takeFilled();
        dispatcher.reset();
    }

    private AgentRuntime plainChoice(Task task) {
        return pool.all().stream()
                .filter(a -> a.record().state() == AgentState.ACTIVE
                        && a.hasWaitingClaim()
                        && a.view().busy() < a.record().spec().slots()
                        && a.record().spec().skillIds().containsAll(task.spec().skills()))
                .min(Comparator.<AgentRuntime>comparingDouble(a ->
                                (double) a.view().busy() / a.record().spec().slots())
                        .thenComparing(AgentGroup.LEAST_LOADED))
                .orElse(null);
    }

    @Test
    void agentsWithEverNewSkills_leaveNothingBehind() {
        for (int i = 0; i < 1000; i++) {
            AgentRuntime agent = add("g", AgentState.ACTIVE, 1, "s" + i);
            claim(agent, 1);
            assertThat(pool.knowsSkill("s" + i)).isTrue();
            assertThat(pool.takeWaiting()).hasSize(1);
        }
        assertThat(pool.knowsSkill("s0")).isFalse();
        assertThat(pool.matching(Set.of()).size()).isLessThan(110);
        add("g", AgentState.REMOVED, 1, "s999");
        assertThat(pool.knowsSkill("s999")).isFalse();
        assertThat(pool.size()).isZero();
    }

    @Test
    void commandsForAnAgent_areBounded() {
        AgentRuntime agent = add("g", AgentState.ACTIVE, 1);
        for (int i = 0; i < 1500; i++) {
            agent.tell(
                    new io.skep.api.agent.AgentCommand(io.skep.api.agent.AgentCommand.Kind.CANCEL, "t" + i, 1, null));
        }
        assertThat(agent.takeCommands(command -> true))
                .hasSize(1000)
                .last()
                .extracting("task")
                .isEqualTo("t1499");
        assertThat(agent.takeCommands(command -> true)).isEmpty();
    }
}
