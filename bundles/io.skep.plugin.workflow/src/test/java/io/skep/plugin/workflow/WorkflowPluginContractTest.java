// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.TaskService;
import io.skep.plugin.workflow.base.Settings;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WorkflowPluginContractTest extends OrchestrationPluginContract {
    @Override
    protected OrchestrationPlugin create() {
        return new WorkflowPlugin(Clock.systemUTC(), Settings.DEFAULT);
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(noAgents()).with(noTasks());
    }

    private static AgentService noAgents() {
        return (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> method.getName().equals("list") ? List.of() : Optional.empty());
    }

    /** None is there and none is taken. */
    private static TaskService noTasks() {
        return (TaskService) Proxy.newProxyInstance(
                TaskService.class.getClassLoader(),
                new Class<?>[] {TaskService.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "find" -> CompletableFuture.completedFuture(Optional.empty());
                    case "list" -> CompletableFuture.completedFuture(new Page<>(List.of(), null));
                    case "queues" -> CompletableFuture.completedFuture(List.of());
                    default ->
                        CompletableFuture.failedFuture(
                                Refusal.of(Refusal.Reason.UNAVAILABLE, "this server takes no tasks"));
                });
    }

    @Override
    protected Object view(OrchestrationPlugin plugin) {
        return ((WorkflowPlugin) plugin).view();
    }

    @Test
    void beforeItsInitialisation_itSaysSo() {
        try (WorkflowPlugin plugin = new WorkflowPlugin(Clock.systemUTC(), Settings.DEFAULT)) {
            assertThat(plugin.process(new IntegrationRequest("slash_commands", null, null, "{}"))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(Failed.class);
            assertThat(plugin.health().toCompletableFuture().join().healthy()).isFalse();
        }
    }
}
