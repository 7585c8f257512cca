// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.agent.AgentSpec;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.Usage;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.monitoring.objectives.Objective;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The real orchestrator over a store in memory, which the plugin serves. */
final class RealCore implements AutoCloseable {
    private static final int SHARDS = 4;
    /** No agent is lost while it is looked at something else. */
    private static final Duration LEASE = Duration.ofHours(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Skep skep;
    private final EventCursor from;
    private final Settings settings;
    private @Nullable MonitoringPlugin plugin;
    private int version;

    /** Quick in everything; queues may be old for a tenth of a second, and no task is stuck. */
    static Settings quick(AlertSettings alerts) {
        return quick(alerts, Duration.ofHours(1));
    }

    /** The same, but a task that is silent for so long is stuck. */
    static Settings quick(AlertSettings alerts, Duration stuck) {
        return new Settings(
                Duration.ofMillis(100),
                10_000,
                stuck,
                Duration.ofSeconds(1),
                100,
                Objective.parse("start:99:60000 success:90 run:50:1"),
                alerts);
    }

    static AlertSettings alerts(@Nullable URI webhook) {
        return new AlertSettings(0.1, 100, false, 600_000, webhook, Duration.ofSeconds(10), 12, 100);
    }

    RealCore(Path directory, Settings settings) {
        this.settings = settings;
        try {
            skep = new Skep(
                    new InMemoryLogStore(SHARDS, directory), new InMemoryProjection(SHARDS), CoreSettings.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        from = skep.events().end();
        swap();
    }

    /** Another generation in the place of the one that serves, if any. */
    MonitoringPlugin swap() {
        MonitoringPlugin before = plugin;
        MonitoringPlugin next = new MonitoringPlugin(Clock.systemUTC(), settings, Admin.NONE);
        version++;
        get(skep.serve(new Generation.Origin(MonitoringPlugin.PLUGIN, "b", version + ".0.0", version, null), next));
        if (before != null) {
            before.close();
        }
        plugin = next;
        return next;
    }

    MonitoringPlugin plugin() {
        return Objects.requireNonNull(plugin);
    }

    Skep skep() {
        return skep;
    }

    void agent(String id, String agentVersion, String... skills) {
        AgentSpec spec = AgentSpec.of(id, 1_000, skills);
        get(skep.agents().register(new AgentSpec(id, id, "", agentVersion, spec.skills(), spec.slots(), LEASE), true));
    }

    Task submit(TaskSpec spec) {
        return get(skep.tasks().submit(List.of(spec))).get(0).task();
    }

    AttemptRef claim(String agent) {
        Assignment one =
                get(skep.attempts().claim(agent, 1, Duration.ofSeconds(60))).get(0);
        return new AttemptRef(one.task().id(), one.task().token(), agent);
    }

    void complete(AttemptRef attempt, long tokens) {
        if (tokens > 0) {
            get(skep.attempts().use(attempt, new Usage(tokens, tokens * 10)));
        }
        get(skep.attempts().complete(List.of(new Completion(attempt, "1"))).get(0));
    }

    void fail(AttemptRef attempt, boolean retryable) {
        get(skep.attempts().fail(attempt, AttemptEnd.FAILED, "it fails by order", retryable));
    }

    /** What was told by the plugin, type and subject. */
    List<String> told() {
        return get(skep.events().next(from, 10_000, Duration.ZERO)).events().stream()
                .filter(event -> event.type().startsWith("monitoring."))
                .map(event -> event.type() + ' ' + event.subject())
                .toList();
    }

    List<Event> events() {
        return get(skep.events().next(from, 10_000, Duration.ZERO)).events();
    }

    JsonNode ask(String operation, String data) {
        IntegrationResponse response = response(operation, data);
        assertThat(response).isInstanceOf(Answered.class);
        try {
            return JSON.readTree(((Answered) response).data());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    String declined(String operation, String data) {
        IntegrationResponse response = response(operation, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    private IntegrationResponse response(String operation, String data) {
        int slash = operation.indexOf('/');
        return get(skep.call(
                new IntegrationRequest(operation.substring(0, slash), operation.substring(slash + 1), null, data)));
    }

    /** The value of a figure, or -1 if there is none. */
    double figure(String name, String... label) {
        for (JsonNode figure : ask("real_time_monitoring/figures", "{\"name\":\"" + name + "\"}")
                .get("figures")) {
            boolean is = figure.get("name").asText().equals(name);
            for (int i = 0; i < label.length; i += 2) {
                is &= figure.at("/labels/" + label[i]).asText().equals(label[i + 1]);
            }
            if (is) {
                return figure.get("value").asDouble();
            }
        }
        return -1;
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        plugin().close();
        skep.close();
    }
}
