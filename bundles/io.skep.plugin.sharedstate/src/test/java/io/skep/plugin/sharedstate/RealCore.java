// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.sharedstate.documents.Limits;
import io.skep.plugin.sharedstate.tracking.Tracking;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The real orchestrator over a store in memory, which the plugin serves. */
public final class RealCore implements AutoCloseable {
    private static final int SHARDS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Quick to keep what is tracked, and in no hurry to answer. */
    static final Settings QUICK = new Settings(
            Limits.DEFAULT,
            new Tracking.Settings(5, 8, 20, Duration.ofMillis(100), Duration.ofSeconds(60)),
            Duration.ZERO,
            20,
            Duration.ZERO,
            0.5);

    private final InMemoryLogStore log;
    private final InMemoryProjection projection = new InMemoryProjection(SHARDS);
    private Skep skep;
    private final Settings settings;
    private SharedStatePlugin plugin;
    private int version;

    /** Without any configuration that matters. */
    public RealCore(Path directory) {
        this(directory, QUICK);
    }

    RealCore(Path directory, Settings settings) {
        this.settings = settings;
        log = new InMemoryLogStore(SHARDS, directory);
        skep = open();
        plugin = swap();
    }

    private Skep open() {
        try {
            return new Skep(log, projection, CoreSettings.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another generation in the place of the one that serves, if any. */
    public SharedStatePlugin swap() {
        SharedStatePlugin before = plugin;
        SharedStatePlugin next = new SharedStatePlugin(Clock.systemUTC(), settings);
        version++;
        get(skep.serve(new Generation.Origin(SharedStatePlugin.PLUGIN, "b", version + ".0.0", version, null), next));
        if (before != null) {
            before.close();
        }
        plugin = next;
        return next;
    }

    /** As after a stop and a start of the server. */
    void restart() {
        plugin.close();
        skep.close();
        plugin = null;
        skep = open();
        swap();
    }

    /** The orchestrator. */
    public Skep skep() {
        return skep;
    }

    /** One task. */
    public Task submit(TaskSpecBuilder spec) {
        return get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
    }

    /** One task of which nothing matters. */
    public Task submit(String... skills) {
        return submit(TaskSpec.of("x").skills(skills));
    }

    /** The task as it is now. */
    public Task task(Task task) {
        return get(skep.tasks().find(task.id())).orElseThrow();
    }

    /** An agent that takes tasks and begins none by itself. */
    public Idle idle(String id, int slots, String... skills) {
        Idle idle = new Idle();
        get(skep.agents().connect(AgentSpec.of(id, slots, skills), idle));
        return idle;
    }

    /** An agent that claims. */
    public void register(String id, int slots, String... skills) {
        get(skep.agents().register(AgentSpec.of(id, slots, skills), false));
    }

    /** What it gets now. */
    public List<Assignment> claim(String id, int max) {
        return get(skep.attempts().claim(id, max, Duration.ZERO));
    }

    /** Ends an attempt well. */
    public void complete(Task assigned) {
        get(skep.attempts()
                .complete(List.of(new Completion(ref(assigned), "1")))
                .get(0));
    }

    /** The newest attempt of a task as it was given out. */
    public static AttemptRef ref(Task assigned) {
        return new AttemptRef(
                assigned.id(),
                assigned.token(),
                assigned.attempts().get(assigned.attempts().size() - 1).agent());
    }

    /** Is given tasks, and does nothing. */
    public static final class Idle implements AgentConnector {
        private final List<Task> assigned = new CopyOnWriteArrayList<>();

        /** What it was given, ever. */
        public List<Task> assigned() {
            return assigned;
        }

        @Override
        public void assigned(Assignment assignment) {
            assigned.add(assignment.task());
        }

        @Override
        public void canceled(AttemptRef attempt, String cause) {
            // It has not begun.
        }

        @Override
        public void answered(AttemptRef attempt, String answer) {
            // It never asks.
        }
    }

    /** Whether a document of that key is kept. */
    boolean kept(String key) {
        return plugin.keeps(key);
    }

    /** Answered, whatever it says. */
    public JsonNode ask(String operation, String data) {
        return json(response(request(operation, data)));
    }

    /** Answered on behalf of a tenant. */
    public JsonNode ask(String tenant, String operation, String data) {
        IntegrationRequest plain = request(operation, data);
        return json(response(
                new IntegrationRequest(plain.capability(), plain.operation(), null, null, tenant, null, data)));
    }

    static JsonNode json(IntegrationResponse response) {
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return JSON.readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Why it is declined. */
    public String declined(String operation, String data) {
        return declined(request(operation, data));
    }

    String declined(IntegrationRequest request) {
        IntegrationResponse response = response(request);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    static IntegrationRequest request(String operation, String data) {
        int slash = operation.indexOf('/');
        String capability = slash < 0 ? "atomic_updates" : operation.substring(0, slash);
        return new IntegrationRequest(capability, operation.substring(slash + 1), null, data);
    }

    IntegrationResponse response(IntegrationRequest request) {
        return get(skep.call(request));
    }

    CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        return skep.call(request);
    }

    /** What a stage ends with. */
    public static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        plugin.close();
        skep.close();
    }
}
