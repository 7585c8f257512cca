// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.admin.Access;
import io.skep.api.admin.Flags;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.payload.PayloadService;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreFiles;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import io.skep.core.engine.LogRows;
import io.skep.core.flags.FlagTable;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.service.StoreJobs;
import io.skep.core.swap.DeployFolder;
import io.skep.core.swap.PluginHost;
import io.skep.core.swap.PluginTracking;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the orchestrator over the store, publishes its services, and lets plugins come and go. What the configuration
 * says at the start holds until the next one: a change interrupts nothing, and a wrong value is refused by name.
 */
@Component(
        name = "io.skep.core",
        immediate = true,
        service = {})
@Designate(ocd = CoreConfig.class)
public final class Core {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);
    private static final Duration MAX_MISSING = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LEAKS = Duration.ofSeconds(30);
    private static final String FLAGS_PID = "io.skep.flags";
    /** The service that Karaf registers when its boot features are all there. */
    private static final String BOOTED = "org.apache.karaf.features.BootFinished";

    private final Skep skep;
    private final CoreSettings settings;
    private final BundleContext context;
    private final long begunNanos = System.nanoTime();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final ThreadPoolExecutor capabilities = Threads.pool("skep-capabilities", 1, 1);
    private final ThreadPoolExecutor storeWorker = Threads.pool("skep-store-job", 1, 1);
    private final StoreJobs storeJobs;
    private final PluginHost host;
    private final PluginTracking tracking;

    /** Opened by Declarative Services when there is a store. */
    @Activate
    public Core(
            BundleContext context,
            CoreConfig config,
            @Reference LogStore log,
            @Reference Projection projection,
            @Reference StoreFiles files)
            throws IOException {
        this.context = context;
        List<String> wrong = new ArrayList<>();
        this.settings = CoreSettings.of(config, wrong);
        if (!wrong.isEmpty()) {
            LOG.error("configuration io.skep.core: {}; the default stands instead", String.join("; ", wrong));
        }
        this.skep = new Skep(log, projection, settings, true);
        this.storeJobs = new StoreJobs(skep.engine(), files, new LogRows(log), skep.payloads()::hold, storeWorker);
        PluginRegistry registry = skep.registry();
        this.host = new PluginHost(
                context, registry, skep.engine(), log.directory().resolve("plugins"), skep::orchestratorOf);
        this.tracking = new PluginTracking(context, host);
        CapabilityServices services = new CapabilityServices(context, registry::capabilities, capabilities);
        registry.whenChanged(services::look);
        publish(Flags.class, flags(registry));
        host.reconciler().begin();
        tracking.open();
        publish(ArtifactInstaller.class, new DeployFolder(host.deployments()));
        registry.calls()
                .timers()
                .scheduleWithFixedDelay(host::lookForLeaks, LEAKS.toMillis(), LEAKS.toMillis(), TimeUnit.MILLISECONDS);
        awaitPlugins();
        publish(TaskService.class, skep.tasks());
        publish(AttemptService.class, skep.attempts());
        publish(AgentService.class, skep.agents());
        publish(EventStream.class, skep.events());
        publish(PayloadService.class, skep.payloads());
        publish(Access.class, skep.access());
        publish(Plugins.class, host.plugins());
        publish(Server.class, skep.server(context.getBundle().getVersion().toString(), this::missing));
        publish(StoreAdmin.class, storeJobs);
        publish(Orchestrator.class, skep);
    }

    /** Flags follow their file by way of Config Admin, which tells when it has changed. */
    private FlagTable flags(PluginRegistry registry) {
        Path file = Path.of(System.getProperty("karaf.etc", "etc")).resolve(FLAGS_PID + ".cfg");
        FlagTable flags = new FlagTable(file, registry, skep.engine());
        flags.fileChanged();
        ManagedService follower = properties -> flags.fileChanged();
        registrations.add(context.registerService(
                ManagedService.class, follower, FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_PID, FLAGS_PID))));
        return flags;
    }

    /** Looks until the plugins are there; tasks that were there before the start wait for that with their routing. */
    private void awaitPlugins() {
        if (missing().isEmpty()) {
            skep.started();
        } else {
            skep.registry().calls().timers().schedule(this::awaitPlugins, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** What shall serve and has not come; after a while the server counts as ready all the same. */
    private List<String> missing() {
        if (System.nanoTime() - begunNanos > MAX_MISSING.toNanos()) {
            return List.of();
        }
        List<String> missing = new ArrayList<>();
        if (System.getProperty("karaf.base") != null && context.getServiceReference(BOOTED) == null) {
            // Until then Karaf may put its bundles in order once more, and lose sight of one that a swap installs.
            missing.add("the container is starting");
        }
        host.reconciler().missing().forEach(plugin -> missing.add("the plugin " + plugin + " is starting"));
        return missing;
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
        tracking.close();
        capabilities.shutdownNow();
        registrations.forEach(ServiceRegistration::unregister);
        storeJobs.close();
        storeWorker.shutdown();
        skep.close();
    }

    private <T> void publish(Class<T> type, T service) {
        registrations.add(context.registerService(type, service, FrameworkUtil.asDictionary(Map.of())));
    }
}
