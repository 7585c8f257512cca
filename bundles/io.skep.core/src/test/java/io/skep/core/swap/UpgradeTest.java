// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static io.skep.core.swap.SwapHarness.NAME;
import static io.skep.core.swap.SwapHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapJob.Phase;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.core.state.PluginRecord;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UpgradeTest {
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

    @Test
    void firstVersion_serves_andIsDurable() throws IOException {
        SwapJob job = open().upgrade("1.0.0");

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(job.kind()).isEqualTo(SwapJob.Kind.UPGRADE);
        assertThat(job.from()).isNull();
        assertThat(job.to()).isEqualTo("1.0.0");
        assertThat(job.reason()).isEqualTo("nobody served before it");
        assertThat(job.phases())
                .extracting(SwapJob.Step::phase)
                .containsExactly(
                        Phase.CHECK,
                        Phase.INSTALL,
                        Phase.RESOLVE,
                        Phase.START,
                        Phase.INITIALISE,
                        Phase.HEALTH,
                        Phase.PROMOTE);
        assertThat(server.call()).isEqualTo("1.0.0");
        PluginRecord record = server.record();
        assertThat(record.desired().isKept()).isTrue();
        assertThat(record.capabilities()).containsExactly("echo");
        assertThat(server.bundles().isPersistent("1.0.0")).isTrue();
        assertThat(server.jars()).isEqualTo(1);
    }

    @Test
    void nextVersion_takesOver_andTheOldOneGoes() {
        EventCursor before = open().serving("1.0.0").now();

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(job.from()).isEqualTo("1.0.0");
        assertThat(job.reason()).isEqualTo("without a comparison, as asked");
        assertThat(job.abandoned()).isZero();
        assertThat(server.call()).isEqualTo("2.0.0");
        assertThat(server.bundles().versions()).containsExactly("2.0.0");
        assertThat(server.registry().generations(NAME)).hasSize(1);
        assertThat(server.eventsSince(before))
                .containsExactly(
                        "plugin.check",
                        "plugin.install",
                        "plugin.resolve",
                        "plugin.start",
                        "plugin.initialise",
                        "plugin.health",
                        "plugin.warm-up",
                        "plugin.promote",
                        "plugin.promoted",
                        "plugin.drain",
                        "plugin.stop",
                        "plugin.swapped");
        assertThat(server.history())
                .filteredOn(line -> line.startsWith("plugin.promoted ann: 1.0.0 to 2.0.0, "))
                .hasSize(1);
    }

    @Test
    void newVersion_isNotPersistent_beforeItIsPromoted() {
        open().serving("1.0.0");
        server.script(
                "2.0.0",
                plugin -> plugin.initializing(orchestrator -> {
                    assertThat(server.bundles().isPersistent("2.0.0")).isFalse();
                    return CompletableFuture.completedFuture(null);
                }));

        assertThat(server.upgrade("2.0.0").outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(server.bundles().isPersistent("2.0.0")).isTrue();
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
        server = new SwapHarness(directory, SwapHarness.impatient()).serving("1.0.0");
        server.bundles().hanging(step);

        SwapJob job = server.upgrade("2.0.0");

        String name = step.name().toLowerCase(java.util.Locale.ROOT);
        assertThat(job.reason()).isEqualTo(name + ": " + name + " took longer than 1500 ms");
        assertUntouched(job);
    }

    private SwapJob failing(Consumer<RecordingPlugin> script) throws IOException {
        open().serving("1.0.0").script("2.0.0", script);
        SwapJob job = server.upgrade("2.0.0");
        assertUntouched(job);
        assertNothingLeft();
        return job;
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
    void serviceOfAnotherName_rollsBack() throws IOException {
        open().serving("1.0.0").bundles().nameOfService("other");

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("start: its service calls itself other, not sample");
        assertUntouched(job);
        assertNothingLeft();
    }

    @Test
    void bundleWithoutAService_rollsBack() throws IOException {
        server = new SwapHarness(directory, SwapHarness.impatient()).serving("1.0.0");
        server.bundles().on(FakeBundles.Step.START, bundle -> {
            throw new StackOverflowError();
        });
        assertThat(server.upgrade("2.0.0").reason()).isEqualTo("start: start failed: StackOverflowError");
        server.bundles().on(FakeBundles.Step.START, bundle -> {}).silent();

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("start: its service took longer than 1500 ms");
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
        server = new SwapHarness(directory, SwapHarness.impatient()).serving("1.0.0");
        server.script("2.0.0", plugin -> plugin.initializing(orchestrator -> new CompletableFuture<>()));

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.reason()).isEqualTo("initialise: initialise took longer than 1500 ms");
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
    void warmUp_callsTheExamplesOfWhatChangesNothing() {
        Capability free = new Capability(
                "echo",
                java.util.List.of(io.skep.api.plugin.Operation.named("say")
                        .summary("Says it")
                        .input(RecordingPlugin.Input.class)
                        .output(RecordingPlugin.Output.class)
                        .sideEffectFree()
                        .examples("{}")
                        .build()));
        open().offering(free);
        server.serving("1.0.0");
        server.script(
                "2.0.0",
                plugin -> plugin.processing(request -> {
                    throw new IllegalStateException("judged by the canary, not here");
                }));

        assertThat(server.upgrade("2.0.0").outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);

        assertThat(server.made("1.0.0").calls()).doesNotContain("process");
        assertThat(server.made("2.0.0").calls()).containsExactly("initialize", "process", "process", "process");
    }

    @Test
    void newVersion_servesOnlyWhenThatIsDurable() {
        open().serving("1.0.0").log().manual();
        CompletableFuture<SwapJob> begun = server.swaps()
                .upgrade(server.request("2.0.0", SwapHarness.NO_CANARY))
                .toCompletableFuture();
        String id = get(begun).id();
        await().atMost(LONG)
                .until(() -> server.swaps().job(id).orElseThrow().phases().stream()
                        .anyMatch(step -> step.phase() == Phase.PROMOTE));
        assertThat(server.serves()).isEqualTo("1.0.0");
        assertThat(server.call()).isEqualTo("1.0.0");

        await().atMost(LONG).until(() -> {
            server.log().sync();
            return server.swaps().job(id).orElseThrow().outcome() == SwapJob.Outcome.PROMOTED;
        });

        assertThat(server.call()).isEqualTo("2.0.0");
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
    void callInFlight_endsBeforeTheOldVersionStops() {
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        open().script("1.0.0", plugin -> plugin.processing(request -> answer));
        server.serving("1.0.0");
        CompletableFuture<IntegrationResponse> call = server.begin();
        await().atMost(LONG).until(() -> server.made("1.0.0").calls().contains("process"));
        server.bundles().on(FakeBundles.Step.STOP, bundle -> assertThat(call).isDone());
        CompletableFuture<SwapJob> begun = server.swaps()
                .upgrade(server.request("2.0.0", SwapHarness.NO_CANARY))
                .toCompletableFuture();
        server.awaitServing("2.0.0");

        answer.complete(new Answered("\"late\""));

        SwapJob job = server.ended(begun);
        assertThat(SwapHarness.version(get(call))).isEqualTo("late");
        assertThat(job.abandoned()).isZero();
        assertThat(server.bundles().versions()).containsExactly("2.0.0");
    }

    @Test
    void callThatDoesNotEnd_isAbandoned_andListedUntilItDoes() {
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        open().script("1.0.0", plugin -> plugin.processing(request -> answer));
        server.serving("1.0.0");
        CompletableFuture<IntegrationResponse> call = server.begin();

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(job.drained()).isEqualTo(1);
        assertThat(job.abandoned()).isEqualTo(1);
        assertThat(get(call)).isInstanceOf(TimedOut.class);
        assertThat(server.registry().list())
                .filteredOn(status -> status.version().equals("1.0.0"))
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.state()).isEqualTo(PluginStatus.State.ABANDONED);
                    assertThat(status.cause()).isEqualTo("1 calls had not ended after 500 ms");
                    assertThat(status.load().inFlight()).isEqualTo(1);
                });
        assertThat(server.bundles().versions()).containsExactly("2.0.0");

        answer.complete(new Answered("\"too late\""));

        assertThat(server.registry().list()).extracting(PluginStatus::version).containsExactly("2.0.0");
    }

    @Test
    void persistentStartThatFails_changesNothing() {
        open().serving("1.0.0").bundles().failing(FakeBundles.Step.PERSIST);

        assertThat(server.upgrade("2.0.0").outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(server.call()).isEqualTo("2.0.0");
    }

    @Test
    void versionsBefore_areKeptUpToABound_andTheirJars() throws IOException {
        open();
        for (int minor = 0; minor < 7; minor++) {
            server.serving("1." + minor + ".0");
        }

        assertThat(server.record().previous())
                .extracting(PluginRecord.Build::version)
                .containsExactly("1.5.0", "1.4.0", "1.3.0");
        assertThat(server.jars()).isEqualTo(4);
    }

    @Test
    void versionThatSomebodyElseInstalled_isKept_toBeBroughtBack() throws Exception {
        open().bundles().bring(server.jar("1.0.0"));
        server.awaitServing("1.0.0");
        assertThat(server.record().desired().isKept()).isFalse();

        server.upgrade("2.0.0");

        assertThat(server.record().previous())
                .extracting(PluginRecord.Build::version)
                .containsExactly("1.0.0");
        assertThat(server.record().previous().get(0).isKept()).isTrue();
        assertThat(server.ended(server.swaps().rollback(NAME, "ann")).outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.bundles().versions()).containsExactly("1.0.0");
    }
}
