// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.Plugins;
import io.skep.api.plugin.Orchestrator;
import io.skep.core.engine.Engine;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import org.osgi.framework.BundleContext;

/** Everything about the coming and going of plugins, put together. */
public final class PluginHost {
    private final Arrivals arrivals;
    private final Reconciler reconciler;
    private final Swaps swaps;
    private final Leaks leaks = new Leaks();
    private final Deployments deployments;

    /** In the framework of {@code context}; jars are kept in {@code directory}. */
    public PluginHost(
            BundleContext context,
            PluginRegistry registry,
            Engine engine,
            Path directory,
            Function<Generation, Orchestrator> orchestrators) {
        this(new FrameworkBundles(context), registry, engine, directory, orchestrators);
    }

    PluginHost(
            Bundles bundles,
            PluginRegistry registry,
            Engine engine,
            Path directory,
            Function<Generation, Orchestrator> orchestrators) {
        Drain drain = new Drain(registry);
        arrivals = new Arrivals(registry, drain);
        Clock clock = engine.clock();
        Parts parts = new Parts(
                bundles,
                registry,
                new Table(engine),
                new JarStore(directory),
                new Preparation(registry, orchestrators),
                arrivals,
                drain,
                new Exit(bundles, registry, leaks),
                clock);
        Jobs jobs = new Jobs(clock);
        swaps = new Swaps(parts, jobs);
        reconciler = new Reconciler(parts, jobs, new OutOfMemory(parts, directory.resolveSibling("out-of-memory")));
        deployments = new Deployments(parts, jobs, swaps);
        registry.calls().listener(new Quarantine(parts, jobs, swaps));
    }

    /** What operators do. */
    public Plugins plugins() {
        return swaps;
    }

    /** Takes services on, and lets them go. */
    public Arrivals arrivals() {
        return arrivals;
    }

    /** Keeps what is there in line with what shall be. */
    public Reconciler reconciler() {
        return reconciler;
    }

    /** Jars in the directory {@code deploy/}. */
    public Deployments deployments() {
        return deployments;
    }

    /** Names class loaders of plugins that are gone and should have been collected; now and then. */
    public void lookForLeaks() {
        leaks.look();
    }
}
