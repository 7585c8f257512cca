// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.plugin.PluginSettings;
import io.skep.core.plugin.PluginWork;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Core's calls of plugins, without the rest of core and without a container. */
final class Core implements AutoCloseable {
    private final ExecutorService threads =
            Executors.newCachedThreadPool(work -> io.skep.core.plugin.CoreThreads.forPlugins(work, "bench-plugin"));
    private final PluginRegistry registry = new PluginRegistry(threads, PluginSettings.DEFAULT);

    /** Lets a plugin serve. */
    void add(OrchestrationPlugin plugin) {
        String name = plugin.getClass().getSimpleName();
        Generation generation = registry.arrive(
                new Generation.Origin(name, name, "1.0.0", 1, plugin.getClass().getClassLoader()), plugin);
        String wrong = PluginWork.offer(generation, plugin.capabilities());
        if (wrong != null) {
            throw new IllegalStateException(name + ": " + wrong);
        }
        registry.promote(generation, "it is measured");
    }

    CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        return registry.calls().call(request);
    }

    @Override
    public void close() {
        registry.calls().close();
        threads.shutdownNow();
    }
}
