// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

import io.skep.api.plugin.OrchestrationPlugin;
import java.util.Dictionary;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * Publishes the plugin under the name that the manifest gives. Like a component of Declarative Services, it is activated
 * by whoever first gets it, and deactivated with its bundle.
 */
public final class FaultActivator implements BundleActivator, ServiceFactory<OrchestrationPlugin> {
    private volatile @Nullable Settings settings;
    private volatile @Nullable SelfUpgrade self;
    private volatile @Nullable FaultPlugin plugin;
    private volatile @Nullable ServiceRegistration<?> registration;

    @Override
    public void start(BundleContext context) {
        Settings read = Settings.of(
                context.getBundle().getHeaders(),
                context.getBundle().getVersion().toString());
        settings = read;
        self = new SelfUpgrade(context);
        Dictionary<String, Object> properties =
                FrameworkUtil.asDictionary(Map.of(OrchestrationPlugin.NAME, read.plugin()));
        registration = context.registerService(OrchestrationPlugin.class, this, properties);
    }

    @Override
    public void stop(BundleContext context) {
        // First, as Declarative Services do it: nobody finds what is being deactivated.
        ServiceRegistration<?> published = registration;
        if (published != null) {
            published.unregister();
        }
        FaultPlugin present = plugin;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public synchronized OrchestrationPlugin getService(Bundle user, ServiceRegistration<OrchestrationPlugin> of) {
        FaultPlugin present = plugin;
        if (present == null) {
            present = new FaultPlugin(Objects.requireNonNull(settings), self);
            plugin = present;
        }
        return present;
    }

    @Override
    public void ungetService(Bundle user, ServiceRegistration<OrchestrationPlugin> of, OrchestrationPlugin service) {
        // It lives as long as its bundle.
    }
}
