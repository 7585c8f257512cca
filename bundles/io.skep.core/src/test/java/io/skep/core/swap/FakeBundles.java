// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.core.plugin.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.jar.JarFile;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;

/**
 * A framework that is played: bundles have a plugin each, which comes as a service when its bundle is started and goes
 * when it is stopped, with the same threads and in the same order as in OSGi. Each step can be told to fail or to hang.
 */
final class FakeBundles implements Bundles {
    private final Map<Long, Fake> bundles = new ConcurrentSkipListMap<>();
    private final Map<String, Version> exported =
            new ConcurrentHashMap<>(Map.of("io.skep.api.plugin", new Version("1.0.0")));
    private final Map<Step, Action> actions = new EnumMap<>(Step.class);
    private final AtomicLong lastId = new AtomicLong(100);
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Arrival> unseen = new ArrayList<>();
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private volatile Function<Installed, OrchestrationPlugin> plugins;
    private volatile String nameOfService = "";
    private volatile boolean silent;
    private boolean seen;
    private PluginHost host;

    /** What can be told to go wrong. */
    enum Step {
        INSTALL,
        RESOLVE,
        START,
        PERSIST,
        STOP,
        UNINSTALL
    }

    /** Something that happens in a step; it may throw or hang. */
    interface Action {
        void on(Installed bundle) throws BundleException, IOException;
    }

    private static final class Fake {
        private final Installed installed;
        private final Path jar;
        private final String plugin;
        private Arrival service;
        private boolean persistent;

        Fake(Installed installed, Path jar, String plugin) {
            this.installed = installed;
            this.jar = jar;
            this.plugin = plugin;
        }
    }

    /** {@code plugins} makes the plugin of a bundle, on the thread that activates it. */
    FakeBundles(Function<Installed, OrchestrationPlugin> plugins) {
        this.plugins = plugins;
    }

    /** Who sees the services, from {@link #look} on. */
    void host(PluginHost sees) {
        host = sees;
    }

    /** The services that have come so far are seen, and those to come at once. */
    void look() {
        List<Arrival> all;
        synchronized (this) {
            all = List.copyOf(unseen);
            unseen.clear();
            seen = true;
        }
        all.forEach(arrival -> host.arrivals().arrived(arrival));
    }

    /** Stops everything; bundles that are started persistently start again. */
    void reboot() throws BundleException {
        synchronized (this) {
            seen = false;
            unseen.clear();
        }
        bundles.values().forEach(bundle -> bundle.service = null);
        for (Fake bundle : bundles.values()) {
            if (bundle.persistent) {
                register(bundle);
            }
        }
    }

    void plugins(Function<Installed, OrchestrationPlugin> with) {
        plugins = with;
    }

    /** The services of bundles that start from now on have another name than their jars say. */
    void nameOfService(String name) {
        nameOfService = name;
    }

    /** Bundles that start from now on have no service. */
    void silent() {
        silent = true;
    }

    void export(String packageName, String version) {
        exported.put(packageName, new Version(version));
    }

    FakeBundles on(Step step, Action action) {
        actions.put(step, action);
        return this;
    }

    FakeBundles failing(Step step) {
        return on(step, bundle -> {
            throw new BundleException(step + " does not work");
        });
    }

    FakeBundles hanging(Step step) {
        return on(step, bundle -> hang());
    }

    void hang() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets go on what hangs. */
    void release() {
        released.countDown();
    }

    /** Every step so far as {@code STEP VERSION}. */
    List<String> steps() {
        return steps;
    }

    /** The versions that are installed, in the order of their numbers. */
    List<String> versions() {
        return all().stream().map(Installed::version).toList();
    }

    boolean isPersistent(String version) {
        return bundles.values().stream()
                .anyMatch(bundle -> bundle.installed.version().equals(version) && bundle.persistent);
    }

    /** Somebody else than core installs and starts a bundle. */
    Installed bring(Path jar) throws BundleException, IOException {
        Installed installed = install("file:" + jar, jar);
        start(installed.id(), true);
        return installed;
    }

    /** A bundle is gone without anybody having been told. */
    void lose(long id) throws BundleException {
        find(id);
        bundles.remove(id);
    }

    /** Somebody replaces what is in a bundle. */
    void update(long id, Path jar) throws BundleException, IOException {
        Fake before = find(id);
        stop(id);
        Installed installed = describe(id, before.installed.location(), jar);
        Fake after = new Fake(installed, jar, before.plugin);
        bundles.put(id, after);
        start(id, true);
    }

    @Override
    public Installed install(String location, Path jar) throws BundleException, IOException {
        for (Fake bundle : bundles.values()) {
            if (bundle.installed.location().equals(location)) {
                return bundle.installed;
            }
        }
        Installed installed = describe(lastId.incrementAndGet(), location, jar);
        act(Step.INSTALL, installed);
        try (JarFile file = new JarFile(jar.toFile())) {
            String plugin = file.getManifest().getMainAttributes().getValue(JarInspector.NAME_HEADER);
            bundles.put(installed.id(), new Fake(installed, jar, plugin));
        }
        return installed;
    }

    private static Installed describe(long id, String location, Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            var headers = file.getManifest().getMainAttributes();
            return new Installed(
                    id, location, headers.getValue("Bundle-SymbolicName"), headers.getValue("Bundle-Version"));
        }
    }

    @Override
    public void resolve(long id) throws BundleException {
        act(Step.RESOLVE, find(id).installed);
    }

    @Override
    public void start(long id, boolean persistent) throws BundleException {
        Fake bundle = find(id);
        act(persistent ? Step.PERSIST : Step.START, bundle.installed);
        bundle.persistent |= persistent;
        if (bundle.service == null) {
            register(bundle);
        }
    }

    private void register(Fake bundle) {
        if (silent) {
            return;
        }
        Installed installed = bundle.installed;
        Generation.Origin origin = new Generation.Origin(
                nameOfService.isEmpty() ? bundle.plugin : nameOfService,
                installed.symbolicName(),
                installed.version(),
                installed.id(),
                null);
        bundle.service = new Arrival(origin, () -> plugins.apply(installed));
        synchronized (this) {
            if (!seen) {
                unseen.add(bundle.service);
                return;
            }
        }
        host.arrivals().arrived(bundle.service);
    }

    /** Somebody stops a bundle. */
    void stop(long id) throws BundleException {
        Fake bundle = bundles.get(id);
        if (bundle != null) {
            act(Step.STOP, bundle.installed);
            bundle.persistent = false;
            Arrival service = bundle.service;
            bundle.service = null;
            if (service != null) {
                host.arrivals().departing(service);
            }
        }
    }

    @Override
    public void uninstall(long id) throws BundleException {
        Fake bundle = bundles.get(id);
        if (bundle == null) {
            return;
        }
        if (bundle.service != null) {
            stop(id);
        }
        act(Step.UNINSTALL, bundle.installed);
        bundles.remove(id);
        host.reconciler().uninstalled(id, bundle.installed.symbolicName(), bundle.installed.version());
    }

    @Override
    public List<Installed> all() {
        return bundles.values().stream().map(bundle -> bundle.installed).toList();
    }

    @Override
    public Optional<Version> exported(String packageName) {
        return Optional.ofNullable(exported.get(packageName));
    }

    @Override
    public void copy(long id, Path jar) throws IOException {
        Files.write(jar, Files.readAllBytes(bundles.get(id).jar));
    }

    private Fake find(long id) throws BundleException {
        Fake bundle = bundles.get(id);
        if (bundle == null) {
            throw new BundleException("bundle " + id + " is gone");
        }
        return bundle;
    }

    private void act(Step step, Installed bundle) throws BundleException {
        steps.add(step + " " + bundle.version());
        Action action = actions.get(step);
        if (action != null) {
            try {
                action.on(bundle);
            } catch (IOException e) {
                throw new BundleException("cannot be read", e);
            }
        }
    }
}
