// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.context.sessions.SessionSettings;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryEvents;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

class ContextPluginContractTest extends OrchestrationPluginContract {
    private final InMemoryEvents events = new InMemoryEvents();
    private final Path directory = directory();

    private static Path directory() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "skep-context");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected OrchestrationPlugin create() {
        return new ContextPlugin(Clock.systemUTC(), new Settings(directory, SessionSettings.DEFAULT));
    }

    @Override
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state).with(events).with(agents());
    }

    private static AgentService agents() {
        return (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "list", "held" -> List.of();
                    case "find" -> Optional.empty();
                    default ->
                        CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "there is no such agent"));
                });
    }

    /** The sessions that the examples leave behind. */
    @Override
    protected Object view(OrchestrationPlugin plugin) {
        var list = new IntegrationRequest("session_management", "list", null, "{}");
        var answer = plugin.process(list)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        return ((Answered) answer).data();
    }
}
