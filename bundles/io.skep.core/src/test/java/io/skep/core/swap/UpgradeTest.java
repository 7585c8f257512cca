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
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.core.plugin.PluginSettings;
import io.skep.core.state.PluginRecord;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradeTest {
    @TempDir
    private Path directory;

    private SwapHarness server;

    @AfterEach
    void stop() {
        server.close();
    }

    private SwapHarness open() {
        return open(SwapHarness.SETTINGS);
    }

    private SwapHarness open(PluginSettings settings) {
        server = new SwapHarness(directory, settings);
        return server;
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
    void versionThatIsStartedToResolveIt_takesOverToo() {
        open().serving("1.0.0")
                .bundles()
                .on(FakeBundles.Step.RESOLVE, bundle -> server.bundles().start(bundle.id(), false));

        SwapJob job = server.upgrade("2.0.0");

        assertThat(job.outcome()).as(job.reason()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(server.call()).isEqualTo("2.0.0");
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
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(server.eventsSince(before))
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
                                "plugin.swapped"));
        assertThat(server.history())
                .filteredOn(line -> line.startsWith("plugin.promoted ann: 1.0.0 to 2.0.0, "))
                .hasSize(1);
    }

    @Test
    void callThatNeverEnds_isAbandonedOnce() {
        open(SwapHarness.ABANDONING).script("1.0.0", plugin -> plugin.processing(request -> new CompletableFuture<>()));
        server.serving("1.0.0").begin();
        await().atMost(LONG).until(() -> server.made("1.0.0").calls().contains("process"));

        assertThat(server.upgrade("2.0.0").abandoned()).isEqualTo(1);
        assertThat(server.upgrade("3.0.0").abandoned()).isZero();
    }

    @Test
    void phases_areWrittenDown_withoutTheHistory() {
        open().serving("1.0.0").serving("2.0.0");

        int shard = server.skep().engine().state().shardOfPlugin(NAME).number();
        assertThat(server.log().read(shard, 1, 1000))
                .extracting(record -> new String(record.body(), StandardCharsets.UTF_8))
                .filteredOn(record -> record.contains("\"plugin.install\""))
                .hasSize(2)
                .noneMatch(record -> record.contains("history"));
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

    @Test
    void warmUp_callsTheExamplesOfWhatChangesNothing() {
        Capability free = new Capability(
                "echo",
                java.util.List.of(io.skep.api.plugin.Operation.named("say")
                        .summary("Says it")
                        .input(RecordingPlugin.Input.class)
                        .output(RecordingPlugin.Output.class)
                        .sideEffectFree()
                        .timeout(io.skep.api.plugin.Operation.MAX_TIMEOUT)
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
        open(SwapHarness.ABANDONING).script("1.0.0", plugin -> plugin.processing(request -> answer));
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
