// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.admin.Access;
import io.skep.api.admin.Server;
import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the orchestrator over the store, publishes its services, and tracks plugins. What the configuration says at the
 * start holds until the next one: a change interrupts nothing, and a wrong value is refused by name.
 */
@Component(
        name = "io.skep.core",
        immediate = true,
        service = {})
@Designate(ocd = CoreConfig.class)
public final class Core implements ServiceTrackerCustomizer<OrchestrationPlugin, OrchestrationPlugin> {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);

    private final Skep skep;
    private final CoreSettings settings;
    private final BundleContext context;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final ServiceTracker<OrchestrationPlugin, OrchestrationPlugin> plugins;

    /** Opened by Declarative Services when there is a store. */
    @Activate
    public Core(BundleContext context, CoreConfig config, @Reference LogStore log, @Reference Projection projection)
            throws IOException {
        this.context = context;
        List<String> wrong = new ArrayList<>();
        this.settings = CoreSettings.of(config, wrong);
        if (!wrong.isEmpty()) {
            LOG.error("configuration io.skep.core: {}; the default stands instead", String.join("; ", wrong));
        }
        this.skep = new Skep(log, projection, settings);
        publish(TaskService.class, skep.tasks());
        publish(AttemptService.class, skep.attempts());
        publish(AgentService.class, skep.agents());
        publish(EventStream.class, skep.events());
        publish(Access.class, skep.access());
        publish(Server.class, skep.server(context.getBundle().getVersion().toString()));
        publish(Orchestrator.class, skep);
        this.plugins = new ServiceTracker<>(context, OrchestrationPlugin.class, this);
        plugins.open();
    }

    /** Says what will hold at the next start; limits of a running engine do not change. */
    @Modified
    void modified(CoreConfig config) {
        List<String> wrong = new ArrayList<>();
        CoreSettings next = CoreSettings.of(config, wrong);
        String changes = settings.changesTo(next);
        if (!wrong.isEmpty()) {
            LOG.error("configuration io.skep.core refused, what holds stays in force: {}", String.join("; ", wrong));
        } else if (changes.isEmpty()) {
            LOG.info("configuration io.skep.core is what has held since the start");
        } else {
            LOG.info("configuration io.skep.core holds from the next start on: {}", changes);
        }
    }

    /** Closed by Declarative Services. */
    @Deactivate
    public void close() {
        plugins.close();
        registrations.forEach(ServiceRegistration::unregister);
        skep.close();
    }

    @Override
    public OrchestrationPlugin addingService(ServiceReference<OrchestrationPlugin> reference) {
        OrchestrationPlugin plugin = context.getService(reference);
        Object name = reference.getProperty(OrchestrationPlugin.NAME);
        String bundle = reference.getBundle().getSymbolicName();
        skep.registry()
                .bind(
                        plugin,
                        name == null ? bundle : name.toString(),
                        reference.getBundle().getVersion().toString(),
                        skep);
        return plugin;
    }

    @Override
    public void modifiedService(ServiceReference<OrchestrationPlugin> reference, OrchestrationPlugin plugin) {
        // A plugin's name and version do not change while it is registered.
    }

    @Override
    public void removedService(ServiceReference<OrchestrationPlugin> reference, OrchestrationPlugin plugin) {
        skep.registry().unbind(plugin);
        context.ungetService(reference);
    }

    private <T> void publish(Class<T> type, T service) {
        registrations.add(context.registerService(type, service, FrameworkUtil.asDictionary(Map.of())));
    }
}
