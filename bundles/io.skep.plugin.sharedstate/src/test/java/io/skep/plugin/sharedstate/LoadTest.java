// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.AgentSpec;
import io.skep.api.task.Assignment;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private RealCore core;

    @BeforeEach
    void open(@TempDir Path directory) {
        core = new RealCore(directory);
    }

    @AfterEach
    void close() {
        core.close();
    }

    private JsonNode load() {
        return core.ask("real_time_balancing/load", "{}");
    }

    private JsonNode agent(String id) {
        for (JsonNode agent : load().path("agents")) {
            if (agent.path("agent").asText().equals(id)) {
                return agent;
            }
        }
        throw new AssertionError("no agent " + id);
    }

    @Test
    void load_saysWhatEachHolds_andWhatWaitsForIt() {
        core.register("a", 4, "go");
        core.register("b", 2, "go", "fix");
        RealCore.Idle idle = core.idle("c", 2, "sit");
        core.submit("go");
        core.claim("a", 1);
        core.submit("sit");
        await().atMost(LONG).until(() -> idle.assigned().size() == 1);
        Task sent = core.submit("fix");
        RealCore.get(core.skep().tasks().route(sent.id(), "b"));
        RealCore.get(core.skep().agents().reserve("a", Duration.ofMinutes(1)));

        JsonNode load = load();

        assertThat(load.path("attempts").asInt()).isEqualTo(2);
        assertThat(load.path("best").asText())
                .as("all have half of their slots")
                .isEqualTo("a");
        assertThat(load.path("spread").asDouble()).isZero();
        assertThat(load.path("fairness").asDouble()).isEqualTo(1);
        assertThat(agent("a").path("working").asInt()).isEqualTo(1);
        assertThat(agent("a").path("reserved").asInt()).isEqualTo(1);
        assertThat(agent("a").path("load").asDouble()).isEqualTo(0.5);
        assertThat(agent("b").path("waiting").asInt()).isEqualTo(1);
        assertThat(agent("c").path("assigned").asInt()).isEqualTo(1);
        JsonNode fixers = core.ask("real_time_balancing/load", "{\"skills\":[\"fix\"]}");
        assertThat(fixers.path("agents")).hasSize(1);
        assertThat(fixers.path("best").asText()).isEqualTo("b");
        assertThat(core.ask("real_time_balancing/load", "{\"skills\":[\"none\"]}")
                        .has("best"))
                .isFalse();
    }

    /** Agents and tasks die at random; whatever is said of an agent is then what the store has of it, to the last attempt. */
    @Test
    void afterManyRandomKills_everyLoadIsWhatTheStoreHas() {
        Random random = new Random(7);
        List<Task> held = new ArrayList<>();
        for (int kill = 0; kill < 100; kill++) {
            for (int i = 0; i < 4; i++) {
                ensure("a" + i);
                core.submit(TaskSpec.of("x").retry(new RetryPolicy(9, Duration.ZERO, Duration.ZERO)));
                core.claim("a" + i, 2).stream().map(Assignment::task).forEach(held::add);
            }
            Task victim = held.isEmpty() ? core.submit() : held.remove(random.nextInt(held.size()));
            switch (random.nextInt(4)) {
                case 0 -> RealCore.get(core.skep().agents().remove("a" + random.nextInt(4), "killed"));
                case 1 -> RealCore.get(core.skep().tasks().cancel(victim.id(), "killed"));
                case 2 -> end(victim);
                default -> fail(victim);
            }
        }
        core.swap();
        assertStoreSaysTheSame();
        core.restart();
        assertStoreSaysTheSame();
    }

    private void ensure(String id) {
        if (core.skep().agents().find(id).isEmpty()) {
            RealCore.get(core.skep().agents().register(AgentSpec.of(id, 3), false));
        }
    }

    private void end(Task task) {
        try {
            core.complete(task);
        } catch (CompletionException fenced) {
            assertThat(fenced).hasMessageContaining("is over");
        }
    }

    private void fail(Task task) {
        if (!task.state().isHeld()) {
            return;
        }
        try {
            RealCore.get(core.skep().attempts().fail(RealCore.ref(task), AttemptEnd.FAILED, "killed", true));
        } catch (CompletionException fenced) {
            assertThat(fenced).hasMessageContaining("is over");
        }
    }

    private void assertStoreSaysTheSame() {
        await().atMost(LONG).untilAsserted(() -> {
            Map<String, Integer> stored = new HashMap<>();
            TaskQuery held = new TaskQuery(
                    Set.of(TaskState.ASSIGNED, TaskState.WORKING, TaskState.INPUT_REQUIRED),
                    null,
                    null,
                    null,
                    null,
                    null,
                    1000,
                    null);
            for (Task task : RealCore.get(core.skep().tasks().list(held)).items()) {
                Attempt attempt = task.currentAttempt().orElseThrow();
                stored.merge(attempt.agent(), 1, Integer::sum);
            }
            JsonNode load = load();
            assertThat(load.path("attempts").asInt())
                    .isEqualTo(stored.values().stream().mapToInt(n -> n).sum());
            for (JsonNode agent : load.path("agents")) {
                assertThat(agent.path("working").asInt()
                                + agent.path("asking").asInt()
                                + agent.path("assigned").asInt())
                        .as("%s", agent)
                        .isEqualTo(stored.getOrDefault(agent.path("agent").asText(), 0));
            }
        });
    }

    @Test
    void whatHasNotBegun_goesToWhoeverHasLessToDo_andIsNeverInTwoHands() {
        RealCore.Idle first = core.idle("first", 4, "sit");
        for (int i = 0; i < 4; i++) {
            core.submit("sit");
        }
        await().atMost(LONG).until(() -> first.assigned().size() == 4);
        RealCore.get(core.skep().attempts().start(RealCore.ref(first.assigned().get(0)), null));
        RealCore.Idle second = core.idle("second", 4, "sit");

        JsonNode plan = core.ask("real_time_balancing/rebalance", "{}");
        assertThat(plan.path("dryRun").asBoolean()).isTrue();
        assertThat(plan.path("moves").findValuesAsText("outcome")).containsExactly("planned", "planned");
        assertThat(plan.path("moves").findValuesAsText("to")).containsExactly("second", "second");
        assertThat(second.assigned()).isEmpty();
        JsonNode done = core.ask("real_time_balancing/rebalance", "{\"dryRun\":false}");

        assertThat(done.path("moved").asInt()).isEqualTo(2);
        assertThat(done.path("spreadBefore").asDouble()).isEqualTo(1);
        assertThat(done.path("spreadAfter").asDouble()).isZero();
        await().atMost(LONG).until(() -> second.assigned().size() == 2);
        assertThat(second.assigned()).allSatisfy(task -> {
            assertThat(task.token()).isEqualTo(2);
            assertThat(core.task(task).currentAttempt().orElseThrow().agent()).isEqualTo("second");
        });
        assertThat(core.ask("real_time_balancing/rebalance", "{\"dryRun\":false}")
                        .path("moves"))
                .as("it is even now")
                .isEmpty();
        assertThat(core.ask("real_time_balancing/rebalance", "{\"most\":1}").path("moves"))
                .isEmpty();
    }

    @Test
    void whatAPersonHasSent_orWasDelegated_stays() {
        core.register("a", 1, "go");
        core.register("b", 1, "go");
        for (int i = 0; i < 3; i++) {
            RealCore.get(core.skep().tasks().route(core.submit("go").id(), "a"));
        }
        Task delegated = core.submit("go");
        core.ask("delegate", "{\"task\":\"" + delegated.id() + "\",\"agent\":\"a\"}");
        assertThat(agent("a").path("waiting").asInt()).isEqualTo(4);

        assertThat(core.ask("real_time_balancing/rebalance", "{\"dryRun\":false}")
                        .path("moves"))
                .isEmpty();
    }

    @Test
    void wrongInput_isDeclinedByName() {
        assertThat(core.declined("real_time_balancing/rebalance", "{\"most\":0}"))
                .contains("\"most\"");
    }
}
