// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalanceTest {
    private static final int AGENTS = 10;
    private static final int TASKS = 100;
    private static final int EACH_MILLIS = 15;

    @TempDir
    private Path directory;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory);
    }

    @AfterEach
    void stop() {
        core.close();
        timer.shutdownNow();
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

    /** How long it takes to complete all, when one agent was given everything before nine others came. */
    private Duration completeAll(boolean optimize, List<AttemptRef> begun) {
        List<SlowAgent> agents = new ArrayList<>();
        List<Task> tasks = List.of();
        for (int i = 0; i < AGENTS; i++) {
            SlowAgent agent = new SlowAgent(core.skep().attempts(), timer, EACH_MILLIS, begun);
            core.connect(AgentSpec.of("agent-" + i, TASKS, "s"), agent);
            agents.add(agent);
            if (i == 0) {
                tasks = submitToHoarder();
            }
        }
        long start = System.nanoTime();
        if (optimize) {
            JsonNode optimized = optimize("{\"execute\":true,\"maxMoves\":1000}");
            assertThat(optimized.get("executed").asBoolean()).isTrue();
            assertThat(optimized.get("moved").asInt()).isEqualTo(90);
            assertThat(optimized.get("scoreBefore").asDouble()).isEqualTo(0.1);
            assertThat(optimized.get("scoreAfter").asDouble()).isEqualTo(1);
            assertThat(optimized.get("varianceAfter").asDouble())
                    .isLessThan(optimized.get("varianceBefore").asDouble());
        }
        agents.forEach(SlowAgent::open);
        for (Task task : tasks) {
            assertThat(RealCore.get(core.skep().tasks().awaitEnd(task.id(), Duration.ofSeconds(30)))
                            .state())
                    .isEqualTo(TaskState.COMPLETED);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void optimize_completesAllInLessTime_andNothingIsHandedOutTwice() {
        Duration unmoved = completeAll(false, Collections.synchronizedList(new ArrayList<>()));
        core.close();
        core = new RealCore(directory);
        List<AttemptRef> begun = Collections.synchronizedList(new ArrayList<>());

        Duration moved = completeAll(true, begun);

        assertThat(moved).isLessThan(unmoved.multipliedBy(7).dividedBy(10));
        assertThat(begun).hasSize(TASKS);
        assertThat(begun.stream().map(AttemptRef::task).distinct()).hasSize(TASKS);
        assertThat(begun.stream().map(AttemptRef::agent).distinct())
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
