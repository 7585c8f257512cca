// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.LONG;
import static io.skep.core.plugin.PluginBench.TIMEOUT;
import static io.skep.core.plugin.PluginBench.absent;
import static io.skep.core.plugin.PluginBench.by;
import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.FlagRule;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.testkit.plugin.RecordingPlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParkingTest {
    private static final Capability ECHO = absent("echo", GapPolicy.PARK);

    private PluginBench bench = new PluginBench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void open(Duration park) {
        bench.close();
        bench = new PluginBench(PluginBench.settings(park));
    }

    private void gap() {
        bench.registry.withdraw(bench.serving("1", ECHO), "1 went", true);
    }

    @Test
    void calls_goOnInTheOrderInWhichTheyCame() {
        gap();
        List<CompletableFuture<IntegrationResponse>> calls = new ArrayList<>();
        for (String task : List.of("a", "b", "c")) {
            calls.add(bench.begin(new IntegrationRequest("echo", null, null, task, null, "{}")));
        }
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        List<String> order = new CopyOnWriteArrayList<>();
        RecordingPlugin plugin = new RecordingPlugin("2");
        plugin.processing(request -> {
            synchronized (order) {
                order.add(request.task());
            }
            return CompletableFuture.completedFuture(new Answered("1"));
        });
        Generation next =
                new PluginRegistry(Runnable::run, PluginBench.SETTINGS).arrive(PluginBench.origin("p", "2"), plugin);
        PluginWork.offer(next, List.of(ECHO));

        bench.registry.promote(next, "back");

        calls.forEach(call -> assertThat(by(get(call))).isEqualTo("2"));
        assertThat(order).containsExactly("a", "b", "c");
        assertThat(bench.registry.calls().parkedSoFar("p")).isEqualTo(3);
        assertThat(bench.registry.calls().fallbacks()).isZero();
    }

    @Test
    void callThatWaited_mayWaitForAThreadToo_longerThanOneThatCameLater() {
        Capability impatient = capability(
                "echo", operation -> operation.whenAbsent(GapPolicy.PARK).timeout(TIMEOUT));
        bench.registry.withdraw(bench.serving("1", impatient), "1 went", true);
        CompletableFuture<IntegrationResponse> call = bench.begin("echo");
        Generation next = bench.ready("p", "2", new RecordingPlugin("2"), impatient);
        CountDownLatch released = new CountDownLatch(1);
        Runnable block = () -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        next.lane().execute(block);
        next.lane().execute(block);

        bench.registry.promote(next, "back");

        assertThat(bench.call("echo")).isEqualTo(new TimedOut("p", TIMEOUT));
        assertThat(call).isNotDone();
        released.countDown();
        assertThat(by(get(call))).isEqualTo("2");
    }

    @Test
    void oneTooMany_isGone_andTheOthersWait() {
        gap();
        List<CompletableFuture<IntegrationResponse>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(bench.begin("echo"));
        }

        assertThat(bench.call("echo")).isEqualTo(new Gone("1 went, and 3 calls wait already", PluginBench.PARK));

        assertThat(calls).noneMatch(CompletableFuture::isDone);
        assertThat(bench.registry.calls().parkedSoFar("p")).isEqualTo(3);
    }

    @Test
    void callForWhichNobodyComes_isGoneInTime() {
        open(Duration.ofMillis(150));
        gap();

        assertThat(bench.call("echo"))
                .isIn(
                        new Gone("1 went, and nobody came back in time", Duration.ofMillis(150)),
                        new Gone("nobody offers the capability echo"));
        await().atMost(LONG).until(() -> bench.registry.calls().routes().find("echo") == null);
        assertThat(bench.call("echo")).isEqualTo(new Gone("nobody offers the capability echo"));
    }

    @Test
    void callAfterTheTimeIsOver_doesNotWait() {
        gap();
        Gap old = new Gap(
                "long ago", System.nanoTime() - PluginBench.PARK.plusSeconds(1).toNanos(), true, null);

        assertThat(get(bench.registry.calls().parking().park("p", PluginBench.request("echo"), old)))
                .isEqualTo(new Gone("long ago"));
    }

    @Test
    void callThatIsParkedWhenSomebodyHasCome_isMadeAtOnce() {
        gap();
        Gap gap = bench.registry.calls().routes().find("echo").gap();
        bench.serving("2", ECHO);

        assertThat(by(get(bench.registry.calls().parking().park("p", PluginBench.request("echo"), gap))))
                .isEqualTo("2");
    }

    @Test
    void waitingCalls_areGone_whenTheCapabilityIsSwitchedOffBeforeSomebodyComes() {
        gap();
        CompletableFuture<IntegrationResponse> call = bench.begin("echo");

        bench.registry.flags(Map.of("echo", FlagRule.OFF), false);
        bench.registry.announce();
        bench.serving("2", ECHO);

        assertThat(get(call)).isEqualTo(new Gone("the capability echo is switched off for this call: off"));
    }

    @Test
    void waitingCalls_areGone_whenThePluginIsTakenAway() {
        gap();
        CompletableFuture<IntegrationResponse> call = bench.begin("echo");
        Generation back = bench.ready("p", "2", new RecordingPlugin("2"), ECHO);
        bench.registry.promote(back, "back");
        assertThat(by(get(call))).isEqualTo("2");
        bench.registry.withdraw(back, "2 went", true);
        CompletableFuture<IntegrationResponse> second = bench.begin("echo");
        Generation last = bench.ready("p", "3", new RecordingPlugin("3"), PluginBench.capability("other"));

        bench.registry.promote(last, "without echo");

        assertThat(get(second)).isEqualTo(new Gone("nobody offers the capability echo"));
    }

    /** Calls come while a provider comes and goes: each is answered, none twice, none is forgotten. */
    @Test
    void calls_areAllAnswered_whileAProviderComesAndGoes() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<IntegrationResponse> wrong = new CopyOnWriteArrayList<>();
        bench.serving("1", ECHO);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread caller = new Thread(() -> {
                while (!over.get()) {
                    IntegrationResponse response = bench.call("echo");
                    if (!(response instanceof Answered)) {
                        wrong.add(response);
                    }
                }
            });
            caller.start();
            callers.add(caller);
        }
        for (int i = 0; i < 200; i++) {
            Generation generation = bench.registry.serving("p").orElseThrow();
            bench.registry.withdraw(generation, "went", true);
            get(generation.close());
            bench.registry.forget(generation);
            bench.serving(String.valueOf(i + 2), ECHO);
        }
        over.set(true);
        for (Thread caller : callers) {
            caller.join(LONG.toMillis());
            assertThat(caller.isAlive()).isFalse();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void call_thatComesAfterTheEnd_isToldSo_andDoesNotWait() {
        gap();
        bench.close();

        IntegrationResponse answer = get(bench.begin(new IntegrationRequest("echo", null, null, "t", null, "{}")));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Gone.class, gone -> assertThat(gone.reason()).isEqualTo("the server stops"));
    }
}
