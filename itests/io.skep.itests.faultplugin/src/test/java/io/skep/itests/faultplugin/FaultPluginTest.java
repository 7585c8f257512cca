// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;

/** Without a fault it is a plugin like any other; with one it goes wrong as it is told. */
class FaultPluginTest extends OrchestrationPluginContract {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Override
    protected OrchestrationPlugin create() {
        return new FaultPlugin(settings(Map.of()), null);
    }

    private static Settings settings(Map<String, String> headers) {
        return Settings.of(FrameworkUtil.asDictionary(headers), "1.0.0");
    }

    private static FaultPlugin with(Fault fault) {
        return new FaultPlugin(settings(Map.of("Skep-Fault", fault.wire(), "Skep-Fault-Millis", "50")), null);
    }

    private static CompletableFuture<IntegrationResponse> call(FaultPlugin plugin, String operation, String data) {
        return plugin.process(new IntegrationRequest("faulty_echo", operation, null, data))
                .toCompletableFuture();
    }

    private static CompletableFuture<IntegrationResponse> echo(FaultPlugin plugin) {
        return call(plugin, "echo", "{\"text\":\"x\"}");
    }

    @Test
    void headers_sayWhatItIs() {
        Settings settings = settings(Map.of(
                "Skep-Plugin-Name",
                "p",
                "Skep-Capability",
                "c",
                "Skep-Work-Millis",
                "7",
                "Skep-Fault-Millis",
                "3x",
                "Skep-Act-Millis",
                "9"));
        assertThat(settings)
                .isEqualTo(new Settings(
                        "p",
                        "c",
                        "1.0.0",
                        Fault.NONE,
                        Duration.ofMillis(7),
                        Duration.ofMillis(21),
                        Duration.ofMillis(9)));
        assertThatThrownBy(() -> settings(Map.of("Skep-Fault", "nonsense")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense");
    }

    @Test
    void callsThatThrow_throw() {
        FaultPlugin plugin = with(Fault.THROWS);
        assertThatThrownBy(() -> echo(plugin)).isInstanceOf(IllegalStateException.class);
        FaultPlugin deep = with(Fault.OVERFLOWS);
        assertThatThrownBy(() -> echo(deep)).isInstanceOf(StackOverflowError.class);
        plugin.close();
        deep.close();
    }

    @Test
    void itBecomesBad_andGoodAgain_atRunTime() {
        FaultPlugin plugin = with(Fault.NONE);
        assertThat(echo(plugin).join()).isInstanceOf(IntegrationResponse.Answered.class);
        call(plugin, "become", "{\"fault\":\"throws\"}").join();
        assertThatThrownBy(() -> echo(plugin)).isInstanceOf(IllegalStateException.class);
        call(plugin, "become", "{\"fault\":\"none\"}").join();
        assertThat(echo(plugin).join()).isInstanceOf(IntegrationResponse.Answered.class);
        assertThat(call(plugin, "become", "{\"fault\":\"nonsense\"}").join())
                .isInstanceOf(IntegrationResponse.Declined.class);
        plugin.close();
    }

    @Test
    void everyTenthCall_fails() {
        FaultPlugin plugin = with(Fault.WRONG_10);
        int failed = 0;
        for (int i = 0; i < 100; i++) {
            failed += echo(plugin).join() instanceof IntegrationResponse.Failed ? 1 : 0;
        }
        assertThat(failed).isEqualTo(10);
        plugin.close();
    }

    @Test
    void slowCall_takesItsTime_andEndsAfterCloseToo() {
        FaultPlugin plugin = with(Fault.SLOW);
        long begin = System.nanoTime();
        CompletableFuture<IntegrationResponse> answer = echo(plugin);
        plugin.close();
        assertThat(answer).succeedsWithin(LONG);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(45));
    }

    @Test
    void actCall_takesItsTimeMore_andOthersDoNot() {
        FaultPlugin plugin = new FaultPlugin(settings(Map.of("Skep-Act-Millis", "200")), null);
        assertThat(echo(plugin)).isDone();
        long begin = System.nanoTime();
        assertThat(call(plugin, "act", "{\"text\":\"x\"}")).succeedsWithin(LONG);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(190));
        plugin.close();
    }

    @Test
    void callThatHangs_isDeafToInterrupts_untilTheBundleStops() throws Exception {
        FaultPlugin plugin = with(Fault.HANGS);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            echo(plugin);
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        caller.interrupt();
        caller.join(100);
        assertThat(caller.isAlive()).isTrue();
        plugin.close();
        caller.join(LONG.toMillis());
        assertThat(caller.isAlive()).isFalse();
        assertThat(interrupted).isTrue();
    }

    @Test
    void lifeCycle_goesWrong_asTold() {
        assertThatThrownBy(() -> with(Fault.FAILS_ACTIVATE)).isInstanceOf(IllegalStateException.class);
        FaultPlugin failing = with(Fault.FAILS_INITIALISE);
        assertThat(failing.initialize(new FakeOrchestrator()).toCompletableFuture())
                .isCompletedExceptionally();
        FaultPlugin hanging = with(Fault.HANGS_INITIALISE);
        assertThat(hanging.initialize(new FakeOrchestrator()).toCompletableFuture())
                .isNotDone();
        FaultPlugin unwell = with(Fault.UNHEALTHY);
        assertThat(unwell.health().toCompletableFuture().join().healthy()).isFalse();
        FaultPlugin rude = with(Fault.THROWS_IN_HEALTH);
        assertThatThrownBy(rude::health).isInstanceOf(IllegalStateException.class);
        FaultPlugin mute = with(Fault.HANGS_HEALTH);
        assertThat(mute.health().toCompletableFuture()).isNotDone();
        FaultPlugin silent = with(Fault.NEVER_ENDS);
        assertThat(echo(silent)).isNotDone();
        for (FaultPlugin plugin : new FaultPlugin[] {failing, hanging, unwell, rude, mute, silent}) {
            plugin.close();
        }
    }
}
