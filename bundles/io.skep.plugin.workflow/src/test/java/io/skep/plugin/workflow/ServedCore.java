// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static io.skep.plugin.workflow.RealCore.get;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.AgentSpec;
import io.skep.api.payload.PayloadUpload;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.workflow.base.Settings;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real core, over a store in memory, in which the plugin serves. */
abstract class ServedCore {
    static final String COVER =
            "\"checks\":[{\"name\":\"cover\",\"kind\":\"threshold\",\"pointer\":\"/coverage\",\"min\":85}]";
    static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    InMemoryLogStore log;
    Skep skep;
    WorkflowPlugin plugin;
    Settings settings = Settings.DEFAULT;
    int version;

    @BeforeEach
    void start() throws IOException {
        log = new InMemoryLogStore(16, directory);
        open();
    }

    /** Everything that is not in the store goes. */
    void restart() throws IOException {
        plugin.close();
        skep.close();
        plugin = null;
        open();
    }

    void open() throws IOException {
        skep = new Skep(log, new InMemoryProjection(16), CoreSettings.DEFAULT, true);
        serve();
        skep.started();
    }

    void serve() {
        WorkflowPlugin next = new WorkflowPlugin(Clock.systemUTC(), settings);
        next.payloads = skep.payloads();
        version++;
        get(skep.serve(
                new Generation.Origin(
                        WorkflowPlugin.PLUGIN, "io.skep.plugin.workflow", version + ".0.0", version, null),
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

    JsonNode call(String operation, String data) {
        return RealCore.json(get(skep.call(new IntegrationRequest("quality_gates", operation, null, data))));
    }

    void define(String name, String more) {
        call("define", "{\"name\":\"" + name + "\"," + more + "}");
    }

    void connect(String agent, Function<Task, String> how, String... skills) {
        get(skep.agents().connect(AgentSpec.of(agent, 4, skills), new RealCore.Worker(skep, how)));
    }

    Task submit(TaskSpecBuilder spec) {
        return get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
    }

    Task task(Task task) {
        return get(skep.tasks().find(task.id())).orElseThrow();
    }

    Task end(Task task) {
        return get(skep.tasks().awaitEnd(task.id(), LONG));
    }

    void awaitState(Task task, TaskState state) {
        await().atMost(LONG).until(() -> task(task).state() == state);
    }

    JsonNode asked() {
        await().atMost(LONG).until(() -> call("waiting", "{}").path("waiting").size() == 1);
        return call("waiting", "{}").path("waiting").get(0);
    }

    String waiting() {
        return asked().path("id").asText();
    }

    String file(byte[] content) {
        PayloadUpload upload = skep.payloads().begin(content.length);
        upload.write(content, 0, content.length);
        return get(upload.complete()).reference();
    }

    String file(String content) {
        return file(content.getBytes(StandardCharsets.UTF_8));
    }
}
