// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.TaskService;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HooksPluginContractTest extends OrchestrationPluginContract {
    private final InMemoryEvents events = new InMemoryEvents();

    @Override
    protected OrchestrationPlugin create() {
        return new HooksPlugin(Clock.systemUTC(), Settings.DEFAULT);
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(events).with(noTasks());
    }

    private static TaskService noTasks() {
        return (TaskService) Proxy.newProxyInstance(
                TaskService.class.getClassLoader(),
                new Class<?>[] {TaskService.class},
                (proxy, method, arguments) -> CompletableFuture.completedFuture(Optional.empty()));
    }

    @Override
    protected Object view(OrchestrationPlugin plugin) {
        return ((HooksPlugin) plugin).view();
    }

    @Test
    void beforeItsInitialisation_itSaysSo() {
        try (HooksPlugin plugin = new HooksPlugin(Clock.systemUTC(), Settings.DEFAULT)) {
            assertThat(plugin.process(new IntegrationRequest("lifecycle_hooks", null, null, "{}"))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(Failed.class);
            assertThat(plugin.health().toCompletableFuture().join().healthy()).isFalse();
            assertThat(plugin.view()).isEmpty();
        }
    }
}
