// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The real orchestrator over a store in memory, with the plugin at work over it. */
final class RealCore implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** What is asked is answered from all that has happened, however slow the machine is. */
    static final Duration CATCH_UP = Duration.ofSeconds(60);

    private static final int SHARDS = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    final InMemoryPluginState state = new InMemoryPluginState();
    private final Map<String, AgentConnector> idlers = new HashMap<>();
    private final InMemoryLogStore log;
    private Skep skep;
    private CoordinationPlugin plugin;

    RealCore(Path directory) {
        log = new InMemoryLogStore(SHARDS, directory);
        skep = newSkep();
        plugin = newPlugin();
    }

    private Skep newSkep() {
        try {
            return new Skep(log, new InMemoryProjection(SHARDS), CoreSettings.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CoordinationPlugin newPlugin() {
        CoordinationPlugin made = new CoordinationPlugin(CATCH_UP);
        get(made.initialize(orchestrator()));
        return made;
    }

    Skep skep() {
        return skep;
    }

    FakeOrchestrator orchestrator() {
        return FakeOrchestrator.over(skep, state);
    }

    CoordinationPlugin plugin() {
        return plugin;
    }

    /** Another generation in the place of this one. */
    void swap() {
        plugin.close();
        plugin = newPlugin();
    }

    /** Another server over the same log, and another generation over that. */
    void restart() {
        plugin.close();
        skep.close();
        skep = newSkep();
        plugin = newPlugin();
    }

    /** An agent that takes what it is given and does nothing. */
    void connect(String id, int slots, String... skills) {
        connect(AgentSpec.of(id, slots, skills), idlers.computeIfAbsent(id, i -> new Idler()));
    }

    void connect(AgentSpec spec, AgentConnector connector) {
        get(skep.agents().connect(spec, connector));
    }

    void register(String id, int slots, String... skills) {
        get(skep.agents().register(AgentSpec.of(id, slots, skills), true));
    }

    Task submit(TaskSpecBuilder spec) {
        Task task = get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
        settle();
        return task;
    }

    /** Waits until what was answered has been told in the stream too; see {@link Core#settled()}. */
    void settle() {
        get(skep.agents().release("none").thenCompose(first -> skep.agents().release("none")));
    }

    Task task(Task task) {
        return get(skep.tasks().find(task.id())).orElseThrow();
    }

    /** Names the newest attempt as it stands. */
    AttemptRef ref(Task task) {
        Task now = task(task);
        return new AttemptRef(
                now.id(),
                now.token(),
                now.attempts().get(now.attempts().size() - 1).agent());
    }

    /** Lets the plugin start from what an agent's attempts took; see {@link Keeper.Kept}. */
    void learn(String agent, List<Integer> ends) {
        plugin.close();
        String json = "{\"agents\":{\"" + agent + "\":" + ends + "}}";
        state.become(Map.of(Keeper.KEY, new PluginState.Document(Keeper.SCHEMA, json)));
        plugin = newPlugin();
    }

    /** Waits until a list shows that this task waits, and no other. */
    void awaitOnlyWaiting(Task task) {
        TaskQuery queued = new TaskQuery(Set.of(TaskState.QUEUED), null, null, null, null, null, 9, null);
        await().atMost(LONG)
                .until(() -> get(skep.tasks().list(queued)).items().stream()
                        .map(Task::id)
                        .toList()
                        .equals(List.of(task.id())));
    }

    JsonNode ask(String capability, String operation, String data) {
        return json(response(capability, operation, data));
    }

    String declined(String capability, String operation, String data) {
        IntegrationResponse response = response(capability, operation, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    private IntegrationResponse response(String capability, String operation, String data) {
        return get(plugin.process(new IntegrationRequest(capability, operation, null, data)));
    }

    static JsonNode json(IntegrationResponse response) {
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return JSON.readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        plugin.close();
        skep.close();
    }

    private static final class Idler implements AgentConnector {
        @Override
        public void assigned(Assignment assignment) {
            // It never begins.
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
}
