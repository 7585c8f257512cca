// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.AgentSpec;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalanceTest {
    private static final int AGENTS = 10;
    private static final int TASKS = 100;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory);
    }

    @AfterEach
    void stop() {
        core.close();
    }

    private List<Task> submitToHoarder() {
        List<TaskSpec> specs =
                Collections.nCopies(TASKS, TaskSpec.of("x").skills("s").build());
        List<Task> tasks = RealCore.get(core.skep().tasks().submit(specs)).stream()
                .map(submitted -> submitted.task())
                .toList();
        core.settle();
        assertThat(core.skep().agents().held("agent-0")).hasSize(TASKS);
        return tasks;
    }

    private JsonNode optimize(String data) {
        return core.ask("workload_analysis", "optimize", data);
    }

    /** How many turns it takes to complete all, when one agent was given everything before nine others came. */
    private int completeAll(boolean optimize, List<AttemptRef> done) {
        List<SlowAgent> agents = new ArrayList<>();
        List<Task> tasks = List.of();
        for (int i = 0; i < AGENTS; i++) {
            SlowAgent agent = new SlowAgent(core.skep().attempts());
            core.connect(AgentSpec.of("agent-" + i, TASKS, "s"), agent);
            agents.add(agent);
            if (i == 0) {
                tasks = submitToHoarder();
            }
        }
        if (optimize) {
            JsonNode optimized = optimize("{\"execute\":true,\"maxMoves\":1000}");
            assertThat(optimized.get("executed").asBoolean()).isTrue();
            assertThat(optimized.get("moved").asInt()).isEqualTo(90);
            assertThat(optimized.get("scoreBefore").asDouble()).isEqualTo(0.1);
            assertThat(optimized.get("scoreAfter").asDouble()).isEqualTo(1);
            assertThat(optimized.get("varianceAfter").asDouble())
                    .isLessThan(optimized.get("varianceBefore").asDouble());
        }
        awaitWork(agents, optimize ? TASKS / AGENTS : TASKS);
        int turns = 0;
        while (done.size() < TASKS) {
            agents.stream().map(SlowAgent::turn).map(RealCore::get).forEach(done::addAll);
            turns++;
        }
        for (Task task : tasks) {
            assertThat(core.task(task).state()).isEqualTo(TaskState.COMPLETED);
        }
        return turns;
    }

    /** Agents are told what they get, and what they no longer have, just after core knows it. */
    private static void awaitWork(List<SlowAgent> agents, int most) {
        await().atMost(LONG)
                .until(() -> agents.stream().mapToInt(SlowAgent::waiting).sum() == TASKS
                        && agents.stream().mapToInt(SlowAgent::waiting).max().orElse(0) == most);
    }

    @Test
    void optimize_completesAllInLessTime_andNothingIsHandedOutTwice() {
        int unmoved = completeAll(false, new ArrayList<>());
        core.close();
        core = new RealCore(directory);
        List<AttemptRef> done = new ArrayList<>();

        int moved = completeAll(true, done);

        assertThat(unmoved).isEqualTo(TASKS);
        assertThat(moved).isEqualTo(TASKS / AGENTS);
        assertThat(done).hasSize(TASKS);
        assertThat(done.stream().map(AttemptRef::task).distinct()).hasSize(TASKS);
        assertThat(done.stream().map(AttemptRef::agent).distinct())
                .as("idle agents worked too")
                .hasSize(AGENTS);
        assertThat(core.ask("task_mapping", "verify", "{}").get("drift").asInt())
                .isZero();
    }

    @Test
    void plan_movesNothing_andAtMostAsManyAsAsked() {
        core.connect("agent-0", TASKS, "s");
        submitToHoarder();
        core.connect("idle", TASKS, "s");
        core.connect("other", TASKS, "t");

        JsonNode plan = optimize("{\"maxMoves\":7}");

        assertThat(plan.get("executed").asBoolean()).isFalse();
        assertThat(plan.get("moved").asInt()).isZero();
        assertThat(plan.get("moves")).hasSize(7);
        assertThat(plan.get("moves").findValuesAsText("to")).containsOnly("idle");
        assertThat(plan.get("moves").findValuesAsText("outcome")).containsOnly("planned");
        assertThat(core.skep().agents().held("agent-0")).hasSize(TASKS);
        assertThat(optimize("{}").get("moves")).hasSize(50);
    }

    @Test
    void taskThatBeganMeanwhile_staysWhereItIs() {
        core.connect("a", 4, "s");
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(core.submit(TaskSpec.of("x").skills("s")));
        }
        core.connect("b", 4, "s");
        tasks.forEach(task -> RealCore.get(core.skep().attempts().start(core.ref(task), null)));

        assertThat(optimize("{\"execute\":true}").get("moves")).isEmpty();
        assertThat(core.skep().agents().held("a")).hasSize(4);
    }

    @Test
    void evenFleet_movesNothing() {
        core.connect("a", 9, "s");
        core.connect("b", 9, "s");
        for (int i = 0; i < 8; i++) {
            core.submit(TaskSpec.of("x").skills("s"));
        }

        JsonNode optimized = optimize("{\"execute\":true}");

        assertThat(optimized.get("moves")).isEmpty();
        assertThat(optimized.get("scoreBefore").asDouble()).isEqualTo(1);
        assertThat(core.declined("workload_analysis", "optimize", "{\"maxMoves\":0}"))
                .isEqualTo("field \"maxMoves\" must be 1 to 1000, not 0");
    }
}
