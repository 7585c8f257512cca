// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.core.plugin.PluginRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Core's calls of plugins, without the rest of core and without a container. */
final class Core implements AutoCloseable {
    private final ExecutorService executor;
    private final PluginRegistry registry;

    Core(boolean onCaller) {
        executor = onCaller ? new OnCaller() : Executors.newFixedThreadPool(2);
        registry = new PluginRegistry(executor);
    }

    /** Lets a plugin serve. */
    void add(OrchestrationPlugin plugin) {
        registry.bind(plugin, plugin.getClass().getSimpleName(), "1.0.0", nobody());
    }

    CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        return registry.call(request);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** For plugins that ask for nothing. */
    private static Orchestrator nobody() {
        return (Orchestrator) Proxy.newProxyInstance(
                Orchestrator.class.getClassLoader(), new Class<?>[] {Orchestrator.class}, (self, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** Runs everything on the calling thread. */
    private static final class OnCaller extends AbstractExecutorService {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {
            // It has no threads.
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
