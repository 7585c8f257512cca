// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.LONG;
import static io.skep.core.plugin.PluginBench.TIMEOUT;
import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static io.skep.core.plugin.PluginBench.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.testkit.plugin.RecordingPlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeoutsTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final PluginBench bench = new PluginBench();
    private final Generation generation = bench.serving("1", new RecordingPlugin("1"), capability("echo"));
    private final Timeouts timeouts = new Timeouts();

    @AfterEach
    void stop() {
        timeouts.close();
        bench.close();
    }

    private PendingCall untimed(Duration timeout) {
        return new PendingCall(
                bench.registry.calls(),
                generation,
                new Generation.Endpoint(
                        Objects.requireNonNull(generation.endpoint("echo", null))
                                .operation(),
                        timeout.toNanos(),
                        Long.MAX_VALUE),
                request("echo"),
                generation.inFlight().enter(),
                null);
    }

    private PendingCall call(Duration timeout) {
        return untimed(timeout).timed(timeouts);
    }

    @Test
    void call_thatIsPatient_waitsLongerForAThread_andNotForThePlugin() {
        long grace = NEVER.toNanos();
        PendingCall call = untimed(TIMEOUT).patient(grace);
        long now = System.nanoTime();
        assertThat(call.isLate(now + TIMEOUT.toNanos())).isFalse();
        assertThat(call.isLate(now + TIMEOUT.toNanos() + grace)).isTrue();

        call.run();

        assertThat(call.isLate(System.nanoTime() + TIMEOUT.toNanos())).isTrue();
    }

    @Test
    void call_endsAtItsTimeout_andTheOthersGoOn() {
        PendingCall other = call(NEVER);

        assertThat(get(call(TIMEOUT))).isEqualTo(new TimedOut("p", TIMEOUT));

        assertThat(other).isNotDone();
        assertThat(timeouts.look()).isEqualTo(1);
    }

    @Test
    void manyCalls_allHaveAPlace_andLeaveIt() {
        List<PendingCall> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            calls.add(call(NEVER));
        }
        assertThat(timeouts.look()).isEqualTo(1000);

        calls.forEach(call -> call.accept(null, new IllegalStateException("over")));

        assertThat(timeouts.look()).isZero();
        assertThat(calls).allMatch(CompletableFuture::isDone);
    }

    @Test
    void call_thatItsCallerHasEnded_leavesItsPlaceAtItsTimeout() {
        call(TIMEOUT).cancel(false);

        await().atMost(LONG).until(() -> timeouts.look() == 0);
    }

    @Test
    void call_thatLeavesTwice_doesNotPushOutWhoCameAfterIt() {
        PendingCall first = call(NEVER);
        first.timedOut();
        List<PendingCall> others = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            others.add(call(NEVER));
        }

        first.refuse();

        assertThat(timeouts.look()).isEqualTo(others.size());
    }

    @Test
    void call_wakesWhoSleeps() {
        await().atMost(LONG).until(() -> timeouts.looker().getState() == Thread.State.WAITING);

        assertThat(get(call(Duration.ofMillis(1)))).isInstanceOf(TimedOut.class);
    }

    @Test
    void closed_endsItsThread() {
        timeouts.close();

        await().atMost(LONG).until(() -> !timeouts.looker().isAlive());
    }
}
