// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static io.skep.core.swap.SwapHarness.NAME;
import static io.skep.core.swap.SwapHarness.NO_CANARY;
import static io.skep.core.swap.SwapHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.core.state.PluginRecord;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;

/** What comes and goes without being asked for, and what a start finds. */
class ReconcilerTest {
    @TempDir
    private Path directory;

    private SwapHarness server;

    @BeforeEach
    void start() {
        server = new SwapHarness(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Bundles.Installed bring(String version) throws BundleException, IOException {
        return server.bundles().bring(server.jar(version));
    }

    @Test
    void firstVersionThatComes_serves_andIsTheDesiredOne() throws Exception {
        Bundles.Installed bundle = bring("1.0.0");

        server.awaitServing("1.0.0");

        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.record().desired()).isEqualTo(new PluginRecord.Build("bundle.sample", "1.0.0", ""));
        assertThat(server.history()).containsExactly("plugin.installed core: 1.0.0 came with bundle " + bundle.id());
    }

    @Test
    void bundleThatStopsAndStarts_servesAgain() throws Exception {
        long id = bring("1.0.0").id();
        server.awaitServing("1.0.0");

        server.bundles().stop(id);
        assertThat(server.serves()).isEmpty();
        CompletableFuture<IntegrationResponse> parked = server.begin();
        assertThat(parked).isNotDone();
        server.bundles().start(id, true);

        assertThat(SwapHarness.version(get(parked))).isEqualTo("1.0.0");
        assertThat(server.history()).hasSize(1);
    }

    @Test
    void bundleUpdatedInPlace_servesAsTheNewVersion() throws Exception {
        long id = bring("1.0.0").id();
        server.awaitServing("1.0.0");

        server.bundles().update(id, server.jar("2.0.0"));

        server.awaitServing("2.0.0");
        assertThat(server.record().desired().version()).isEqualTo("2.0.0");
        assertThat(server.history()).last().isEqualTo("plugin.replaced core: 1.0.0 to 2.0.0 in place");
    }

    @Test
    void stoppedBundle_isHeldUp_untilItsCallsHaveEnded() throws Exception {
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        server.script("1.0.0", plugin -> plugin.processing(request -> answer));
        long id = bring("1.0.0").id();
        server.awaitServing("1.0.0");
        CompletableFuture<IntegrationResponse> call = server.begin();
        await().atMost(LONG).until(() -> server.made("1.0.0").calls().contains("process"));
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
            try {
                server.bundles().stop(id);
            } catch (BundleException e) {
                throw new AssertionError(e);
            }
        });
        await().atMost(LONG).until(() -> server.serves().isEmpty());
        assertThat(stopped).isNotDone();

        answer.complete(new IntegrationResponse.Answered("\"late\""));

        get(stopped);
        assertThat(SwapHarness.version(get(call))).isEqualTo("late");
        assertThat(server.registry().list()).isEmpty();
    }

    @Test
    void undesiredVersion_neverServes_andIsUninstalled() throws Exception {
        server.serving("2.0.0");

        bring("1.0.0");

        await().atMost(LONG).until(() -> server.bundles().versions().equals(java.util.List.of("2.0.0")));
        assertThat(server.made("1.0.0")).isNull();
        assertThat(server.call()).isEqualTo("2.0.0");
        server.awaitHistory("plugin.refused core: 1.0.0 came (bundle ");
    }

    @Test
    void undesiredVersion_isRefused_evenWhenNobodyServes() throws Exception {
        server.serving("1.0.0").serving("2.0.0");
        long id = server.bundles().all().get(0).id();
        server.bundles().stop(id);

        bring("3.0.0");

        server.awaitHistory("plugin.refused core: 3.0.0 came");
        assertThat(server.serves()).isEmpty();
    }

    @Test
    void secondServiceOfTheSameVersion_fails() throws Exception {
        server.serving("1.0.0");
        Path again = Files.createDirectory(directory.resolve("again")).resolve("sample.jar");

        server.bundles().bring(Jars.plugin(NAME, "1.0.0").to(again));

        server.awaitHistory("plugin.failed core: 1.0.0: version 1.0.0 serves already, by another service");
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.registry().list())
                .extracting(PluginStatus::state)
                .containsExactly(PluginStatus.State.SERVING, PluginStatus.State.FAILED);
    }

    @Test
    void unhealthyPlugin_doesNotServe_andSaysWhy() throws Exception {
        server.script(
                "1.0.0",
                plugin -> plugin.health(() -> CompletableFuture.completedFuture(new Health(false, "no licence"))));

        bring("1.0.0");

        server.awaitHistory("plugin.failed core: 1.0.0: it is not healthy: no licence");
        assertThat(server.serves()).isEmpty();
        assertThat(server.record().desired()).isNull();
        assertThat(server.registry().list()).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(PluginStatus.State.FAILED);
            assertThat(status.cause()).isEqualTo("it is not healthy: no licence");
        });
    }

    @Test
    void componentThatCannotBeActivated_isOnlyNoted() throws Exception {
        server.bundles().plugins(bundle -> null);

        bring("1.0.0");

        server.awaitHistory("plugin.failed core: 1.0.0: its component could not be activated");
        assertThat(server.registry().list()).isEmpty();
    }

    @Test
    void pluginWithTheCapabilityOfAnother_fails() throws Exception {
        server.serving("1.0.0");

        server.bundles().bring(Jars.plugin("thief", "1.0.0").to(directory.resolve("thief.jar")));

        await().atMost(LONG)
                .until(() -> server.swaps().find("thief").stream()
                        .flatMap(detail -> detail.history().stream())
                        .anyMatch(entry ->
                                entry.detail().equals("1.0.0: the capability echo is offered by plugin sample")));
        assertThat(server.call()).isEqualTo("1.0.0");
    }

    @Test
    void uninstalledBySomebodyElse_isWantedNoMore() throws Exception {
        long id = bring("1.0.0").id();
        server.awaitServing("1.0.0");

        server.bundles().uninstall(id);

        server.awaitHistory("plugin.removed core: its bundle " + id + " was uninstalled");
        assertThat(server.record().desired()).isNull();
    }

    @Test
    void uninstalledByCore_staysWanted() {
        server.serving("1.0.0").serving("2.0.0");

        assertThat(server.history()).noneMatch(line -> line.startsWith("plugin.removed"));
        assertThat(server.record().desired().version()).isEqualTo("2.0.0");
    }

    @Test
    void restart_startsTheVersionThatWasPromoted() {
        server.serving("1.0.0").serving("2.0.0");

        server.restart();

        server.awaitServing("2.0.0");
        assertThat(server.bundles().versions()).containsExactly("2.0.0");
        assertThat(server.host().reconciler().missing()).isEmpty();
    }

    @Test
    void restart_installsTheVersionAgain_ifItsBundleIsGone() {
        server.serving("1.0.0");

        server.restart(() -> uninstallAll());

        server.awaitServing("1.0.0");
        assertThat(server.bundles().all()).singleElement().matches(Bundles.Installed::isOurs);
        assertThat(server.bundles().isPersistent("1.0.0")).isTrue();
    }

    private void uninstallAll() {
        try {
            for (Bundles.Installed bundle : server.bundles().all()) {
                server.bundles().lose(bundle.id());
            }
        } catch (BundleException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void restart_saysThatAPluginIsMissing_whoseJarIsGone() throws IOException {
        server.serving("1.0.0");
        try (var jars = Files.list(server.jarDirectory())) {
            for (Path jar : jars.toList()) {
                Files.delete(jar);
            }
        }

        server.restart(() -> uninstallAll());

        assertThat(server.serves()).isEmpty();
        assertThat(server.host().reconciler().missing()).containsExactly(NAME);
    }

    @Test
    void restart_toleratesAVersionThatCannotBeStarted() {
        server.serving("1.0.0").bundles().failing(FakeBundles.Step.PERSIST);

        server.restart(() -> uninstallAll());

        assertThat(server.host().reconciler().missing()).containsExactly(NAME);
        assertThat(server.serves()).isEmpty();
    }

    @Test
    void restart_takesLeftoversAway_ofASwapThatDidNotEnd() throws IOException {
        server.serving("1.0.0").bundles().hanging(FakeBundles.Step.RESOLVE);
        get(server.swaps().upgrade(server.request("2.0.0", NO_CANARY)));
        await().atMost(LONG).until(() -> server.bundles().steps().contains("RESOLVE 2.0.0"));
        assertThat(server.bundles().versions()).containsExactly("1.0.0", "2.0.0");
        assertThat(server.jars()).isEqualTo(2);

        server.restart();

        server.awaitServing("1.0.0");
        assertThat(server.bundles().versions()).containsExactly("1.0.0");
        assertThat(server.jars()).isEqualTo(1);
    }

    @Test
    void restart_keepsWhatSomebodyElseInstalled_ofTheDesiredVersion() throws Exception {
        bring("1.0.0");
        server.awaitServing("1.0.0");

        server.restart();

        server.awaitServing("1.0.0");
        assertThat(server.bundles().all()).singleElement().matches(bundle -> !bundle.isOurs());
    }

    @Test
    void restart_refusesTheOldVersion_thatComesBackByAFeature() throws Exception {
        server.serving("1.0.0").serving("2.0.0");

        server.restart(() -> {
            try {
                bring("1.0.0");
            } catch (BundleException | IOException e) {
                throw new AssertionError(e);
            }
        });

        server.awaitServing("2.0.0");
        server.awaitHistory("plugin.refused core: 1.0.0 came");
        await().atMost(LONG).until(() -> server.bundles().versions().equals(java.util.List.of("2.0.0")));
    }

    @Test
    void goneService_isNotTakenOn() throws Exception {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        server.script("1.0.0", plugin -> plugin.initializing(orchestrator -> ready));
        Bundles.Installed bundle = bring("1.0.0");
        await().atMost(LONG).until(() -> server.made("1.0.0") != null);
        RecordingPlugin first = server.made("1.0.0");
        server.bundles().stop(bundle.id());
        server.bundles().start(bundle.id(), true);
        server.bundles().stop(bundle.id());

        ready.complete(null);

        server.awaitHistory("plugin.failed core: 1.0.0: sample 1.0.0 went, and nobody has come yet");
        assertThat(server.made("1.0.0")).isSameAs(first);
        assertThat(server.serves()).isEmpty();
        assertThat(server.registry().list()).isEmpty();
    }

    @Test
    void serviceThatGoesWhileItIsActivated_isNotTakenOn() throws Exception {
        CompletableFuture<Void> activating = new CompletableFuture<>();
        server.script("1.0.0", plugin -> {
            activating.complete(null);
            server.bundles().hang();
        });
        Bundles.Installed bundle = bring("1.0.0");
        get(activating);
        server.bundles().stop(bundle.id());

        server.bundles().release();

        server.awaitHistory("plugin.failed core: 1.0.0: its service went while it was activated");
        assertThat(server.registry().list()).isEmpty();
    }
}
