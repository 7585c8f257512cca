// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

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
import io.skep.api.task.TaskSpecBuilder;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real core, over a store in memory, in which the plugin serves; an agent answers every task with its description. */
abstract class ServedCore {
    static final Duration LONG = Duration.ofSeconds(60);
    static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHARDS = 16;

    @TempDir
    Path directory;

    InMemoryLogStore log;
    Skep skep;
    HooksPlugin plugin;
    Settings settings = Settings.DEFAULT;
    int version;

    @BeforeEach
    void start() throws IOException {
        for (String name : List.of("files", "programs", "secrets", "store")) {
            Files.createDirectories(directory.resolve(name));
        }
        settings =
                settings().in(directory.resolve("files"), directory.resolve("programs"), directory.resolve("secrets"));
        log = new InMemoryLogStore(SHARDS, directory.resolve("store"));
        open();
        connect(
                "worker",
                task -> JSON.createObjectNode()
                        .put("did", task.spec().description())
                        .toString());
    }

    Settings settings() {
        return Settings.DEFAULT;
    }

    /** Everything that is not in the store goes. */
    void restart() throws IOException {
        plugin.close();
        skep.close();
        plugin = null;
        open();
    }

    void open() throws IOException {
        skep = new Skep(log, new InMemoryProjection(SHARDS), CoreSettings.DEFAULT, true);
        serve();
        skep.started();
    }

    /** Another generation in the place of this one. */
    void serve() {
        HooksPlugin next = new HooksPlugin(Clock.systemUTC(), settings);
        version++;
        get(skep.serve(
                new Generation.Origin(HooksPlugin.PLUGIN, "io.skep.plugin.hooks", version + ".0.0", version, null),
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

    IntegrationResponse response(String capability, String operation, String data) {
        return get(skep.call(new IntegrationRequest(capability, operation, null, data)));
    }

    JsonNode call(String operation, String data) {
        return json(response("lifecycle_hooks", operation, data));
    }

    JsonNode performance(String operation, String data) {
        return json(response("performance_hooks", operation, data));
    }

    String declined(String capability, String operation, String data) {
        IntegrationResponse response = response(capability, operation, data);
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

    /** Adds a hook, and waits until it is in force. */
    void add(String name, String more) {
        call("add", "{\"name\":\"" + name + "\"," + more + "}");
        org.awaitility.Awaitility.await().atMost(LONG).until(() -> row(name) != null);
    }

    JsonNode row(String name) {
        for (JsonNode row : call("list", "{}").path("hooks")) {
            if (row.path("name").asText().equals(name)) {
                return row;
            }
        }
        return null;
    }

    void script(String name, String text) throws IOException {
        Path file = directory.resolve("programs").resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    void connect(String agent, Function<Task, String> how, String... skills) {
        get(skep.agents().connect(AgentSpec.of(agent, 8, skills), new Worker(skep, how)));
    }

    Task submit(TaskSpecBuilder spec) {
        return get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
    }

    Task end(Task task) {
        return get(skep.tasks().awaitEnd(task.id(), LONG));
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    record Worker(Skep skep, Function<Task, String> how) implements AgentConnector {
        @Override
        public void assigned(Assignment assignment) {
            Task task = assignment.task();
            AttemptRef ref = new AttemptRef(
                    task.id(),
                    task.token(),
                    task.attempts().get(task.attempts().size() - 1).agent());
            String result = how.apply(task);
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
