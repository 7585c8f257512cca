// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Scaler;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.TaskService;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Queues, agents and a scaler as a test wants them, and an orchestrator over them. */
final class World implements Scaler {
    final InMemoryPluginState state = new InMemoryPluginState();
    final InMemoryEvents events = new InMemoryEvents();
    final Map<String, Agent> agents = new ConcurrentSkipListMap<>();
    final List<ScalingOrder> orders = new CopyOnWriteArrayList<>();
    final List<String> drained = new CopyOnWriteArrayList<>();
    volatile List<QueueStatus> queues = List.of();
    volatile ScalingGroup group = new ScalingGroup("g", Set.of("s"), 1, 1, 10, 1, List.of("g-1"), 100);
    volatile Function<ScalingOrder, CompletionStage<ScalingGroup>> answering = this::done;
    volatile boolean isOn = true;
    private final Map<String, Long> carriedOut = new ConcurrentHashMap<>();

    World() {
        agent("g-1", true, AgentState.ACTIVE, 0);
    }

    void agent(String id, boolean isConnected, AgentState agentState, int busy) {
        Instant now = Instant.EPOCH;
        agents.put(
                id,
                new Agent(AgentSpec.of(id, 1, "s"), isConnected, agentState, "", now, now, busy, 0, null, List.of()));
    }

    /** So many tasks wait that need the skill, the oldest for so long. */
    void waiting(int depth, long oldestMillis) {
        queues = depth == 0
                ? List.of()
                : List.of(new QueueStatus(
                        Set.of("s"),
                        "t",
                        depth,
                        Instant.now().minusMillis(oldestMillis),
                        depth / 60.0,
                        0,
                        null,
                        List.of(),
                        0,
                        0));
    }

    FakeOrchestrator orchestrator() {
        return orchestrator(state);
    }

    FakeOrchestrator orchestrator(PluginState of) {
        return new FakeOrchestrator(of)
                .with(events)
                .with(service(TaskService.class, (name, given) -> CompletableFuture.completedFuture(queues)))
                .with(service(AgentService.class, this::asked))
                .answering(
                        isOn ? List.of(ScalingOffer.CAPABILITY) : List.of(),
                        request ->
                                CompletableFuture.failedFuture(new IllegalStateException(Capabilities.AUTO_SCALING)));
    }

    private Object asked(String name, Object[] given) {
        if (name.equals("drain")) {
            drained.add((String) given[0]);
            agent((String) given[0], false, AgentState.DRAINING, 0);
            return CompletableFuture.completedFuture(agents.get((String) given[0]));
        }
        return new ArrayList<>(agents.values());
    }

    /** The same for a generation that serves only while {@code isServing} says so. */
    Orchestrator generation(FakeOrchestrator real, BooleanSupplier isServing) {
        PluginState shown = service(PluginState.class, (name, given) -> isServing.getAsBoolean());
        return (Orchestrator) Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {Orchestrator.class},
                (proxy, method, given) -> method.getName().equals("state") ? shown : method.invoke(real, given));
    }

    private interface Asked {
        Object answer(String method, Object[] given);
    }

    private static <T> T service(Class<T> type, Asked asked) {
        return type.cast(Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, given) -> asked.answer(method.getName(), given)));
    }

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public List<ScalingGroup> groups() {
        return List.of(group);
    }

    @Override
    public CompletionStage<ScalingGroup> scaleTo(ScalingOrder order) {
        orders.add(order);
        return answering.apply(order);
    }

    /** As a scaler does it: once for each decision. */
    CompletionStage<ScalingGroup> done(ScalingOrder order) {
        if (carriedOut.merge(order.group(), order.decision(), Math::max) == order.decision()) {
            List<String> ids = new ArrayList<>();
            for (int i = 1; i <= order.to(); i++) {
                ids.add("g-" + i);
                agent("g-" + i, true, AgentState.ACTIVE, 0);
            }
            group = new ScalingGroup(
                    "g", group.skills(), 1, group.min(), group.max(), order.to(), ids, group.hourCostMicros());
        }
        return CompletableFuture.completedFuture(group);
    }
}
