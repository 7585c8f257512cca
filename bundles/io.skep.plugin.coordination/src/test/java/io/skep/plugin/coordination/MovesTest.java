// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MovesTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final Map<String, List<Task>> held = new HashMap<>();
    private int count;

    private Work work(String id, int slots, int begun, int queued, double meanMillis, String... skills) {
        List<Holding> holdings = new ArrayList<>();
        for (int i = 0; i < begun + queued; i++) {
            Task task = task(id, i < begun, 1, skills);
            held.computeIfAbsent(id, a -> new ArrayList<>()).add(task);
            holdings.add(Holding.of(task).orElseThrow());
        }
        Agent agent = new Agent(
                AgentSpec.of(id, slots, skills),
                true,
                AgentState.ACTIVE,
                "",
                T0,
                T0,
                begun + queued,
                0,
                null,
                List.of());
        return new Work(agent, holdings, meanMillis, T0);
    }

    private Task task(String agent, boolean begun, int attempts, String... skills) {
        List<Attempt> all = new ArrayList<>();
        for (int i = 1; i < attempts; i++) {
            all.add(new Attempt(i, agent, T0, null, T0, AttemptEnd.INTERRUPTED, "moved", null, Usage.NONE));
        }
        all.add(new Attempt(attempts, agent, T0, begun ? T0 : null, null, null, null, null, Usage.NONE));
        TaskState state = begun ? TaskState.WORKING : TaskState.ASSIGNED;
        return new Task(
                "t" + count++,
                TaskSpec.of("x").skills(skills).build(),
                state,
                "",
                T0,
                T0,
                Set.of(),
                null,
                all,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null);
    }

    private List<Moves.Move> plan(List<Work> works, int most) {
        return new Moves(works, id -> held.getOrDefault(id, List.of())).plan(most);
    }

    @Test
    void fasterAgent_getsMore() {
        List<Work> works = List.of(
                work("has", 100, 0, 40, 1000, "s"),
                work("fast", 100, 0, 0, 500, "s"),
                work("slow", 100, 0, 0, 2000, "s"));

        List<Moves.Move> plan = plan(works, 1000);

        assertThat(plan.stream().filter(move -> move.to().equals("fast"))).hasSizeBetween(22, 24);
        assertThat(plan.stream().filter(move -> move.to().equals("slow"))).hasSizeBetween(5, 6);
    }

    @Test
    void taskGoesOnly_whereThereIsASlotAndTheSkills_andNotRoundForEver() {
        Work has = work("has", 100, 1, 10, 1000, "s", "t");
        held.put(
                "has",
                List.of(task("has", true, 1, "s"), task("has", false, 21, "s"), task("has", false, 1, "s", "t")));
        Work full = work("full", 1, 1, 0, 10, "s", "t");
        Work other = work("other", 9, 0, 0, 10, "s");

        assertThat(plan(List.of(has, full, other), 1000)).isEmpty();

        held.put("has", List.of(task("has", false, 20, "s"), task("has", false, 1, "s", "t")));
        assertThat(plan(List.of(has, full, other), 1000))
                .extracting(Moves.Move::to)
                .containsExactly("other");
    }

    /** Whatever the fleet: each task once, within the slots, and the largest backlog and the variance do not grow. */
    @Test
    void randomFleets_becomeMoreEven() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            held.clear();
            List<Work> works = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(8); i++) {
                int slots = 1 + random.nextInt(30);
                int has = random.nextInt(slots + 1);
                int begun = random.nextInt(has + 1);
                String[] skills = random.nextBoolean() ? new String[] {"s"} : new String[] {"s", "t"};
                works.add(work("a" + i, slots, begun, has - begun, 100 + random.nextInt(2000), skills));
            }
            List<Double> before = works.stream().map(Work::backlogMillis).toList();

            List<Moves.Move> plan = plan(works, 1000);

            Map<String, Double> after = Moves.after(works, plan);
            Set<String> moved = new HashSet<>();
            plan.forEach(move -> assertThat(moved.add(move.attempt().task())).isTrue());
            assertThat(Collections.max(after.values())).isLessThanOrEqualTo(Collections.max(before));
            for (Work work : works) {
                String id = work.agent().id();
                long more = plan.stream().filter(move -> move.to().equals(id)).count();
                long fewer = plan.stream()
                        .filter(move -> move.attempt().agent().equals(id))
                        .count();
                assertThat(work.held().size() + more - fewer)
                        .isLessThanOrEqualTo(work.agent().spec().slots());
                assertThat(fewer).isLessThanOrEqualTo(work.queued());
            }
            assertThat(plan(works, 3)).hasSizeLessThanOrEqualTo(3);
        }
    }
}
