// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.LONG;
import static io.skep.core.plugin.PluginBench.TIMEOUT;
import static io.skep.core.plugin.PluginBench.absent;
import static io.skep.core.plugin.PluginBench.by;
import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static io.skep.core.plugin.PluginBench.impatient;
import static io.skep.core.plugin.PluginBench.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.FlagRule;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.api.plugin.OperationBuilder;
import io.skep.testkit.plugin.RecordingPlugin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginCallsTest {
    private final PluginBench bench = new PluginBench();
    private final CountDownLatch released = new CountDownLatch(1);
    private final RecordingPlugin plugin = new RecordingPlugin("p");

    @AfterEach
    void stop() {
        released.countDown();
        bench.close();
    }

    private Void block() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    @Test
    void answer_isStampedWithItsProvider_whateverThePluginSays() {
        bench.serving("1.2.3", plugin, capability("echo"));
        assertThat(bench.call("echo"))
                .isEqualTo(new Answered("\"p\"", new IntegrationResponse.Provider("p", "1.2.3", 1)));

        plugin.processing(r -> CompletableFuture.completedFuture(
                new Answered("1", new IntegrationResponse.Provider("somebody", "9.9.9", 99))));

        assertThat(bench.call("echo")).isEqualTo(new Answered("1", new IntegrationResponse.Provider("p", "1.2.3", 1)));
        assertThat(get(bench.begin(new IntegrationRequest("echo", "say", null, "{}"))))
                .isInstanceOf(Answered.class);
    }

    @Test
    void offered_whoeverServesOrMayBeBackSoon() {
        assertThat(bench.registry.calls().isOffered(request("echo"))).isFalse();
        bench.serving("1", plugin, capability("echo"));
        assertThat(bench.registry.calls().isOffered(request("echo"))).isTrue();
        bench.registry.flags(Map.of("echo", FlagRule.OFF), false);
        assertThat(bench.registry.calls().isOffered(request("echo"))).isFalse();
        bench.registry.flags(Map.of(), true);
        assertThat(bench.registry.calls().isOffered(request("echo")))
                .as("legacy")
                .isFalse();
    }

    @Test
    void everyEnding_isAResponse() {
        bench.serving("1", plugin, capability("echo"));
        plugin.processing(r -> CompletableFuture.completedFuture(new Declined("no")));
        assertThat(bench.call("echo")).isEqualTo(new Declined("no"));
        plugin.processing(r -> {
            throw new IllegalStateException("broken");
        });
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "IllegalStateException: broken"));
        plugin.processing(r -> {
            throw new NoClassDefFoundError("Missing");
        });
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "NoClassDefFoundError: Missing"));
        plugin.processing(r -> {
            throw new AssertionError("wrong");
        });
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "AssertionError: wrong"));
        plugin.processing(r -> {
            throw new ServiceConfigurationError("not there");
        });
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "ServiceConfigurationError: not there"));
        plugin.processing(PluginCallsTest::endless);
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "StackOverflowError"));
        plugin.processing(r -> CompletableFuture.failedFuture(new IllegalStateException("later")));
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "IllegalStateException: later"));
        plugin.processing(r -> CompletableFuture.supplyAsync(() -> {
            throw new IllegalStateException("wrapped");
        }));
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "IllegalStateException: wrapped"));
        plugin.processing(r -> CompletableFuture.completedFuture(null));
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "it answered nothing"));
        plugin.processing(r -> null);
        assertThat(bench.call("echo")).isEqualTo(new Failed("p", "it answered nothing"));
        bench.serving("2", plugin, impatient("echo"));
        plugin.processing(r -> new CompletableFuture<>());
        assertThat(bench.call("echo")).isEqualTo(new TimedOut("p", TIMEOUT));
    }

    @SuppressWarnings("InfiniteRecursion")
    private static CompletableFuture<IntegrationResponse> endless(IntegrationRequest request) {
        return endless(request).thenApply(r -> r);
    }

    @Test
    void unknownOperation_isDeclined_andUnknownCapability_isGone() {
        bench.serving("1", plugin, capability("echo"));

        assertThat(get(bench.begin(new IntegrationRequest("echo", "sing", null, "{}"))))
                .isEqualTo(new Declined("capability echo has no operation sing"));
        assertThat(bench.call("fly")).isEqualTo(new Gone("nobody offers the capability fly"));
        assertThat(bench.registry.calls().fallbacks()).isEqualTo(1);
    }

    @Test
    void callerOfAPluginThatBlocks_isAnswered_andTheReferenceStaysUntilItEnds() {
        Generation generation = bench.serving("1", plugin, impatient("echo"));
        plugin.processing(r -> {
            block();
            return CompletableFuture.completedFuture(new Answered("1"));
        });

        do {
            // A thread that comes later than the timeout does not make the call.
            assertThat(bench.call("echo")).isEqualTo(new TimedOut("p", TIMEOUT));
        } while (plugin.calls().isEmpty());
        await().atMost(LONG).until(() -> generation.callsInFlight() == 1);
        CompletableFuture<Void> closed = generation.close().toCompletableFuture();
        assertThat(closed).isNotDone();

        released.countDown();

        get(closed);
        assertThat(generation.callsInFlight()).isZero();
        await().atMost(LONG).until(() -> generation.callsSoFar() > 0 && generation.errors() == generation.callsSoFar());
    }

    @Test
    void callThatWaitsForAThread_isNotMade_whenItsCallerWasAnswered() {
        Generation generation = bench.serving("1", plugin, capability("echo"));
        plugin.processing(r -> {
            block();
            return CompletableFuture.completedFuture(new Answered("1"));
        });
        List<CompletableFuture<IntegrationResponse>> calls = new ArrayList<>();
        calls.add(bench.begin("echo"));
        calls.add(bench.begin("echo"));
        await().atMost(LONG).until(() -> plugin.calls().size() == 2);
        calls.add(bench.begin("echo"));
        calls.add(bench.begin("echo"));
        calls.forEach(call -> assertThat(get(call)).isInstanceOf(TimedOut.class));

        released.countDown();

        await().atMost(LONG).until(() -> generation.callsInFlight() == 0);
        assertThat(plugin.calls()).hasSize(2);
    }

    @Test
    void fullLane_isGoneForNow() {
        bench.serving("1", plugin, capability("echo"));
        plugin.processing(r -> {
            block();
            return CompletableFuture.completedFuture(new Answered("1"));
        });
        for (int i = 0; i < 4; i++) {
            assertThat(bench.begin("echo")).isNotDone();
        }

        assertThat(bench.call("echo"))
                .isEqualTo(new Gone("p is busy: 2 calls of this plugin wait already", Duration.ofSeconds(1)));
    }

    @Test
    void capabilityThatIsOff_orNotForTheCaller_isAbsent() {
        bench.serving("1", plugin, capability("echo"));
        bench.registry.flags(Map.of("echo", FlagRule.parse("tenant:acme")), false);
        IntegrationRequest theirs = new IntegrationRequest("echo", null, null, null, "acme", "{}");

        assertThat(bench.call("echo"))
                .isEqualTo(new Gone("the capability echo is switched off for this call: tenant:acme"));
        assertThat(by(get(bench.begin(theirs)))).isEqualTo("1");
        bench.registry.flags(Map.of("echo", FlagRule.OFF), false);
        assertThat(bench.call("echo")).isInstanceOf(Gone.class);
        assertThat(bench.registry.capabilities()).isEmpty();
        bench.registry.flags(Map.of(), false);
        assertThat(by(bench.call("echo"))).isEqualTo("1");
    }

    @Test
    void legacyMode_callsNobody() {
        bench.serving("1", plugin, capability("echo"));
        bench.registry.flags(Map.of(), true);

        assertThat(bench.call("echo")).isEqualTo(new Gone("legacy mode is on: no plugin is called"));
        assertThat(bench.call("fly")).isEqualTo(new Gone("legacy mode is on: no plugin is called"));
        assertThat(plugin.calls()).isEmpty();
        assertThat(bench.registry.capabilities()).isEmpty();
    }

    @Test
    void gap_followsThePolicyOfTheOperation() {
        Generation generation = bench.serving(
                "1",
                plugin,
                absent("parks", GapPolicy.PARK),
                absent("falls", GapPolicy.FALL_BACK),
                absent("rejects", GapPolicy.REJECT));
        bench.registry.withdraw(generation, "it went", true);

        CompletableFuture<IntegrationResponse> parked = bench.begin("parks");
        assertThat(parked).isNotDone();
        assertThat(bench.call("falls")).isEqualTo(new Gone("it went"));
        assertThat(bench.call("rejects")).isEqualTo(new Gone("it went", PluginBench.PARK));
        assertThat(get(bench.begin(new IntegrationRequest("parks", "sing", null, "{}"))))
                .isInstanceOf(Gone.class);
        bench.serving("2", absent("parks", GapPolicy.PARK));

        assertThat(by(get(parked))).isEqualTo("2");
        assertThat(bench.call("falls")).isEqualTo(new Gone("nobody offers the capability falls"));
    }

    @Test
    void gapWithoutHope_isNotWaitedFor() {
        Generation generation = bench.serving("1", plugin, absent("parks", GapPolicy.PARK));
        bench.registry.withdraw(generation, "taken away", false);

        assertThat(bench.call("parks")).isEqualTo(new Gone("taken away"));
        assertThat(bench.registry.calls().parkedSoFar("p")).isZero();
    }

    @Test
    void immediateOperation_isDoneOnThePluginsThreadThatCalls() {
        AtomicReference<Thread> on = new AtomicReference<>();
        Generation generation = bench.serving("1", plugin, capability("echo", OperationBuilder::immediate));
        plugin.processing(r -> {
            on.set(Thread.currentThread());
            return CompletableFuture.completedFuture(new Answered("1"));
        });
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        new PluginThread(
                        () -> {
                            answer.complete(get(bench.begin("echo")));
                            caller.complete(Thread.currentThread());
                        },
                        "caller")
                .start();

        assertThat(by(get(answer))).isEqualTo("1");
        assertThat(on.get()).isSameAs(get(caller));
        bench.call("echo");
        assertThat(on.get()).isNotSameAs(Thread.currentThread());
        await().atMost(LONG).until(() -> generation.callsSoFar() == 2);
        assertThat(generation.callsInFlight()).isZero();
    }

    @Test
    void immediateOperationThatIsNot_endsAllTheSame() {
        bench.serving("1", plugin, capability("echo", OperationBuilder::immediate));

        plugin.processing(r -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        assertThat(onPluginThread()).isEqualTo(new Failed("p", "IllegalStateException: broken"));
        plugin.processing(r -> CompletableFuture.completedFuture(null));
        assertThat(onPluginThread()).isEqualTo(new Failed("p", "it answered nothing"));

        bench.serving(
                "2",
                plugin,
                capability("echo", operation -> operation.immediate().timeout(TIMEOUT)));
        plugin.processing(r -> new CompletableFuture<>());
        assertThat(onPluginThread()).isEqualTo(new TimedOut("p", TIMEOUT));
    }

    private IntegrationResponse onPluginThread() {
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        new PluginThread(() -> bench.begin("echo").thenAccept(answer::complete), "caller").start();
        return get(answer);
    }

    @Test
    void contextClassLoader_isThePlugins_duringTheCall() {
        AtomicReference<ClassLoader> seen = new AtomicReference<>();
        bench.serving("1", plugin, capability("echo"));
        plugin.processing(r -> {
            seen.set(Thread.currentThread().getContextClassLoader());
            return CompletableFuture.completedFuture(new Answered("1"));
        });

        bench.call("echo");

        assertThat(seen.get()).isSameAs(PluginBench.LOADER);
    }

    @Test
    void stoppedPool_isGone() {
        bench.serving("1", plugin, capability("echo"));
        bench.threads.shutdown();

        assertThat(bench.call("echo")).isInstanceOf(Gone.class);
    }

    @Test
    void close_answersWhoWaits() {
        Generation generation = bench.serving("1", plugin, absent("parks", GapPolicy.PARK));
        bench.registry.withdraw(generation, "it went", true);
        CompletableFuture<IntegrationResponse> parked = bench.begin(request("parks"));

        bench.close();

        assertThat(get(parked)).isEqualTo(new Gone("the server stops"));
    }
}
