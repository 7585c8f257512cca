// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.RealCore;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A generation that ends after any of its effects, and the next one that goes on. */
class RestartTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final int TRIES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STEPS = """
            steps:
              - {id: a, description: a, compensate: {description: undo a}}
              - {id: b, description: "b ${item}", dependsOn: [a], forEach: /steps/a/result, compensate: {description: u}}
              - {id: c, description: c, dependsOn: [a], when: {pointer: "", equals: 1}}
              - {id: d, description: "d ${steps.b.result}", dependsOn: [b, c], retry: {maxAttempts: 1}}
            """;

    @TempDir
    Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory, Settings.DEFAULT);
    }

    @AfterEach
    void end() {
        core.close();
    }

    /** One generation of the workflows alone. */
    private static final class Generation implements AutoCloseable {
        private final Workers workers = new Workers();
        private final Flows flows;

        Generation(Mortal life) {
            flows = new Flows(life.orchestrator(), () -> Settings.DEFAULT, workers, new Codec(), Clock.systemUTC());
            flows.start();
        }

        JsonNode ask(String operation, Object data) {
            String json = JSON.valueToTree(data).toString();
            CompletableFuture<?> answer = flows.answer(
                            operation, new IntegrationRequest("workflows", operation, null, json))
                    .toCompletableFuture();
            return JSON.valueToTree(answer.orTimeout(60, TimeUnit.SECONDS).join());
        }

        String state(String run) {
            return ask("status", Map.of("run", run)).path("state").asText();
        }

        @Override
        public void close() {
            flows.close();
            workers.close();
        }
    }

    private void awaitEnd(Generation generation, String run, String state) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(generation.state(run))
                        .as("%s", generation.ask("status", Map.of("run", run)))
                        .isEqualTo(state));
    }

    /** Runs it once for each number of effects after which the first generation dies; how many there are in all. */
    private int dieAfterEachEffect(String yaml, String state, List<String> tasks, Hands hands) {
        for (int effects = 1; ; effects++) {
            InMemoryPluginState kept = new InMemoryPluginState();
            Mortal life = new Mortal(core.skep(), kept, effects);
            hands.seen.clear();
            String run;
            try (Generation first = new Generation(life)) {
                run = first.ask("start", Map.of("yaml", yaml, "input", 2))
                        .path("run")
                        .asText();
                await().atMost(LONG)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> life.isDead() || (first.state(run).equals(state) && isTold(kept, run)));
            }
            if (!life.isDead()) {
                assertThat(hands.seen).containsExactlyInAnyOrderElementsOf(tasks);
                assertThat(life.told()).isEqualTo(history(kept, run));
                return effects;
            }
            Mortal next = new Mortal(core.skep(), kept, Integer.MAX_VALUE);
            try (Generation second = new Generation(next)) {
                awaitEnd(second, run, state);
                await().atMost(LONG).until(() -> isTold(kept, run));
                Set<Notice> told = new LinkedHashSet<>(life.told());
                told.addAll(next.told());
                assertThat(told).as("told, %d effects", effects).containsExactlyElementsOf(history(kept, run));
                JsonNode spent = second.ask("status", Map.of("run", run)).path("spent");
                assertThat(spent.path("attempts").asInt(tasks.size())).isEqualTo(tasks.size());
            }
            assertThat(hands.seen).as("died after %d effects", effects).containsExactlyInAnyOrderElementsOf(tasks);
            assertThat(new HashSet<>(hands.seen)).hasSameSizeAs(hands.seen);
        }
    }

    private static Run kept(PluginState state, String run) {
        String json = state.get("run." + run).orElseThrow().json();
        return new Codec().read(json, Run.class);
    }

    private static boolean isTold(PluginState state, String run) {
        return kept(state, run).toTell().isEmpty();
    }

    private static List<Notice> history(PluginState state, String run) {
        Run now = kept(state, run);
        return now.history().stream().map(moment -> Telling.notice(now, moment)).toList();
    }

    @Test
    void wheneverItEnds_eachTaskIsDoneOnce() {
        Hands hands = new Hands(name -> name.equals("a") ? "[5,6,7]" : "1").workFor(core.skep());
        int effects = dieAfterEachEffect(STEPS, "completed", List.of("a", "b.0", "b.1", "b.2", "d"), hands);
        assertThat(effects).isGreaterThan(10);
    }

    @Test
    void wheneverItEnds_eachTaskIsCountedOnce_ofABudgetThatIsJustEnough() {
        Hands hands = new Hands(name -> name.equals("a") ? "[5,6,7]" : "1").workFor(core.skep());
        List<String> tasks = List.of("a", "b.0", "b.1", "b.2", "d");
        assertThat(dieAfterEachEffect("budget: {maxAttempts: 5}\n" + STEPS, "completed", tasks, hands))
                .isGreaterThan(10);
    }

    @Test
    void wheneverItEnds_eachCompensationIsDoneOnce_inOrder() {
        Hands hands = new Hands(name -> name.equals("a") ? "[5,6]" : name.equals("d") ? Hands.FAIL : "1")
                .workFor(core.skep());
        List<String> tasks = List.of("a", "b.0", "b.1", "d", "b.undo", "a.undo");
        assertThat(dieAfterEachEffect(STEPS, "failed", tasks, hands)).isGreaterThan(15);
        assertThat(hands.seen).endsWith("d", "b.undo", "a.undo");
    }

    @Test
    void whatCannotBeTold_holdsNothingUp_andIsToldSoonAfterItCan() {
        Hands hands = new Hands(name -> name.equals("a") ? "1" : Hands.HOLD).workFor(core.skep());
        // On a machine that pauses it may be late once.
        boolean isSoon = false;
        for (int i = 0; i < TRIES && !isSoon; i++) {
            isSoon = isToldSoon(hands);
        }
        assertThat(isSoon).as("one of %d times", TRIES).isTrue();
    }

    /** Whether it is told before all runs are looked at again, which is ten seconds after the generation began. */
    private boolean isToldSoon(Hands hands) {
        InMemoryPluginState kept = new InMemoryPluginState();
        Mortal life = new Mortal(core.skep(), kept, Integer.MAX_VALUE);
        life.speechless = true;
        long begun = System.nanoTime();
        try (Generation generation = new Generation(life)) {
            String steps = "steps: [{id: a, description: a}, {id: b, description: b, dependsOn: [a]}]";
            String run =
                    generation.ask("start", Map.of("yaml", steps)).path("run").asText();
            hands.awaitHeld("b");
            await().atMost(LONG).until(() -> kept(kept, run).step(1).is(StepRun.RUNNING));
            assertThat(life.told()).isEmpty();

            life.speechless = false;

            await().atMost(LONG).until(() -> isTold(kept, run));
            boolean isSoon =
                    System.nanoTime() - begun < Duration.ofMillis(9_500).toNanos();
            assertThat(life.told()).isEqualTo(history(kept, run));
            return isSoon;
        }
    }

    @Test
    void whatWasAboutToBegin_whenItEnded_isNotForgotten_ifItIsCanceledThen() {
        Hands hands = new Hands(name -> Hands.HOLD).workFor(core.skep());
        InMemoryPluginState kept = new InMemoryPluginState();
        // Takes the run, says that step a begins, makes its task, and dies before it says which task that is.
        Mortal life = new Mortal(core.skep(), kept, 3);
        String run;
        try (Generation first = new Generation(life)) {
            run = first.ask("start", Map.of("yaml", STEPS)).path("run").asText();
            hands.awaitHeld("a");
            await().atMost(LONG).until(life::isDead);
        }
        Mortal next = new Mortal(core.skep(), kept, Integer.MAX_VALUE);
        next.trial = true;
        try (Generation second = new Generation(next)) {
            second.ask("cancel", Map.of("run", run));
            next.trial = false;
            awaitEnd(second, run, "canceled");
            await().atMost(LONG).until(() -> hands.canceled.contains("a"));
        }
        assertThat(hands.seen).containsExactly("a");
    }

    @Test
    void whatWasAboutToBegin_butHadNot_isNeverGivenToAnybody_ifItIsCanceledThen() {
        Hands hands = new Hands(name -> Hands.HOLD).workFor(core.skep());
        InMemoryPluginState kept = new InMemoryPluginState();
        Mortal life = new Mortal(core.skep(), kept, 2);
        String run;
        try (Generation first = new Generation(life)) {
            run = first.ask("start", Map.of("yaml", STEPS)).path("run").asText();
            await().atMost(LONG).until(life::isDead);
        }
        Mortal next = new Mortal(core.skep(), kept, Integer.MAX_VALUE);
        next.trial = true;
        try (Generation second = new Generation(next)) {
            second.ask("cancel", Map.of("run", run));
            next.trial = false;
            awaitEnd(second, run, "canceled");
        }
        assertThat(hands.seen).isEmpty();
    }

    @Test
    void onTrial_nothingBegins_andWhatWasAskedHoldsWhenItIsPromoted() {
        Hands hands = new Hands(name -> name.equals("a") ? "[]" : "1").workFor(core.skep());
        InMemoryPluginState copy = new InMemoryPluginState();
        Mortal life = new Mortal(core.skep(), copy, Integer.MAX_VALUE);
        life.trial = true;
        try (Generation generation = new Generation(life)) {
            String run =
                    generation.ask("start", Map.of("yaml", STEPS)).path("run").asText();
            generation.ask("define", Map.of("yaml", "name: n\n" + STEPS));
            generation.ask("pause", Map.of("run", run));
            // The copy is dropped, and what is kept has none of it.
            copy.become(Map.of());
            life.trial = false;
            assertThat(generation.state(run)).isEqualTo("paused");
            assertThat(generation.ask("list", Map.of()).path("workflows")).hasSize(1);
            assertThat(hands.seen).isEmpty();
            generation.ask("resume", Map.of("run", run));
            awaitEnd(generation, run, "completed");
            assertThat(hands.seen).containsExactlyInAnyOrder("a", "d");
        }
    }

    @Test
    void serverThatStopsInTheMiddle_goesOnWithWhatItHad() {
        String call = JSON.createObjectNode().put("yaml", STEPS).put("input", 1).toString();
        Hands hands =
                new Hands(name -> Map.of("a", "[5]", "d", "1").getOrDefault(name, Hands.HOLD)).workFor(core.skep());
        String run = core.ask("workflows", "start", call).path("run").asText();
        hands.awaitHeld("b.0");
        hands.finish("c", "0");
        core.restart();
        hands.workFor(core.skep()).finish("b.0", "\"later\"");
        String status = JSON.createObjectNode().put("run", run).toString();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(core.ask("workflows", "status", status)
                                .path("state")
                                .asText())
                        .isEqualTo("completed"));
        assertThat(hands.seen).containsExactlyInAnyOrder("a", "b.0", "c", "d");
        assertThat(hands.tasks.get("d").spec().description()).isEqualTo("d [\"later\"]");
    }
}
