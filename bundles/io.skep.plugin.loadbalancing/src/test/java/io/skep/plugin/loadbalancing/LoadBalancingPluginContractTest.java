// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

class LoadBalancingPluginContractTest extends OrchestrationPluginContract {
    private final InMemoryEvents events = new InMemoryEvents();

    @Override
    protected OrchestrationPlugin create() {
        return new LoadBalancingPlugin(Clock.systemUTC(), Settings.DEFAULT);
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(events).with(alice());
    }

    /** One agent that has nothing, and slots for all who ask. */
    private static AgentService alice() {
        Instant now = Instant.EPOCH;
        Agent alice = new Agent(
                AgentSpec.of("alice", 9, "review"), false, AgentState.ACTIVE, "", now, now, 0, 0, now, List.of());
        return (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "list" -> List.of(alice);
                    case "held" -> List.of();
                    case "reserve" -> CompletableFuture.completedFuture(new Reservation("r", "alice", now));
                    default -> CompletableFuture.completedFuture(null);
                });
    }

    @Override
    protected Object view(OrchestrationPlugin plugin) {
        return ((LoadBalancingPlugin) plugin).standing("alice").estimate().errors();
    }
}
