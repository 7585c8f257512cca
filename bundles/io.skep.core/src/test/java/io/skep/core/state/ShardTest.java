// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ShardTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final Shard shard = new Shard(0, 16);

    private Task add(String id) {
        Task task = Transitions.submit(
                id, TaskSpec.of("x").input("12345").idempotencyKey(id).build(), Set.of(), T0);
        shard.apply(Change.of(task, T0));
        return task;
    }

    private void end(Task task) {
        shard.apply(Change.of(Transitions.end(task, TaskState.CANCELED, "so", T0), T0));
    }

    @Test
    void forget_letsTheOldestEndedGo_asFarAsTheyAreProjected() {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(add("t" + i));
        }
        end(tasks.get(2));
        end(tasks.get(0));
        end(tasks.get(1));

        shard.forget(1, Long.MAX_VALUE, 5, id -> false);
        assertThat(shard.task("t2")).isNull();
        assertThat(shard.taskByKey(TaskSpec.DEFAULT_TENANT, "t2")).isNull();
        assertThat(shard.task("t0"))
                .as("ended by change 6, which is not projected")
                .isNotNull();

        shard.forget(1, Long.MAX_VALUE, 7, id -> false);
        assertThat(shard.tasks()).extracting(Task::id).containsExactlyInAnyOrder("t1", "t3");
        assertThat(shard.payloadChars()).isEqualTo(10);
        assertThat(shard.liveCount()).isEqualTo(1);
    }

    @Test
    void forget_becauseOfPayload_neverTakesLiveTasks() {
        Task live = add("t0");
        end(add("t1"));

        shard.forget(100, 0, shard.seq(), id -> false);

        assertThat(shard.tasks()).containsExactly(live);
        assertThat(shard.taskByKey(TaskSpec.DEFAULT_TENANT, "t0")).isEqualTo(live);
    }

    @Test
    void retriedTask_isNotForgotten_andEndsAnew() {
        Task first = add("t0");
        end(first);
        end(add("t1"));
        shard.apply(Change.of(Transitions.retry(shard.task("t0"), T0), T0));
        assertThat(shard.liveCount()).isEqualTo(1);
        end(shard.task("t0"));

        shard.forget(1, Long.MAX_VALUE, shard.seq(), id -> false);

        assertThat(shard.tasks()).extracting(Task::id).containsExactly("t0");
    }

    @Test
    void restore_ofOrderedTasks_forgetsInTheSameOrder() {
        Random random = new Random(3);
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tasks.add(add("t" + i));
        }
        while (tasks.size() > 10) {
            end(tasks.remove(random.nextInt(tasks.size())));
        }
        AgentRecord agent = agent(AgentState.ACTIVE);
        shard.apply(Change.of(agent, T0));

        Shard restored = new Shard(0, 16);
        restored.restore(shard.seq(), shard.orderedTasks(), new ArrayList<>(shard.agents()));

        assertThat(restored.seq()).isEqualTo(shard.seq());
        assertThat(restored.orderedTasks().subList(0, 40))
                .isEqualTo(shard.orderedTasks().subList(0, 40));
        assertThat(restored.payloadChars()).isEqualTo(shard.payloadChars());
        assertThat(restored.agent("a")).isEqualTo(agent);
        restored.forget(7, Long.MAX_VALUE, Long.MAX_VALUE, id -> false);
        shard.forget(7, Long.MAX_VALUE, Long.MAX_VALUE, id -> false);
        assertThat(Set.copyOf(restored.tasks())).isEqualTo(Set.copyOf(shard.tasks()));
    }

    @Test
    void removedAgent_isGone() {
        shard.apply(Change.of(agent(AgentState.ACTIVE), T0));
        assertThat(shard.agents()).hasSize(1);

        shard.apply(Change.of(agent(AgentState.REMOVED), T0));

        assertThat(shard.agents()).isEmpty();
        assertThat(shard.agent("a")).isNull();
        assertThat(shard.number()).isZero();
    }

    private static AgentRecord agent(AgentState state) {
        return new AgentRecord(AgentSpec.of("a", 1), false, state, "so", T0, T0, "", List.of());
    }

    @Test
    void of_spreadsNamesOverEveryShard() {
        int[] count = new int[16];
        for (int i = 0; i < 16_000; i++) {
            count[Shard.of("agent-" + i, 16)]++;
        }
        for (int each : count) {
            assertThat(each).isBetween(800, 1200);
        }
    }

    @Test
    void ids_sortBySubmissionAcrossShards_andNameTheirShard() {
        Ids ids = new Ids(new Random(1));
        TreeSet<String> sorted = new TreeSet<>(Ids::compareBySubmission);
        String last = "";
        for (int i = 0; i < 5000; i++) {
            int shard = i % 256;
            String id = ids.next(shard, T0.toEpochMilli() + i / 1000);
            assertThat(Ids.compareBySubmission(id, last)).isPositive();
            assertThat(Ids.compareBySubmission(last, id)).isNegative();
            assertThat(Ids.isTaskId(id, 256)).isTrue();
            assertThat(Ids.isTaskId(id, shard)).isFalse();
            assertThat(Transitions.submit(id, TaskSpec.of("x").build(), Set.of(), T0)
                            .shard())
                    .isEqualTo(shard);
            sorted.add(id);
            last = id;
        }
        assertThat(sorted).hasSize(5000).endsWith(last);
        assertThat(Ids.compareBySubmission("00-a", "ff-a")).isZero();
        assertThat(Ids.compareBySubmission("ab", "ac")).isZero();
    }

    @Test
    void isTaskId_refusesEverythingElse() {
        assertThat(List.of(
                        "",
                        "x",
                        "00-short",
                        "zz-kdvdnjnj0005gx3bf6kf0",
                        "../../../../etc/passwd00",
                        "00_1kdvdnjnj0005gx3bf6kf"))
                .noneMatch(id -> Ids.isTaskId(id, 16));
    }
}
