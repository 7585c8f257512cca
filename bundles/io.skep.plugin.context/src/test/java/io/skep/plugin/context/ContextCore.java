// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.admin.Caller;
import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.context.recall.ConsolidationSettings;
import io.skep.plugin.context.sessions.SessionSettings;
import io.skep.plugin.context.sleep.SleepSettings;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The real orchestrator over a store in memory, which the plugin serves with files in a directory. */
public final class ContextCore implements AutoCloseable {
    private static final int SHARDS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InMemoryLogStore log;
    private final InMemoryProjection projection = new InMemoryProjection(SHARDS);
    private final Clock clock;
    private final Settings settings;
    private Skep skep;
    private ContextPlugin plugin;
    private int version;
    private final List<ContextPlugin> retired = new ArrayList<>();

    /** As without configuration. */
    public ContextCore(Path directory) {
        this(directory, SessionSettings.DEFAULT, Clock.systemUTC());
    }

    /** With limits and a clock of one's own. */
    public ContextCore(Path directory, SessionSettings sessions, Clock clock) {
        this(directory, sessions, ConsolidationSettings.DEFAULT, clock);
    }

    /** With a way to consolidate, too. */
    public ContextCore(Path directory, SessionSettings sessions, ConsolidationSettings consolidation, Clock clock) {
        this.clock = clock;
        this.settings = new Settings(directory.resolve("context"), sessions, consolidation, SleepSettings.DEFAULT);
        directory.toFile().mkdirs();
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
    public ContextPlugin swap() {
        ContextPlugin before = plugin;
        ContextPlugin next = new ContextPlugin(clock, settings);
        version++;
        get(skep.serve(new Generation.Origin(ContextPlugin.PLUGIN, "b", version + ".0.0", version, null), next));
        if (before != null) {
            // Its last calls may not have ended.
            retired.add(before);
        }
        plugin = next;
        return next;
    }

    /** As after a stop and a start of the server. */
    public void restart() {
        close();
        plugin = null;
        skep = open();
        swap();
    }

    /** What serves. */
    public ContextPlugin plugin() {
        return plugin;
    }

    /** The orchestrator. */
    public Skep skep() {
        return skep;
    }

    /** One task. */
    public Task submit(TaskSpecBuilder spec) {
        return get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
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
    public void complete(Task assigned, String result) {
        AttemptRef ref = new AttemptRef(
                assigned.id(),
                assigned.token(),
                assigned.attempts().get(assigned.attempts().size() - 1).agent());
        get(skep.attempts().complete(List.of(new Completion(ref, result))).get(0));
    }

    /** Answered by core itself. */
    public JsonNode ask(String operation, String data) {
        return json(response(request(operation, data)));
    }

    /** Answered to somebody. */
    public JsonNode ask(Caller by, String operation, String data) {
        return json(response(request(operation, data).by(by)));
    }

    /** Why it is declined. */
    public String declined(String operation, String data) {
        return declined(request(operation, data));
    }

    /** Why it is declined to somebody. */
    public String declined(Caller by, String operation, String data) {
        return declined(request(operation, data).by(by));
    }

    private String declined(IntegrationRequest request) {
        IntegrationResponse response = response(request);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    static JsonNode json(IntegrationResponse response) {
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return JSON.readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** A call of an operation of sessions. */
    public static IntegrationRequest request(String operation, String data) {
        return new IntegrationRequest("session_management", operation, null, data);
    }

    /** Answered, whatever it says. */
    public IntegrationResponse response(IntegrationRequest request) {
        return get(skep.call(request));
    }

    /** What a stage ends with. */
    public static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        retired.forEach(ContextPlugin::close);
        retired.clear();
        plugin.close();
        skep.close();
    }
}
