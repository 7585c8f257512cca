// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

class SecurityPluginContractTest extends OrchestrationPluginContract {
    @Override
    protected OrchestrationPlugin create() {
        return new SecurityPlugin(Clock.systemUTC(), Server.settings(directory()));
    }

    /** One for each instance: two may be there at a time, and only one can have a log. */
    private static Path directory() {
        try {
            Path made = Files.createTempDirectory(Path.of("target"), "contract");
            made.toFile().deleteOnExit();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(new InMemoryEvents());
    }

    @Override
    protected Object view(OrchestrationPlugin plugin) {
        return ((SecurityPlugin) plugin).policyVersion();
    }
}
