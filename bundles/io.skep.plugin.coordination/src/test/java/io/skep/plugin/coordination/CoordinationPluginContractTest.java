// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.InMemoryPluginState;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CoordinationPluginContractTest extends OrchestrationPluginContract {
    private static final Duration LONG = Duration.ofSeconds(60);

    private InMemoryEvents events = new InMemoryEvents();

    @Override
    protected OrchestrationPlugin create() {
        return new CoordinationPlugin();
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(events).with(alice());
    }

    /** One agent that has nothing, and nothing to release, which succeeds. */
    private static AgentService alice() {
        Instant now = Instant.EPOCH;
        Agent alice =
                new Agent(AgentSpec.of("alice", 1, "s"), false, AgentState.ACTIVE, "", now, now, 0, 0, now, List.of());
        return (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "list" -> List.of(alice);
                    case "held" -> List.of();
                    default -> CompletableFuture.completedFuture(null);
                });
    }

    @Override
    protected Object view(OrchestrationPlugin plugin) {
        return ((CoordinationPlugin) plugin).timesOf("alice");
    }

    @Test
    void whatWasLearned_isWhatTheNextVersionStartsFrom() throws Exception {
        InMemoryPluginState state = new InMemoryPluginState();
        try (CoordinationPlugin first = new CoordinationPlugin()) {
            first.initialize(orchestrator(state)).toCompletableFuture().join();
            events.tell("task.working", "00-1", "claimed by alice", "alice", 1);
            events.tell("task.completed", "00-1", "completed", "alice", 1);
            Awaitility.await().atMost(LONG).until(() -> !state.keys().isEmpty());
        }
        events = new InMemoryEvents();
        try (CoordinationPlugin next = new CoordinationPlugin()) {
            next.initialize(orchestrator(state)).toCompletableFuture().join();

            assertThat(next.timesOf("alice").completed()).isEqualTo(1);
        }
    }
}
