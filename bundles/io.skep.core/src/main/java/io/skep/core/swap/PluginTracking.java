// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.core.plugin.Generation;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Sees the services of plugins and their bundles in the framework. A service that comes is only handed on: fetching it
 * would run its activation on the thread that registers it. A service that goes is held up until its calls have ended.
 */
public final class PluginTracking
        implements ServiceTrackerCustomizer<OrchestrationPlugin, Arrival>, SynchronousBundleListener, AutoCloseable {
    private final BundleContext context;
    private final PluginHost host;
    private final ServiceTracker<OrchestrationPlugin, Arrival> tracker;

    /** Not yet looking. */
    public PluginTracking(BundleContext context, PluginHost host) {
        this.context = context;
        this.host = host;
        this.tracker = new ServiceTracker<>(context, OrchestrationPlugin.class, this);
    }

    /** Begins to look. */
    public void open() {
        context.addBundleListener(this);
        tracker.open();
    }

    @Override
    public Arrival addingService(ServiceReference<OrchestrationPlugin> reference) {
        Arrival arrival = new Arrival(origin(reference), () -> context.getService(reference));
        host.arrivals().arrived(arrival);
        return arrival;
    }

    @Override
    public void modifiedService(ServiceReference<OrchestrationPlugin> reference, Arrival arrival) {
        // A plugin's name and version do not change while it is registered.
    }

    @Override
    public void removedService(ServiceReference<OrchestrationPlugin> reference, Arrival arrival) {
        host.arrivals().departing(arrival);
        context.ungetService(reference);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED) {
            Bundle bundle = event.getBundle();
            host.reconciler()
                    .uninstalled(
                            bundle.getBundleId(),
                            String.valueOf(bundle.getSymbolicName()),
                            bundle.getVersion().toString());
        }
    }

    /** Looks no more; the plugins that are there are let go. */
    @Override
    public void close() {
        context.removeBundleListener(this);
        tracker.close();
    }

    private static Generation.Origin origin(ServiceReference<OrchestrationPlugin> reference) {
        Bundle bundle = reference.getBundle();
        Object name = reference.getProperty(OrchestrationPlugin.NAME);
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return new Generation.Origin(
                name == null ? String.valueOf(bundle.getSymbolicName()) : name.toString(),
                String.valueOf(bundle.getSymbolicName()),
                bundle.getVersion().toString(),
                bundle.getBundleId(),
                wiring == null ? null : wiring.getClassLoader());
    }
}
