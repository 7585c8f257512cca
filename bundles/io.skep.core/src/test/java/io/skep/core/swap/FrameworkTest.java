// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.core.OpenSkep;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginSettings;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The real framework. */
class FrameworkTest {
    @TempDir
    private Path directory;

    private Framework framework;
    private FrameworkBundles bundles;

    @BeforeEach
    void start() throws BundleException {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        directory.resolve("cache").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "io.skep.api.plugin;version=1.0.0"));
        framework.start();
        bundles = new FrameworkBundles(framework.getBundleContext());
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(LONG.toMillis());
    }

    private Path jar(String version) {
        return Jars.plugin("sample", version)
                .entry("a/data.txt", "data of " + version)
                .to(directory.resolve("sample-" + version + ".jar"));
    }

    private Bundles.Installed install(String version) throws BundleException, IOException {
        return bundles.install("skep:bundle.sample/" + version, jar(version));
    }

    private Bundle bundle(long id) {
        return framework.getBundleContext().getBundle(id);
    }

    @Test
    void versions_areInstalledBesideEachOther_andGo() throws Exception {
        Bundles.Installed first = install("1.0.0");
        Bundles.Installed second = install("2.0.0");
        assertThat(first.is("bundle.sample", "1.0.0")).isTrue();
        assertThat(first.isOurs()).isTrue();
        assertThat(bundles.all()).contains(first, second);

        bundles.resolve(second.id());
        assertThat(bundle(second.id()).getState()).isEqualTo(Bundle.RESOLVED);
        bundles.start(second.id(), false);
        assertThat(bundle(second.id()).getState()).isEqualTo(Bundle.ACTIVE);
        bundles.uninstall(second.id());
        bundles.uninstall(second.id());

        assertThat(bundles.all()).contains(first).doesNotContain(second);
        assertThatThrownBy(() -> bundles.start(second.id(), true)).isInstanceOf(BundleException.class);
    }

    /** Throws when it is stopped. */
    public static final class Reluctant implements BundleActivator {
        @Override
        public void start(BundleContext context) {
            // It is only to be stopped.
        }

        @Override
        public void stop(BundleContext context) {
            throw new IllegalStateException("no");
        }
    }

    @Test
    void bundleThatThrowsWhenItIsStopped_goesAllTheSame() throws Exception {
        String name = Reluctant.class.getName();
        String file = name.replace('.', '/') + ".class";
        byte[] code;
        try (InputStream in = Reluctant.class.getClassLoader().getResourceAsStream(file)) {
            code = in.readAllBytes();
        }
        Path jar = Jars.plugin("sample", "1.0.0")
                .header("Bundle-Activator", name)
                .header("Import-Package", "org.osgi.framework")
                .entry(file, code)
                .to(directory.resolve("reluctant.jar"));
        Bundles.Installed installed = bundles.install("skep:reluctant", jar);
        bundles.start(installed.id(), false);

        bundles.uninstall(installed.id());

        assertThat(bundles.all()).doesNotContain(installed);
    }

    @Test
    void onlyAPersistentStart_outlivesTheFramework() throws Exception {
        Bundles.Installed candidate = install("1.0.0");
        Bundles.Installed promoted = install("2.0.0");
        bundles.start(candidate.id(), false);
        bundles.start(promoted.id(), false);
        bundles.start(promoted.id(), true);

        framework.stop();
        framework.waitForStop(LONG.toMillis());
        framework.start();

        assertThat(bundle(promoted.id()).getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(bundle(candidate.id()).getState()).isNotEqualTo(Bundle.ACTIVE);
    }

    @Test
    void missingImport_isNamed_andNothingRuns() throws Exception {
        Path jar = Jars.plugin("sample", "1.0.0")
                .header("Import-Package", "not.there")
                .to(directory.resolve("x.jar"));
        Bundles.Installed installed = bundles.install("skep:x", jar);

        assertThatThrownBy(() -> bundles.resolve(installed.id()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("not.there");
    }

    @Test
    void export_isKnownWithItsHighestVersion() throws Exception {
        assertThat(bundles.exported("io.skep.api.plugin")).contains(new Version("1.0.0"));
        assertThat(bundles.exported("not.there")).isEmpty();
        Path library = Jars.plugin("library", "1.0.0")
                .header("Export-Package", "io.skep.api.plugin;version=1.7")
                .entry("io/skep/api/plugin/x.txt", "x")
                .to(directory.resolve("library.jar"));
        bundles.resolve(bundles.install("file:library", library).id());

        assertThat(bundles.exported("io.skep.api.plugin")).contains(new Version("1.7.0"));
    }

    @Test
    void copy_isABundleAgain_withTheSameBytesEachTime() throws Exception {
        long id = install("1.0.0").id();
        Path copy = directory.resolve("copy.jar");
        Path again = directory.resolve("again.jar");

        bundles.copy(id, copy);
        bundles.copy(id, again);

        assertThat(copy).hasSameBinaryContentAs(again);
        PluginJar jar = JarInspector.inspect(copy);
        assertThat(jar.plugin()).isEqualTo("sample");
        assertThat(jar.build().version()).isEqualTo("1.0.0");
        bundles.uninstall(id);
        Bundles.Installed installed = bundles.install("skep:copy", copy);
        assertThat(bundle(installed.id()).getEntry("a/data.txt")).isNotNull();
        assertThatThrownBy(() -> bundles.copy(4711, copy))
                .isInstanceOf(IOException.class)
                .hasMessage("bundle 4711 is gone");
    }

    private static Dictionary<String, Object> named(String name) {
        return FrameworkUtil.asDictionary(Map.of(OrchestrationPlugin.NAME, name));
    }

    @Test
    void service_serves_untilItGoes() throws Exception {
        try (OpenSkep skep = new OpenSkep(new InMemoryLogStore(4, directory), PluginSettings.DEFAULT)) {
            PluginHost host = new PluginHost(
                    framework.getBundleContext(),
                    skep.registry(),
                    skep.engine(),
                    directory.resolve("plugins"),
                    skep::orchestratorOf);
            host.reconciler().begin();
            Bundles.Installed installed = bundles.install("file:sample", jar("1.2.0"));
            bundles.start(installed.id(), true);
            ServiceRegistration<OrchestrationPlugin> service = bundle(installed.id())
                    .getBundleContext()
                    .registerService(
                            OrchestrationPlugin.class,
                            new RecordingPlugin("p", RecordingPlugin.capability("echo", "say")),
                            named("sample"));
            try (PluginTracking tracking = new PluginTracking(framework.getBundleContext(), host)) {
                tracking.open();
                await().atMost(LONG)
                        .until(() -> skep.registry().serving("sample").isPresent());
                Generation generation = skep.registry().serving("sample").orElseThrow();
                assertThat(generation.version()).isEqualTo("1.2.0");
                assertThat(generation.origin().bundle()).isEqualTo(installed.id());
                assertThat(generation.origin().loader()).isNotNull();

                service.unregister();
                assertThat(skep.registry().serving("sample")).isEmpty();
                bundles.uninstall(installed.id());

                await().atMost(LONG)
                        .until(() -> host.plugins().find("sample").orElseThrow().desired() == null);
                host.lookForLeaks();
            }
        }
    }

    @Test
    void serviceWithoutAName_isCalledAsItsBundle_andGoesWithTheTracking() throws Exception {
        try (OpenSkep skep = new OpenSkep(new InMemoryLogStore(4, directory), PluginSettings.DEFAULT)) {
            PluginHost host = new PluginHost(
                    framework.getBundleContext(),
                    skep.registry(),
                    skep.engine(),
                    directory.resolve("plugins"),
                    skep::orchestratorOf);
            Bundles.Installed installed = bundles.install("file:sample", jar("1.0.0"));
            bundles.start(installed.id(), true);
            PluginTracking tracking = new PluginTracking(framework.getBundleContext(), host);
            tracking.open();
            bundle(installed.id())
                    .getBundleContext()
                    .registerService(
                            OrchestrationPlugin.class,
                            new RecordingPlugin("p", RecordingPlugin.capability("echo", "say")),
                            FrameworkUtil.asDictionary(Map.of()));
            await().atMost(LONG)
                    .until(() -> skep.registry().serving("bundle.sample").isPresent());

            tracking.close();

            assertThat(skep.registry().serving("bundle.sample")).isEmpty();
            assertThat(Files.exists(directory.resolve("plugins"))).isFalse();
        }
    }
}
