// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static io.skep.core.swap.SwapHarness.NAME;
import static io.skep.core.swap.SwapHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.Operation;
import io.skep.testkit.plugin.RecordingPlugin;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version that serves and fails too often. */
class QuarantineTest {
    private static final Capability FREE = new Capability(
            "echo",
            List.of(Operation.named("say")
                    .summary("Says it")
                    .input(RecordingPlugin.Input.class)
                    .output(RecordingPlugin.Output.class)
                    .sideEffectFree()
                    .timeout(Operation.MAX_TIMEOUT)
                    .examples("{}")
                    .build()));

    @TempDir
    private Path directory;

    private SwapHarness server;

    @BeforeEach
    void start() {
        server = new SwapHarness(directory);
        server.offering(FREE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void fails(RecordingPlugin plugin) {
        plugin.processing(request -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
    }

    private void works(RecordingPlugin plugin) {
        plugin.processing(request -> CompletableFuture.completedFuture(new Answered("\"again\"")));
    }

    /** Enough failed calls. */
    private void callUntilQuarantined() {
        for (int i = 0; i < 5; i++) {
            server.begin().join();
        }
        server.awaitHistory("plugin.quarantined core: ");
    }

    @Test
    void versionBefore_comesBack_andTheBadOneIsForgotten() {
        server.serving("1.0.0").serving("2.0.0");
        fails(server.made("2.0.0"));

        callUntilQuarantined();

        server.awaitServing("1.0.0");
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.record().desired().version()).isEqualTo("1.0.0");
        await().atMost(LONG).until(() -> server.bundles().versions().equals(List.of("1.0.0")));
        assertThat(server.record().previous()).isEmpty();
        assertThat(server.history())
                .anyMatch(line -> line.equals("plugin.quarantined core: 2.0.0: too many calls failed, the last one:"
                        + " IllegalStateException: broken"));
    }

    @Test
    void callsMeanwhile_waitForTheVersionBefore() {
        server.serving("1.0.0").serving("2.0.0");
        fails(server.made("2.0.0"));
        server.bundles().hanging(FakeBundles.Step.RESOLVE);
        callUntilQuarantined();

        CompletableFuture<IntegrationResponse> call = server.begin();
        assertThat(call).isNotDone();
        server.bundles().release();

        assertThat(SwapHarness.version(get(call))).isEqualTo("1.0.0");
    }

    @ParameterizedTest(name = "answers nothing: {0}")
    @ValueSource(booleans = {false, true})
    void onlyVersion_isTriedAgain_andServesWhenItWorks(boolean answersNothing) {
        server.serving("1.0.0");
        RecordingPlugin plugin = server.made("1.0.0");
        if (answersNothing) {
            plugin.processing(request -> CompletableFuture.completedFuture(null));
        } else {
            fails(plugin);
        }
        callUntilQuarantined();
        assertThat(get(server.begin())).isInstanceOf(Gone.class);
        int before = plugin.calls().size();
        await().atMost(LONG).until(() -> plugin.calls().size() > before);
        assertThat(server.serves()).isEmpty();

        works(plugin);

        server.awaitServing("1.0.0");
        assertThat(server.call()).isEqualTo("again");
        server.awaitHistory("plugin.reinstated core: 1.0.0");
    }

    @Test
    void unhealthyVersion_staysQuarantined() {
        server.serving("1.0.0");
        RecordingPlugin plugin = server.made("1.0.0");
        AtomicInteger asked = new AtomicInteger();
        plugin.health(() -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(new Health(false, "ill"));
        });
        fails(plugin);
        callUntilQuarantined();
        works(plugin);
        await().atMost(LONG).until(() -> asked.get() >= 2);
        assertThat(server.registry().list()).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(PluginStatus.State.QUARANTINED);
            assertThat(status.cause()).startsWith("too many calls failed");
        });

        plugin.health(() -> CompletableFuture.completedFuture(Health.OK));

        server.awaitServing("1.0.0");
    }

    @Test
    void versionBeforeThatDoesNotStart_leavesTheBadOne_whichIsTriedAgain() {
        server.serving("1.0.0").serving("2.0.0");
        server.bundles().failing(FakeBundles.Step.RESOLVE);
        RecordingPlugin plugin = server.made("2.0.0");
        fails(plugin);
        callUntilQuarantined();
        server.awaitHistory("plugin.rolled-back core: 1.0.0, resolve: ");
        assertThat(server.serves()).isEmpty();

        works(plugin);

        server.awaitServing("2.0.0");
        assertThat(server.record().desired().version()).isEqualTo("2.0.0");
    }

    @Test
    void versionThatIsReplaced_isTriedNoMore() {
        server.serving("1.0.0");
        RecordingPlugin plugin = server.made("1.0.0");
        fails(plugin);
        callUntilQuarantined();

        server.serving("2.0.0");

        works(plugin);
        assertThat(server.call()).isEqualTo("2.0.0");
        assertThat(server.registry().generations(NAME)).hasSize(1);
    }

    @Test
    void versionBefore_comesBack_whenTheUpgradeThatReplacedItHasEnded() {
        server.serving("1.0.0").bundles().hanging(FakeBundles.Step.UNINSTALL);
        get(server.swaps().upgrade(server.request("2.0.0", SwapHarness.NO_CANARY)));
        server.awaitServing("2.0.0");
        fails(server.made("2.0.0"));
        callUntilQuarantined();

        server.bundles().release();

        server.awaitServing("1.0.0");
        assertThat(server.call()).isEqualTo("1.0.0");
    }

    @Test
    void upgradeUnderWay_isNotDisturbed() {
        server.serving("1.0.0").serving("2.0.0");
        server.bundles().hanging(FakeBundles.Step.INSTALL);
        get(server.swaps().upgrade(server.request("3.0.0", SwapHarness.NO_CANARY)));
        fails(server.made("2.0.0"));
        callUntilQuarantined();
        assertThat(server.serves()).isEmpty();

        server.bundles().release();

        server.awaitServing("3.0.0");
    }
}
