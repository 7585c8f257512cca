// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.admin.Caller;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentSpec;
import io.skep.api.embedding.Embedder;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.thinking.ThinkingSettings;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The real orchestrator over a store in memory, with the plugin at work over it. */
public final class RealCore implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final int SHARDS = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InMemoryPluginState state = new InMemoryPluginState();

    private volatile Duration ahead = Duration.ZERO;

    private final InMemoryLogStore log;
    private final Settings settings;
    private final ThinkingSettings thinking;
    private final List<Capability> others = new ArrayList<>();
    private volatile Function<IntegrationRequest, IntegrationResponse> answering =
            request -> new IntegrationResponse.Gone("nobody offers it");
    private Skep skep;
    private WorkflowPlugin plugin;

    public RealCore(Path directory, Settings settings) {
        this(directory, settings, ThinkingSettings.DEFAULT);
    }

    public RealCore(Path directory, Settings settings, ThinkingSettings thinking) {
        this.thinking = thinking;
        log = new InMemoryLogStore(SHARDS, directory);
        this.settings = settings;
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

    private WorkflowPlugin newPlugin() {
        WorkflowPlugin made = new WorkflowPlugin(new Ahead(), settings, thinking);
        made.payloads = skep.payloads();
        get(made.initialize(orchestrator()));
        return made;
    }

    /** The plugin calls itself through the orchestrator, as it does in the server. */
    private FakeOrchestrator orchestrator() {
        List<Capability> offered = new ArrayList<>(Offer.CAPABILITIES);
        offered.addAll(others);
        return FakeOrchestrator.over(skep, state)
                .answering(
                        offered,
                        request -> Offer.CAPABILITIES.stream()
                                        .anyMatch(ours -> ours.id().equals(request.capability()))
                                ? plugin.process(request)
                                : CompletableFuture.completedFuture(answering.apply(request)));
    }

    /** Another plugin, for the next generation of this one to call. */
    public void offer(Capability capability, Function<IntegrationRequest, IntegrationResponse> how) {
        others.add(capability);
        answering = how;
    }

    /** Gives this generation an embedder. */
    public void embed(Embedder embedder) {
        plugin.bind(embedder);
    }

    /** Takes it away. */
    public void unembed(Embedder embedder) {
        plugin.unbind(embedder);
    }

    /** What the plugin keeps. */
    public InMemoryPluginState state() {
        return state;
    }

    /** Puts the plugin's clock ahead. */
    public void ahead(Duration time) {
        ahead = time;
    }

    public Skep skep() {
        return skep;
    }

    /** Another generation in the place of this one. */
    public void swap() {
        plugin.close();
        plugin = newPlugin();
    }

    /** Another server over the same log, and another generation over that. */
    public void restart() {
        plugin.close();
        skep.close();
        skep = newSkep();
        plugin = newPlugin();
    }

    /** An agent that answers each task at once with what {@code how} says; it never begins those for which that is null. */
    public void connect(String id, Function<Task, String> how, String... skills) {
        get(skep.agents().connect(AgentSpec.of(id, 8, skills), new Worker(skep, how)));
    }

    /** The same, of an agent that says in words what it knows. */
    public void connectExpert(String id, String description, Function<Task, String> how) {
        AgentSpec spec = new AgentSpec(id, id, description, "1", List.of(), 8, AgentSpec.DEFAULT_LEASE);
        get(skep.agents().connect(spec, new Worker(skep, how)));
    }

    public Task submit(TaskSpecBuilder spec) {
        return get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
    }

    public Task task(String id) {
        return get(skep.tasks().find(id)).orElseThrow();
    }

    /** A task that an agent has completed with that. */
    public Task completed(TaskSpecBuilder spec) {
        return awaitEnd(submit(spec).id());
    }

    public Task awaitEnd(String id) {
        return get(skep.tasks().awaitEnd(id, LONG));
    }

    /** Waits until so many completed tasks are listed. */
    public void awaitListed(int tasks) {
        TaskQuery query = new TaskQuery(Set.of(TaskState.COMPLETED), null, null, null, null, null, 1000, null);
        await().atMost(LONG).until(() -> get(skep.tasks().list(query)).items().size() == tasks);
    }

    public JsonNode ask(String capability, String operation, String data) {
        return json(response(capability, operation, data));
    }

    public String declined(String capability, String operation, String data) {
        IntegrationResponse response = response(capability, operation, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    public IntegrationResponse response(String capability, String operation, String data) {
        return get(plugin.process(new IntegrationRequest(capability, operation, null, data)));
    }

    /** The ending of a call that somebody makes at an edge. */
    public IntegrationResponse response(Caller by, String capability, String operation, String data) {
        return get(plugin.process(new IntegrationRequest(
                capability, operation, null, null, by.principal().tenant(), by, data)));
    }

    /** The answer to a line. */
    public JsonNode run(String line) {
        return ask(
                "slash_commands",
                "execute",
                JSON.createObjectNode().put("text", line).toString());
    }

    public String refused(String line) {
        return declined(
                "slash_commands",
                "execute",
                JSON.createObjectNode().put("text", line).toString());
    }

    /** Waits until an evaluation has ended; its verdict. */
    public JsonNode awaitVerdict(String id) {
        String data = JSON.createObjectNode().put("id", id).toString();
        await().atMost(LONG)
                .until(() -> !ask("quality_gates", "result", data)
                        .path("verdict")
                        .asText()
                        .equals("pending"));
        return ask("quality_gates", "result", data);
    }

    public static JsonNode json(IntegrationResponse response) {
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return JSON.readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    public static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        plugin.close();
        skep.close();
    }

    private final class Ahead extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }
    }

    record Worker(Skep skep, Function<Task, String> how) implements AgentConnector {
        @Override
        public void assigned(Assignment assignment) {
            Task task = assignment.task();
            String result = how.apply(task);
            if (result == null) {
                return;
            }
            AttemptRef ref = new AttemptRef(
                    task.id(),
                    task.token(),
                    task.attempts().get(task.attempts().size() - 1).agent());
            skep.attempts()
                    .start(ref, null)
                    .thenAccept(begun -> skep.attempts().complete(List.of(new Completion(ref, result))));
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
