// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

class MonitoringPluginContractTest extends OrchestrationPluginContract {
    private final InMemoryEvents events = new InMemoryEvents();

    @Override
    protected OrchestrationPlugin create() {
        Settings settings = Settings.DEFAULT;
        Settings quick = new Settings(
                Duration.ofMillis(100),
                settings.tasksMost(),
                settings.stuck(),
                Duration.ofSeconds(1),
                settings.namesMost(),
                settings.objectives(),
                settings.alerts());
        return new MonitoringPlugin(Clock.systemUTC(), quick, Admin.NONE);
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(events);
    }

    /** The rules that were made and forgotten. */
    @Override
    protected @Nullable Object view(OrchestrationPlugin plugin) {
        return ((MonitoringPlugin) plugin).monitoring().kept("rules");
    }
}
