// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.TaskService;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

class SharedStatePluginContractTest extends OrchestrationPluginContract {
    private final InMemoryEvents events = new InMemoryEvents();

    @Override
    protected OrchestrationPlugin create() {
        return new SharedStatePlugin(Clock.systemUTC(), Settings.DEFAULT);
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(events).with(agents()).with(noTasks());
    }

    private static AgentService agents() {
        Instant now = Instant.EPOCH;
        Agent alice = new Agent(
                AgentSpec.of("alice", 9, "review"), false, AgentState.ACTIVE, "", now, now, 0, 0, now, List.of());
        return (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "list" -> List.of(alice);
                    case "held" -> List.of();
                    case "waiting" -> CompletableFuture.completedFuture(List.of());
                    default -> CompletableFuture.completedFuture(null);
                });
    }

    private static TaskService noTasks() {
        return (TaskService) Proxy.newProxyInstance(
                TaskService.class.getClassLoader(),
                new Class<?>[] {TaskService.class},
                (proxy, method, arguments) -> CompletableFuture.completedFuture(Optional.empty()));
    }

    /** The documents that the examples leave behind. */
    @Override
    protected Object view(OrchestrationPlugin plugin) {
        var list = new IntegrationRequest("atomic_updates", "list", null, "{}");
        return plugin.process(list)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join()
                .toString();
    }
}
