// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.Agent;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to tasks, agents, the plugin and the server: the mapping is what core says, at every moment. */
class MappingHistoryTest {
    private static final int HISTORIES = 40;
    private static final int STEPS = 150;
    private static final List<String> PULL = List.of("p0", "p1");
    private static final List<String> PUSH = List.of("c0", "c1", "c2");

    @TempDir
    private Path directory;

    private final List<String> tasks = new ArrayList<>();
    private final List<AttemptRef> seen = Collections.synchronizedList(new ArrayList<>());
    private Random random = new Random();
    private RealCore core;

    @Test
    void randomHistories_withRestartsInTheMiddle_neverDrift() {
        for (int seed = 1; seed <= HISTORIES; seed++) {
            random = new Random(seed);
            tasks.clear();
            seen.clear();
            try (RealCore started = new RealCore(directory)) {
                core = started;
                enlist();
                for (int step = 0; step < STEPS; step++) {
                    act();
                    if (step % 25 == 24) {
                        assertNoDriftWhileAllGoesOn(seed);
                        assertSameAtRest(seed);
                    }
                    if (step == STEPS / 3) {
                        core.swap();
                    } else if (step == STEPS / 2) {
                        core.restart();
                        enlist();
                    }
                }
            }
        }
    }

    private void enlist() {
        PULL.forEach(id -> core.register(id, 2, "s"));
        PUSH.forEach(id -> core.connect(id, 4, "s"));
    }

    private void act() {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> submit();
            case 3 ->
                core.skep()
                        .attempts()
                        .claim(any(PULL), 2, Duration.ZERO)
                        .thenAccept(claimed -> claimed.forEach(a ->
                                seen.add(new AttemptRef(a.task().id(), a.task().token(), agentOf(a.task())))));
            case 4 -> look();
            case 5 -> quietly(core.skep().tasks().cancel(anyTask(), null));
            case 6 -> quietly(core.skep().tasks().retry(anyTask()));
            case 7 -> operator();
            default -> word();
        }
    }

    private void submit() {
        int count = 1 + random.nextInt(3);
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            specs.add(TaskSpec.of("x")
                    .skills("s")
                    .retry(new RetryPolicy(2, Duration.ZERO, Duration.ZERO))
                    .build());
        }
        RealCore.get(core.skep().tasks().submit(specs))
                .forEach(s -> tasks.add(s.task().id()));
    }

    private void operator() {
        String pull = any(PULL);
        switch (random.nextInt(3)) {
            case 0 -> quietly(core.skep().agents().remove(pull, "gone"));
            case 1 -> quietly(core.skep().agents().drain(any(PUSH), null));
            default -> core.connect(any(PUSH), 4, "s");
        }
        core.register(pull, 1 + random.nextInt(3), "s");
    }

    /** What connected agents hold is what one could say something about. */
    private void look() {
        for (Task task : core.skep().agents().held(any(PUSH))) {
            seen.add(new AttemptRef(task.id(), task.token(), agentOf(task)));
        }
    }

    private void word() {
        if (seen.isEmpty()) {
            return;
        }
        AttemptRef ref = seen.get(random.nextInt(seen.size()));
        AttemptService attempts = core.skep().attempts();
        switch (random.nextInt(6)) {
            case 0 -> quietly(attempts.start(ref, null));
            case 1 ->
                quietly(attempts.complete(List.of(new Completion(ref, "1"))).get(0));
            case 2 -> quietly(attempts.fail(ref, AttemptEnd.FAILED, "broken", random.nextBoolean()));
            case 3 -> quietly(attempts.takeBack(ref, "moved"));
            case 4 -> quietly(attempts.requireInput(ref, "which?"));
            default -> quietly(core.skep().tasks().answer(ref.task(), "1"));
        }
    }

    /** Refusals are part of life here. */
    private static void quietly(CompletionStage<?> stage) {
        assertThat(stage).isNotNull();
    }

    private void assertNoDriftWhileAllGoesOn(int seed) {
        for (int i = 0; i < 20; i++) {
            act();
        }
        JsonNode verified = core.ask("task_mapping", "verify", "{}");

        assertThat(verified.get("drift").asInt())
                .as("seed %s: %s", seed, verified)
                .isZero();
    }

    private void assertSameAtRest(int seed) {
        core.settle();
        Map<String, String> logged = new TreeMap<>();
        for (Agent agent : core.skep().agents().list()) {
            for (Task task : core.skep().agents().held(agent.id())) {
                logged.put(
                        task.id(),
                        agent.id() + ' ' + task.token() + ' ' + task.state().wire());
            }
        }
        Map<String, String> byTask = new TreeMap<>();
        tasks.forEach(id -> core.ask("task_mapping", "lookup", "{\"task\":\"" + id + "\"}")
                .get("held")
                .forEach(held -> byTask.put(id, told(held))));
        Map<String, String> byAgent = new TreeMap<>();
        for (Agent agent : core.skep().agents().list()) {
            core.ask("task_mapping", "lookup", "{\"agent\":\"" + agent.id() + "\"}")
                    .get("held")
                    .forEach(held -> byAgent.put(held.get("task").asText(), told(held)));
        }

        assertThat(byTask).as("seed %s", seed).isEqualTo(logged);
        assertThat(byAgent).as("seed %s", seed).isEqualTo(logged);
    }

    private static String told(JsonNode held) {
        return held.get("agent").asText()
                + ' '
                + held.get("token").asLong()
                + ' '
                + held.get("state").asText();
    }

    private static String agentOf(Task task) {
        return task.attempts().get(task.attempts().size() - 1).agent();
    }

    private String anyTask() {
        return tasks.isEmpty() ? "none" : any(tasks);
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
