// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static io.skep.core.swap.SwapHarness.NAME;
import static io.skep.core.swap.SwapHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.SwapJob;
import io.skep.api.plugin.Health;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each phase of an upgrade may fail: the old version goes on, the reason is told, and nothing is left behind. */
class UpgradeFailureTest {
    @TempDir
    private Path directory;

    private SwapHarness server;

    @AfterEach
    void stop() {
        server.close();
    }

    private SwapHarness open() {
        server = new SwapHarness(directory);
        return server;
    }

    /** The old version goes on as if nothing had been. */
    private void assertUntouched(SwapJob job) throws IOException {
        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.ROLLED_BACK);
        assertThat(server.serves()).isEqualTo("1.0.0");
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.registry().list())
                .extracting(PluginStatus::sharePercent)
                .first()
                .isEqualTo(100);
        assertThat(server.record().desired().version()).isEqualTo("1.0.0");
        assertThat(server.history()).last().asString().startsWith("plugin.rolled-back ann: 2.0.0, " + job.reason());
        assertThat(server.jars()).isEqualTo(1);
    }

    private void assertNothingLeft() {
        assertThat(server.bundles().versions()).containsExactly("1.0.0");
        await().atMost(LONG).until(() -> server.registry().generations(NAME).size() == 1);
    }

    private SwapJob failing(Consumer<RecordingPlugin> script) throws IOException {
        open().serving("1.0.0").script("2.0.0", script);
        SwapJob job = server.upgrade("2.0.0");
        assertUntouched(job);
        assertNothingLeft();
        return job;
    }

    @ParameterizedTest
    @CsvSource({
        "INSTALL, install: install failed: BundleException: INSTALL does not work",
        "RESOLVE, resolve: resolve failed: BundleException: RESOLVE does not work",
        "START, start: start failed: BundleException: START does not work"
    })
    void frameworkThatFails_rollsBack(FakeBundles.Step step, String reason) throws IOException {
        open().serving("1.0.0").bundles().failing(step);

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo(reason);
        assertUntouched(job);
        assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeBundles.Step.class,
            names = {"INSTALL", "RESOLVE", "START"})
    void frameworkThatHangs_isGivenUp(FakeBundles.Step step) throws IOException {
        server = new SwapHarness(directory, SwapHarness.IMPATIENT).serving("1.0.0");
        server.bundles().hanging(step);

        SwapJob job = server.upgrade("2.0.0");

        String name = step.name().toLowerCase(java.util.Locale.ROOT);
        assertThat(job.reason()).isEqualTo(name + ": " + name + " took longer than 5000 ms");
        assertUntouched(job);
    }

    @Test
    void componentThatCannotBeActivated_rollsBack() throws IOException {
        open().serving("1.0.0").bundles().plugins(bundle -> null);

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("start: its component could not be activated; the log says why");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void componentThatThrows_rollsBack() throws IOException {
        open().serving("1.0.0").bundles().plugins(bundle -> {
            throw new NoClassDefFoundError("Missing");
        });

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("start: activation failed: NoClassDefFoundError: Missing");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void componentThatEndsInAnError_rollsBackAtOnce() throws IOException {
        open().serving("1.0.0").bundles().plugins(bundle -> {
            throw new ServiceConfigurationError("not there");
        });

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("start: activation failed: ServiceConfigurationError: not there");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void serviceOfAnotherName_rollsBack() throws IOException {
        open().serving("1.0.0").bundles().nameOfService("other");

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("start: its service calls itself other, not sample");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void bundleWithoutAService_rollsBack() throws IOException {
        server = new SwapHarness(directory, SwapHarness.IMPATIENT).serving("1.0.0");
        server.bundles().on(FakeBundles.Step.START, bundle -> {
            throw new StackOverflowError();
        });
        assertThat(server.upgrade("2.0.0").reason()).isEqualTo("start: start failed: StackOverflowError");
        server.bundles().on(FakeBundles.Step.START, bundle -> {}).silent();

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("start: its service took longer than 5000 ms");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void pluginThatCannotGetReady_rollsBack() throws IOException {
        SwapJob job = failing(plugin -> plugin.initializing(orchestrator -> {
            throw new IllegalStateException("no database");
        }));

        assertThat(job.reason()).isEqualTo("initialise: initialise failed: IllegalStateException: no database");
    }

    @Test
    void pluginThatNeverGetsReady_isGivenUp() throws IOException {
        server = new SwapHarness(directory, SwapHarness.IMPATIENT).serving("1.0.0");
        server.script("2.0.0", plugin -> plugin.initializing(orchestrator -> new CompletableFuture<>()));

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("initialise: initialise took longer than 5000 ms");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void pluginThatOffersNothing_rollsBack() throws IOException {
        open().serving("1.0.0").offering();

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("initialise: it offers nothing");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void capabilityOfAnotherPlugin_rollsBack() throws IOException {
        open().offering(RecordingPlugin.capability("shout", "say"));
        Path other = Jars.plugin("other", "1.0.0").to(directory.resolve("other.jar"));
        assertThat(server.ended(server.swaps()
                                .upgrade(new io.skep.api.admin.SwapRequest(
                                        null, other, SwapHarness.NO_CANARY, false, "ann")))
                        .outcome())
                .isEqualTo(SwapJob.Outcome.PROMOTED);

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.ROLLED_BACK);
        assertThat(job.reason()).isEqualTo("initialise: the capability shout is offered by plugin other");
    }

    @Test
    void unhealthyPlugin_rollsBack() throws IOException {
        SwapJob job = failing(
                plugin -> plugin.health(() -> CompletableFuture.completedFuture(new Health(false, "no licence"))));

        assertThat(job.reason()).isEqualTo("health: it is not healthy: no licence");
    }

    @Test
    void healthThatThrows_rollsBack() throws IOException {
        SwapJob job = failing(plugin -> plugin.health(() -> {
            throw new IllegalStateException("ill");
        }));

        assertThat(job.reason()).isEqualTo("health: health failed: IllegalStateException: ill");
    }

    @Test
    void healthThatIsNone_rollsBack() throws IOException {
        SwapJob job = failing(plugin -> plugin.health(() -> CompletableFuture.completedFuture(null)));

        assertThat(job.reason()).isEqualTo("health: it is not healthy: it answered nothing");
    }

    @Test
    void pluginThatCancelsItsOwnStage_rollsBack() throws IOException {
        SwapJob job = failing(plugin -> plugin.initializing(orchestrator -> {
            CompletableFuture<Void> cancelled = new CompletableFuture<>();
            cancelled.cancel(false);
            return cancelled;
        }));

        assertThat(job.reason()).isEqualTo("initialise: initialise failed: CancellationException");
    }

    @Test
    void storeThatFails_rollsBack() {
        open().serving("1.0.0");
        server.script(
                "2.0.0",
                plugin -> plugin.health(() -> {
                    server.log().stop();
                    return CompletableFuture.completedFuture(Health.OK);
                }));

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.ROLLED_BACK);
        assertThat(job.reason()).startsWith("promote: the durable record failed: ");
        assertThat(server.call()).isEqualTo("1.0.0");
        assertNothingLeft();
    }

    @Test
    void candidateThatGoes_whileItsPromotionBecomesDurable_rollsBack() throws IOException {
        open().serving("1.0.0").log().manual();
        SwapJob begun = get(server.swaps().upgrade(server.request("2.0.0", SwapHarness.NO_CANARY)));
        await().atMost(LONG).until(() -> server.record().desired().version().equals("2.0.0"));
        server.registry().withdraw(server.registry().generations(NAME).get(1), "it went", true);

        await().atMost(LONG).until(() -> {
            server.log().sync();
            return server.swaps().find(NAME).orElseThrow().job() == null;
        });

        SwapJob job = server.swaps().job(begun.id()).orElseThrow();
        assertThat(job.reason()).isEqualTo("promote: it went");
        server.awaitHistory("plugin.rolled-back ann: 2.0.0, promote: it went");
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.record().desired().version()).isEqualTo("1.0.0");
        assertNothingLeft();
    }
}
