// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.context.recall.ConsolidationSettings;
import io.skep.plugin.context.sessions.SessionSettings;
import io.skep.plugin.context.sleep.SleepSettings;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sleep by the plugin, in the real core over a store in memory. */
class SleepTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHARDS = 16;

    @TempDir
    Path directory;

    private InMemoryLogStore log;
    private Skep skep;
    private ContextPlugin plugin;
    private int version;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(directory.resolve("store"));
        log = new InMemoryLogStore(SHARDS, directory.resolve("store"));
        start();
    }

    private void start() throws IOException {
        skep = new Skep(log, new InMemoryProjection(SHARDS), CoreSettings.DEFAULT, true);
        serve();
        skep.started();
        get(skep.agents().connect(AgentSpec.of("a1", 1, "java"), new Worker(skep)));
    }

    /** Another generation in the place of this one. */
    private void serve() {
        ContextPlugin next = new ContextPlugin(
                Clock.systemUTC(),
                new Settings(
                        directory.resolve("context"),
                        SessionSettings.DEFAULT,
                        ConsolidationSettings.DEFAULT,
                        new SleepSettings(Duration.ofMillis(100), 2, 2)));
        version++;
        get(skep.serve(
                new Generation.Origin(ContextPlugin.PLUGIN, "io.skep.plugin.context", version + ".0.0", version, null),
                next));
        if (plugin != null) {
            plugin.close();
        }
        plugin = next;
    }

    @AfterEach
    void end() {
        plugin.close();
        skep.close();
    }

    private IntegrationResponse response(String capability, String operation, String data) {
        return get(skep.call(new IntegrationRequest(capability, operation, null, data)));
    }

    private JsonNode call(String operation, String data) {
        return json(response("sleep_wake_cycles", operation, data));
    }

    private String declined(String operation, String data) {
        IntegrationResponse response = response("sleep_wake_cycles", operation, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    private static JsonNode json(IntegrationResponse response) {
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return JSON.readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private Agent agent() {
        return skep.agents().find("a1").orElseThrow();
    }

    private void reach(AgentState state) {
        await().atMost(LONG).until(() -> agent().state() == state);
    }

    private Task done(String text) {
        Task task = get(skep.tasks()
                        .submit(List.of(TaskSpec.of(text).skills("java").build())))
                .get(0)
                .task();
        return get(skep.tasks().awaitEnd(task.id(), LONG));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    private record Worker(Skep skep) implements AgentConnector {
        @Override
        public void assigned(Assignment assignment) {
            Task task = assignment.task();
            AttemptRef ref = new AttemptRef(task.id(), task.token(), "a1");
            skep.attempts()
                    .start(ref, null)
                    .thenAccept(begun -> skep.attempts().complete(List.of(new Completion(ref, "1"))));
        }

        @Override
        public void canceled(AttemptRef attempt, String cause) {
            // There is nothing to stop.
        }

        @Override
        public void answered(AttemptRef attempt, String answer) {
            // It never asks.
        }
    }

    @Test
    void idleAgent_sleepsByPolicy_andATaskWakesIt() {
        call("policy", "{\"name\":\"p\",\"idleMillis\":1000}");
        reach(AgentState.ASLEEP);
        assertThat(agent().cause()).contains("idle for", "policy p");
        JsonNode status = call("status", "{}");
        assertThat(status.path("asleep").asInt()).isEqualTo(1);
        assertThat(status.path("agents").path(0).path("sleeps").asInt()).isEqualTo(1);

        assertThat(done("x").state()).isEqualTo(TaskState.COMPLETED);
        reach(AgentState.ASLEEP);
        assertThat(call("forget", "{\"name\":\"p\"}").path("changed").asBoolean())
                .isTrue();
        assertThat(call("forget", "{\"name\":\"p\"}").path("changed").asBoolean())
                .isFalse();
        assertThat(call("policies", "{}").path("policies")).isEmpty();
        assertThat(call("wake", "{\"agent\":\"a1\"}").path("state").asText()).isEqualTo("waking");
        reach(AgentState.ACTIVE);
    }

    @Test
    void policiesAndPins_outliveASwapAndARestart() throws IOException {
        call("policy", "{\"name\":\"p\",\"idleMillis\":1000,\"agents\":[\"a*\"]}");
        call("pin", "{\"agent\":\"a1\",\"reason\":\"it is needed\"}");
        serve();
        assertThat(call("policies", "{}").path("policies")).hasSize(1);
        assertThat(call("status", "{}").path("agents").path(0).path("pinned").asText())
                .isEqualTo("it is needed");
        plugin.close();
        skep.close();
        start();
        assertThat(agent().state()).isEqualTo(AgentState.ACTIVE);
        call("unpin", "{\"agent\":\"a1\"}");

        reach(AgentState.ASLEEP);
        serve();
        assertThat(agent().state()).isEqualTo(AgentState.ASLEEP);
        assertThat(done("x").state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void pinnedAgent_neverSleeps_whoeverAsks() {
        call("pin", "{\"agent\":\"a1\",\"reason\":\"it is needed\"}");
        assertThat(declined("sleep", "{\"agent\":\"a1\"}")).isEqualTo("agent a1 never sleeps: it is needed");

        get(skep.agents().sleep("a1", "by core's own command"));

        await().atMost(LONG).until(() -> agent().cause().startsWith("it stays awake"));
        assertThat(agent().cause()).isEqualTo("it stays awake: it never sleeps: it is needed");
        assertThat(agent().state()).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void message_wakes_andIsHandedOut_untilTheNextSleep() {
        call("sleep", "{\"agent\":\"a1\"}");
        reach(AgentState.ASLEEP);
        assertThat(call("message", "{\"agent\":\"a1\",\"text\":\"the build is green\",\"from\":\"ci\"}")
                        .path("state")
                        .asText())
                .isEqualTo("waking");
        reach(AgentState.ACTIVE);
        JsonNode meanwhile = call("meanwhile", "{\"agent\":\"a1\"}");
        assertThat(meanwhile.path("messages").path(0).path("text").asText()).isEqualTo("the build is green");
        assertThat(Instant.parse(meanwhile.path("sleptFrom").asText()))
                .isBeforeOrEqualTo(Instant.parse(meanwhile.path("wokeAt").asText()));
        call("message", "{\"agent\":\"a1\",\"text\":\"and so on\"}");
        assertThat(declined("message", "{\"agent\":\"a1\",\"text\":\"too much\"}"))
                .contains("2 messages");

        call("sleep", "{\"agent\":\"a1\",\"reason\":\"again\"}");
        reach(AgentState.ASLEEP);

        assertThat(call("meanwhile", "{\"agent\":\"a1\"}").path("messages")).isEmpty();
    }

    @Test
    void sessions_areCheckpointedBeforeSleep_andThereAfterIt() {
        json(response("session_management", "open", "{\"agent\":\"a1\",\"session\":\"s1\"}"));
        call("sleep", "{\"agent\":\"a1\"}");
        reach(AgentState.ASLEEP);
        JsonNode asleep = call("status", "{\"agent\":\"a1\"}").path("agents").path(0);
        assertThat(asleep.path("checkpoints").path(0).asText()).startsWith("session s1: checkpoint 1");

        call("wake", "{\"agent\":\"a1\"}");
        reach(AgentState.ACTIVE);

        assertThat(call("meanwhile", "{\"agent\":\"a1\"}")
                        .path("sessions")
                        .path(0)
                        .asText())
                .startsWith("session s1: 0 items");
    }

    @Test
    void contextIsConsolidatedWhileItsAgentSleeps_andPinnedItemsStayAsTheyAre() {
        json(response("session_management", "open", "{\"agent\":\"a1\",\"session\":\"s1\"}"));
        StringBuilder items = new StringBuilder("{\"text\":\"The key is \\u00fcnder the mat.\",\"pinned\":true}");
        for (int i = 0; i < 60; i++) {
            items.append(",{\"text\":\"Well, that is what we said about the weather before, number ")
                    .append(i % 7)
                    .append(".\"}");
        }
        json(response("session_management", "append", "{\"session\":\"s1\",\"items\":[" + items + "]}"));

        call("sleep", "{\"agent\":\"a1\"}");
        reach(AgentState.ASLEEP);

        await().atMost(LONG).until(() -> itemsNow() < 61);
        call("wake", "{\"agent\":\"a1\"}");
        reach(AgentState.ACTIVE);
        assertThat(response("session_management", "items", "{\"session\":\"s1\",\"limit\":100}")
                        .toString())
                .contains("The key is \u00fcnder the mat.");
    }

    private int itemsNow() {
        JsonNode shown = json(response("session_management", "show", "{\"session\":\"s1\"}"));
        return shown.findValue("items").asInt();
    }

    @Test
    void hoursOfSleep_beginAndEnd() {
        call("policy", "{\"name\":\"always\",\"from\":\"* * * * *\",\"until\":\"0 0 29 2 *\"}");
        reach(AgentState.ASLEEP);
        assertThat(agent().cause()).contains("hours of sleep");
    }

    @Test
    void whatCannotBe_isDeclinedInASentence() {
        assertThat(declined("status", "{\"agent\":\"nobody\"}")).isEqualTo("there is no agent nobody");
        assertThat(declined("sleep", "{\"agent\":\"a b\"}")).isEqualTo("\"agent\" must be the id of an agent");
        assertThat(declined("pin", "{\"agent\":\"nobody\"}")).contains("nobody");
        assertThat(declined("policy", "{\"name\":\"p\"}")).contains("needs one of");
        assertThat(declined("forget", "{}")).contains("\"name\"");
        assertThat(declined("message", "{\"agent\":\"a1\",\"text\":\"\"}")).contains("\"text\"");
        call("policy", "{\"name\":\"p\",\"idleMillis\":3600000}");
        call("policy", "{\"name\":\"q\",\"idleMillis\":3600000}");
        assertThat(declined("policy", "{\"name\":\"r\",\"idleMillis\":3600000}"))
                .contains("2 policies");
    }
}
