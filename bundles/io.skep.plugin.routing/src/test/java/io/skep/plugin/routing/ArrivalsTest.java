// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.embedding.Embedder;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.testkit.ManualClock;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Agents and encoders that come while questions are asked: nobody gets a task only because the others are not known yet. */
class ArrivalsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String TASK = "paint a watercolour portrait";
    private static final Agent PAINTER = FewAgents.agent("gina", "Paints watercolour portraits", "painting");

    /** An encoder that works when it is told to. */
    private static final class Held implements Embedder {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        private final WordVectors vectors;
        private final String on;

        /** Holds texts that have this word. */
        Held(String model, String on) {
            this.vectors = new WordVectors(model);
            this.on = on;
        }

        @Override
        public String model() {
            return vectors.model();
        }

        @Override
        public int dimensions() {
            return vectors.dimensions();
        }

        @Override
        public Optional<float[]> cached(String text) {
            return Optional.empty();
        }

        @Override
        public float[] embed(String text) {
            return vectors.embed(text);
        }

        @Override
        public List<float[]> embedAll(List<String> texts) {
            if (texts.toString().contains(on)) {
                begun.countDown();
                try {
                    assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            }
            return vectors.embedAll(texts);
        }
    }

    private static Rig rig(List<Agent> agents) {
        return new Rig(false, new InMemoryPluginState(), new ArrayList<>(agents), Settings.DEFAULT);
    }

    private static void come(Rig rig, Agent agent) {
        rig.agents.add(agent);
        rig.events.tell("agent.active", agent.id(), "", agent.id(), 0);
    }

    @Test
    void agentsThatHaveJustCome_areWaitedFor() throws InterruptedException {
        try (Rig rig = rig(List.of())) {
            Held encoder = new Held("words", "queries");
            rig.plugin.bind(encoder);
            await().atMost(LONG)
                    .until(() -> rig.ask("performance_learning", "status", "{}")
                            .path("encoder")
                            .asText()
                            .equals("words"));
            come(rig, FewAgents.crew().get(1));
            assertPainterIsWaitedFor(rig, encoder);
        }
    }

    @Test
    void agentsThatComeWhileThoseBeforeAreRead_areWaitedFor() throws InterruptedException {
        List<Agent> agents = new ArrayList<>();
        try (Rig rig = new Rig(false, new InMemoryPluginState(), agents, Settings.DEFAULT)) {
            // Nobody was told of it yet: it is met with all agents, for the encoder that has come.
            agents.add(FewAgents.crew().get(1));
            Held encoder = new Held("words", "queries");
            rig.plugin.bind(encoder);
            assertPainterIsWaitedFor(rig, encoder);
        }
    }

    /** Has the painter come while the encoder reads others. */
    private static void assertPainterIsWaitedFor(Rig rig, Held encoder) throws InterruptedException {
        assertThat(encoder.begun.await(60, TimeUnit.SECONDS)).isTrue();
        come(rig, PAINTER);
        CompletionStage<IntegrationResponse> decision = rig.plugin.process(new IntegrationRequest(
                "semantic_routing", "route_preview", null, "{\"description\":\"" + TASK + "\"}"));
        assertThat(decision).isNotDone();
        encoder.goOn.countDown();
        assertThat(decision)
                .succeedsWithin(LONG)
                .extracting(Object::toString)
                .asString()
                .contains("\"agent\":\"gina\",\"probability\"");
    }

    @Test
    void agentThatCameWithoutAnEncoder_getsItsVectorsFromTheNext() {
        try (Rig rig = rig(FewAgents.crew())) {
            WordVectors encoder = new WordVectors();
            rig.plugin.bind(encoder);
            await().atMost(LONG)
                    .until(() -> rig.route(TASK).path("encoder").asText().equals("words"));
            rig.plugin.unbind(encoder);
            come(rig, PAINTER);
            await().atMost(LONG)
                    .until(() -> rig.route(TASK).path("agent").asText().equals("gina"));
            rig.plugin.bind(new WordVectors());
            await().atMost(LONG).until(() -> description(rig.route(TASK)) > 0.5);
        }
    }

    private static double description(JsonNode decision) {
        for (JsonNode factor : decision.path("ranking").path(0).path("factors")) {
            if (factor.path("name").asText().equals("description")) {
                return factor.path("value").asDouble();
            }
        }
        return 0;
    }

    /** At a start of the server the encoder and the plugin are on their way; what was learned is of its vectors. */
    @Test
    void encoderThatWasThereBefore_isWaitedForAtTheStart() {
        Rig before = new Rig(true);
        String id = before.route("a hotel").path("decisionId").asText();
        before.ask("performance_learning", "record", "{\"decisionId\":\"" + id + "\",\"outcome\":1}");
        before.close();
        AtomicBoolean isThere = new AtomicBoolean();
        List<Boolean> asked = new CopyOnWriteArrayList<>();
        AgentService agents = (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> {
                    asked.add(isThere.get());
                    return FewAgents.crew();
                });
        try (RoutingPlugin plugin = new RoutingPlugin(new ManualClock(), Settings.DEFAULT, Rig.PATIENCE)) {
            CompletionStage<Void> ready = plugin.initialize(new FakeOrchestrator(before.state)
                    .with(new InMemoryEvents())
                    .with(agents));
            await().atMost(LONG).until(() -> !asked.isEmpty() || isWaiting());
            isThere.set(true);
            plugin.bind(new WordVectors());
            assertThat(ready).succeedsWithin(Duration.ofSeconds(60));
            assertThat(asked).isNotEmpty().doesNotContain(false);
        }
    }

    private static boolean isWaiting() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(Encoder.class.getName())
                        && frame.getMethodName().equals("await"));
    }

    @Test
    void whileAnotherModelReadsTheAgents_allAreRankedWithWhatThereWas() throws InterruptedException {
        try (Rig rig = rig(FewAgents.crew())) {
            rig.plugin.bind(new WordVectors());
            await().atMost(LONG)
                    .until(() -> rig.route("a hotel").path("encoder").asText().equals("words"));
            Held other = new Held("other", "flights");
            rig.plugin.bind(other);
            assertThat(other.begun.await(60, TimeUnit.SECONDS)).isTrue();
            JsonNode decision = rig.route("watch the disks of the servers");
            assertThat(decision.path("agent").asText()).isEqualTo("erin");
            assertThat(decision.path("encoder").asText()).isEqualTo("lexical");
            other.goOn.countDown();
            await().atMost(LONG)
                    .until(() -> rig.route("a hotel").path("encoder").asText().equals("other"));
        }
    }
}
