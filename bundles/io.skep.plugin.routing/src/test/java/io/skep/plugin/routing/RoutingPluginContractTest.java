// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.OrchestrationPluginContract;

class RoutingPluginContractTest extends OrchestrationPluginContract {
    @Override
    protected OrchestrationPlugin create() {
        RoutingPlugin plugin = new RoutingPlugin();
        plugin.bind(new WordVectors());
        return plugin;
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(FewAgents.service());
    }

    @Override
    protected Object view(OrchestrationPlugin plugin) {
        return ((RoutingPlugin) plugin).remembered();
    }
}
