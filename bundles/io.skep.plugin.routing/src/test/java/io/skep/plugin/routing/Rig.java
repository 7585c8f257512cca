// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.agent.Agent;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import io.skep.testkit.ManualClock;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The plugin over agents and tasks that a test makes up. */
final class Rig implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);
    /** What is to come before it is over comes, however slow the machine is. */
    static final Routing.Patience PATIENCE = new Routing.Patience(LONG, LONG);
    /** A start gives up an encoder that has not come. */
    static final Routing.Patience NONE = new Routing.Patience(Duration.ofMillis(1), LONG);

    final InMemoryEvents events = new InMemoryEvents();
    final InMemoryPluginState state;
    final ManualClock clock = new ManualClock();
    final List<Agent> agents;
    final RoutingPlugin plugin;
    private final Map<String, Task> tasks = new HashMap<>();

    Rig(boolean encoder) {
        this(encoder, new InMemoryPluginState(), FewAgents.crew(), Settings.DEFAULT);
    }

    Rig(boolean encoder, InMemoryPluginState state, List<Agent> agents, Settings settings) {
        this(encoder, state, agents, settings, PATIENCE);
    }

    Rig(boolean encoder, InMemoryPluginState state, List<Agent> agents, Settings settings, Routing.Patience patience) {
        this.state = state;
        this.agents = agents;
        this.plugin = new RoutingPlugin(clock, settings, patience);
        if (encoder) {
            plugin.bind(new WordVectors());
        }
        FakeOrchestrator core = new FakeOrchestrator(state)
                .with(events)
                .with(FewAgents.service(agents))
                .with(taskService());
        plugin.initialize(core)
                .toCompletableFuture()
                .orTimeout(2, TimeUnit.MINUTES)
                .join();
    }

    private TaskService taskService() {
        return (TaskService) Proxy.newProxyInstance(
                TaskService.class.getClassLoader(), new Class<?>[] {TaskService.class}, (proxy, method, arguments) -> {
                    synchronized (tasks) {
                        return CompletableFuture.completedFuture(Optional.ofNullable(tasks.get((String) arguments[0])));
                    }
                });
    }

    /** A task that an agent ended, and the event that tells of it. */
    void end(String id, String parent, String text, String agent, TaskState state) {
        Instant now = clock.instant();
        AttemptEnd end = state == TaskState.COMPLETED ? AttemptEnd.COMPLETED : AttemptEnd.FAILED;
        Attempt attempt = new Attempt(
                1, agent, now.minusMillis(70), now.minusMillis(40), now, end, null, null, new Usage(5, 900));
        TaskSpec spec = TaskSpec.of(text).parent(parent).build();
        Task task = new Task(
                id,
                spec,
                state,
                "",
                now,
                now,
                Set.of(),
                null,
                List.of(attempt),
                null,
                null,
                null,
                null,
                null,
                now,
                0,
                null,
                null,
                null);
        synchronized (tasks) {
            tasks.put(id, task);
        }
        events.tell("task." + state.wire(), id, "", agent, 1);
    }

    JsonNode route(String text) {
        return ask("semantic_routing", "route", "{\"description\":\"" + text + "\"}");
    }

    JsonNode route(String text, String task, String parent) {
        return ask(
                "semantic_routing",
                "route",
                "{\"description\":\"" + text + "\",\"task\":\"" + task + "\""
                        + (parent == null ? "" : ",\"parent\":\"" + parent + "\"") + "}");
    }

    JsonNode ask(String capability, String operation, String data) {
        IntegrationResponse response = response(capability, operation, data);
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return JSON.readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    String declined(String capability, String operation, String data) {
        IntegrationResponse response = response(capability, operation, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    private IntegrationResponse response(String capability, String operation, String data) {
        return plugin.process(new IntegrationRequest(capability, operation, null, data))
                .toCompletableFuture()
                .orTimeout(2, TimeUnit.MINUTES)
                .join();
    }

    void tick(Duration by) {
        clock.advance(by);
    }

    @Override
    public void close() {
        plugin.close();
    }
}
