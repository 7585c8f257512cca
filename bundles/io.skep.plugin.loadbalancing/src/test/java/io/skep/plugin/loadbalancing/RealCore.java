// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

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
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.loadbalancing.balance.Ejection;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The real orchestrator over a store in memory, which the plugin serves. */
final class RealCore implements AutoCloseable {
    private static final int SHARDS = 4;
    private static final int MAX_CALLS = 20;
    private static final Set<String> ONCE =
            Set.of("assign", "resource_optimization/apply", "resource_optimization/undo");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** As long as it takes: what is measured is measured before that is over. */
    static final Duration UNHURRIED = Duration.ofMinutes(10);

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final Skep skep;
    private final EventCursor from;
    private final Settings settings;
    private LoadBalancingPlugin plugin;
    private int version;
    private volatile Set<String> off = Set.of();
    private volatile String advised = "";

    RealCore(Path directory) {
        this(directory, UNHURRIED);
    }

    /** Quick in everything, but measures an action for so long at most. */
    RealCore(Path directory, Duration measure) {
        settings = new Settings(
                Settings.ADAPTIVE,
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                new Ejection(3, 0.5, 1_000, 10_000, 500, 0.5),
                0.5,
                8,
                new OptimizeSettings(60, measure, 20, 1));
        try {
            skep = new Skep(
                    new InMemoryLogStore(SHARDS, directory), new InMemoryProjection(SHARDS), CoreSettings.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        from = skep.events().end();
        plugin = swap();
    }

    /** Another generation in the place of the one that serves, if any. */
    LoadBalancingPlugin swap() {
        LoadBalancingPlugin before = plugin;
        LoadBalancingPlugin next = new LoadBalancingPlugin(Clock.systemUTC(), settings);
        version++;
        get(skep.serve(
                new Generation.Origin(LoadBalancingPlugin.PLUGIN, "b", version + ".0.0", version, null),
                behindFlags(next)));
        if (before != null) {
            before.close();
        }
        plugin = next;
        return next;
    }

    Skep skep() {
        return skep;
    }

    LoadBalancingPlugin plugin() {
        return plugin;
    }

    TestAgent agent(String id, int slots, long millis, String... skills) {
        TestAgent agent = new TestAgent(id, skep, timer, millis);
        get(skep.agents().connect(AgentSpec.of(id, slots, skills), agent));
        return agent;
    }

    List<Task> submit(int count, String... skills) {
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            specs.add(TaskSpec.of("x" + i).skills(skills).build());
        }
        return get(skep.tasks().submit(specs)).stream()
                .map(submitted -> submitted.task())
                .toList();
    }

    /** Has so many tasks done, all at once, that are tried as often as it takes. */
    void persist(int count, String... skills) {
        attempt(count, 100, skills);
    }

    /** Has so many tasks tried once, all at once, however they end. */
    void attempt(int count, String... skills) {
        attempt(count, 1, skills);
    }

    private void attempt(int count, int attempts, String... skills) {
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            specs.add(TaskSpec.of("x" + i)
                    .skills(skills)
                    .retry(new RetryPolicy(attempts, Duration.ZERO, Duration.ofSeconds(1)))
                    .build());
        }
        get(skep.tasks().submit(specs))
                .forEach(submitted -> get(skep.tasks().awaitEnd(submitted.task().id(), Duration.ofMinutes(1))));
    }

    /** From now on the plugin sees these capabilities as off, and no others. */
    void off(String... capabilities) {
        off = Set.of(capabilities);
    }

    /** The plugin, which sees these capabilities as off as it does when their flags are. */
    private OrchestrationPlugin behindFlags(LoadBalancingPlugin real) {
        return (OrchestrationPlugin) Proxy.newProxyInstance(
                RealCore.class.getClassLoader(), new Class<?>[] {OrchestrationPlugin.class}, (proxy, method, given) -> {
                    if (method.getName().equals("initialize")) {
                        return real.initialize(behindFlags((Orchestrator) given[0]));
                    }
                    return method.invoke(real, given);
                });
    }

    private Orchestrator behindFlags(Orchestrator real) {
        return (Orchestrator) Proxy.newProxyInstance(
                RealCore.class.getClassLoader(), new Class<?>[] {Orchestrator.class}, (proxy, method, given) -> {
                    if (method.getName().equals("capabilities")) {
                        return real.capabilities().stream()
                                .filter(capability -> !off.contains(capability.id()))
                                .toList();
                    }
                    Object answer = method.invoke(real, given);
                    if (method.getName().equals("advise")) {
                        advised = String.valueOf(given[0]);
                    }
                    return answer;
                });
    }

    /** What core is advised by now, as text. */
    String advised() {
        return advised;
    }

    /** A document of the plugin that is kept, empty if it is not there. */
    String document(String key) {
        return plugin.kept(key);
    }

    /** Whether what was learned of the agent is durable: it is in what another generation would read. */
    boolean kept(String agent) {
        return document(Learned.AGENTS).contains('"' + agent + '"');
    }

    /** Has so many tasks done, all at once. */
    void work(int count, String... skills) {
        for (Task task : submit(count, skills)) {
            assertThat(get(skep.tasks().awaitEnd(task.id(), Duration.ofMinutes(1)))
                            .state())
                    .isEqualTo(TaskState.COMPLETED);
        }
    }

    List<Event> told() {
        return get(skep.events().next(from, 10_000, Duration.ZERO)).events().stream()
                .filter(event -> event.type().startsWith("balancing."))
                .toList();
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

    /** On a machine that stands still a call may time out; what does nothing when it is repeated is asked again. */
    private IntegrationResponse response(String operation, String data) {
        int slash = operation.indexOf('/');
        String capability = slash < 0 ? "adaptive_balancing" : operation.substring(0, slash);
        IntegrationRequest request = new IntegrationRequest(capability, operation.substring(slash + 1), null, data);
        IntegrationResponse response = get(skep.call(request));
        for (int i = 0; i < MAX_CALLS && response instanceof TimedOut && !ONCE.contains(operation); i++) {
            response = get(skep.call(request));
        }
        return response;
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        plugin.close();
        skep.close();
        timer.shutdownNow();
    }
}
