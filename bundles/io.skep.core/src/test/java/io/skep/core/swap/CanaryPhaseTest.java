// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static io.skep.core.swap.SwapHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.FlagRule;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.SwapJob;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.core.plugin.Generation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new version that gets a share of the calls before it is promoted. */
class CanaryPhaseTest {
    private static final CanaryRule RULE = new CanaryRule(20, 40, Duration.ofMinutes(1));

    @TempDir
    private Path directory;

    private SwapHarness server;

    @BeforeEach
    void start() {
        server = new SwapHarness(directory).serving("1.0.0");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void answers(String version, CompletableFuture<IntegrationResponse> answer) {
        server.script(version, plugin -> plugin.processing(request -> answer));
    }

    private SwapJob upgradeUnderLoad() {
        return upgradeUnderLoad(RULE);
    }

    private SwapJob upgradeUnderLoad(CanaryRule rule) {
        try (Callers callers = new Callers(server, 4)) {
            SwapJob job = server.upgrade("2.0.0", rule);
            assertThat(callers.calls()).isPositive();
            return job;
        }
    }

    private void assertRolledBack(SwapJob job) {
        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.ROLLED_BACK);
        assertThat(job.phases()).extracting(SwapJob.Step::phase).endsWith(SwapJob.Phase.CANARY);
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.bundles().versions()).containsExactly("1.0.0");
        assertThat(server.registry().list())
                .first()
                .satisfies(status -> assertThat(status.sharePercent()).isEqualTo(100));
    }

    @Test
    void equalVersion_isPromoted() {
        // So many that a pause of the machine is not taken for slowness.
        SwapJob job = upgradeUnderLoad(new CanaryRule(20, 400, Duration.ofMinutes(1)));

        assertThat(job.outcome()).as(job.reason()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(job.reason()).matches("no worse than 1\\.0\\.0 in \\d+ calls");
        assertThat(job.phases()).extracting(SwapJob.Step::phase).contains(SwapJob.Phase.CANARY);
        assertThat(server.call()).isEqualTo("2.0.0");
    }

    @Test
    void versionThatIsTenPercentWrong_isRolledBack_andNoUserSeesIt() {
        AtomicInteger count = new AtomicInteger();
        server.script(
                "2.0.0",
                plugin -> plugin.processing(request -> count.incrementAndGet() % 10 == 0
                        ? CompletableFuture.failedFuture(new IllegalStateException("wrong"))
                        : CompletableFuture.completedFuture(new Answered("\"2.0.0\""))));

        SwapJob job = upgradeUnderLoad();

        assertThat(job.reason()).startsWith("canary: it failed ");
        assertRolledBack(job);
    }

    @Test
    void slowerVersion_isRolledBack() {
        server.script(
                "2.0.0",
                plugin -> plugin.processing(request -> CompletableFuture.supplyAsync(
                        () -> new Answered("\"2.0.0\""),
                        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS))));

        SwapJob job = upgradeUnderLoad();

        // Where the calls of the old version are slow now and then, the median tells it.
        assertThat(job.reason()).matches("canary: its (99th percentile|median) is .*");
        assertRolledBack(job);
    }

    @ParameterizedTest(name = "the first {0} calls")
    @ValueSource(ints = {10, 40, 100})
    void slownessThatPasses_isNotItsFault(int slowCalls) {
        AtomicInteger count = new AtomicInteger();
        CompletableFuture<IntegrationResponse> answer = CompletableFuture.completedFuture(new Answered("\"2.0.0\""));
        server.script(
                "2.0.0",
                plugin -> plugin.processing(request -> count.incrementAndGet() > slowCalls
                        ? answer
                        : answer.thenApplyAsync(
                                same -> same, CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS))));

        SwapJob job = upgradeUnderLoad();

        assertThat(job.outcome()).as(job.reason()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(count.get()).isGreaterThanOrEqualTo(2 * RULE.calls());
    }

    @Test
    void versionThatFailsAlways_isQuarantinedAtOnce_andRolledBack() {
        answers("2.0.0", CompletableFuture.failedFuture(new IllegalStateException("broken")));

        SwapJob job = upgradeUnderLoad();

        assertThat(job.reason())
                .isEqualTo("canary: too many calls failed, the last one: IllegalStateException: broken");
        assertRolledBack(job);
        assertThat(server.history())
                .anyMatch(line -> line.startsWith("plugin.quarantined core: 2.0.0: too many calls failed"));
    }

    @Test
    void pluginThatNobodyCalls_isPromotedSoon() {
        SwapJob job = server.upgrade("2.0.0", new CanaryRule(10, 200, Duration.ofMinutes(10)));

        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(job.reason()).isEqualTo("no worse than 1.0.0 in 0 calls");
    }

    @Test
    void canary_endsWithItsTime() {
        // So slow that too few calls end for a comparison.
        server.made("1.0.0")
                .processing(request -> CompletableFuture.supplyAsync(
                        () -> new Answered("\"1.0.0\""), CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS)));
        try (Callers callers = new Callers(server, 1)) {
            SwapJob job = server.upgrade("2.0.0", new CanaryRule(1, 1_000_000, Duration.ofMillis(300)));

            assertThat(job.outcome()).as(job.reason()).isEqualTo(SwapJob.Outcome.PROMOTED);
            assertThat(callers.calls()).isPositive();
        }
    }

    @Test
    void flagsThatChangeMeanwhile_holdForTheCanaryToo() {
        SwapJob begun =
                get(server.swaps().upgrade(server.request("2.0.0", new CanaryRule(100, 3, Duration.ofMinutes(1)))));
        await().atMost(LONG)
                .until(() -> server.registry().list().stream()
                        .anyMatch(status ->
                                status.sharePercent() == 100 && status.version().equals("2.0.0")));

        server.registry().flags(Map.of("echo", FlagRule.OFF), false);
        assertThat(get(server.begin())).isInstanceOf(IntegrationResponse.Gone.class);
        server.registry().flags(Map.of(), false);
        for (int i = 0; i < 3; i++) {
            assertThat(server.call()).isEqualTo("2.0.0");
        }

        SwapJob job = server.ended(CompletableFuture.completedFuture(begun));
        assertThat(job.outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
    }

    @Test
    void candidate_writesNoDurableState_beforeItIsPromoted() {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        server.script(
                "2.0.0",
                plugin -> plugin.initializing(orchestrator -> {
                    orchestrator.state().put("seen", new io.skep.api.plugin.PluginState.Document(2, "{}"));
                    return ready;
                }));
        SwapJob begun = get(server.swaps().upgrade(server.request("2.0.0", SwapHarness.NO_CANARY)));
        await().atMost(LONG).until(() -> server.made("2.0.0") != null);

        assertThat(server.skep()
                        .engine()
                        .state()
                        .shardOfPlugin(SwapHarness.NAME)
                        .documents(SwapHarness.NAME))
                .isEmpty();
        ready.complete(null);

        server.ended(CompletableFuture.completedFuture(begun));
        assertThat(server.skep()
                        .engine()
                        .state()
                        .shardOfPlugin(SwapHarness.NAME)
                        .documents(SwapHarness.NAME))
                .isEmpty();
        assertThat(server.registry().serving(SwapHarness.NAME).map(Generation::state))
                .contains(PluginStatus.State.SERVING);
    }
}
