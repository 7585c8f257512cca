// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.LONG;
import static io.skep.core.plugin.PluginBench.TIMEOUT;
import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static io.skep.core.plugin.PluginBench.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.api.plugin.OperationBuilder;
import io.skep.testkit.plugin.RecordingPlugin;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers who let a plugin run on their own threads. */
class LentThreadTest {
    private final PluginBench bench = new PluginBench();
    private final RecordingPlugin plugin = new RecordingPlugin("1");
    private final CountDownLatch release = new CountDownLatch(1);
    private final BlockingQueue<Thread> on = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        release.countDown();
        bench.close();
    }

    private CompletableFuture<IntegrationResponse> lend() {
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        bench.registry.calls().lend(request("echo"), answer);
        return answer;
    }

    /** Notes on which thread it is called. */
    private void answering() {
        plugin.processing(r -> {
            on.add(Thread.currentThread());
            return CompletableFuture.completedFuture(new Answered("1"));
        });
    }

    /** Keeps the first thread that comes. */
    private Thread held(CompletableFuture<IntegrationResponse> answer) throws InterruptedException {
        plugin.processing(r -> {
            on.add(Thread.currentThread());
            awaitRelease();
            return CompletableFuture.completedFuture(new Answered("late"));
        });
        Thread caller = new Thread(() -> bench.registry.calls().lend(request("echo"), answer), "caller");
        caller.start();
        assertThat(on.take()).isSameAs(caller);
        return caller;
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void immediateOperation_runsOnTheCallersThread_andHasLetItGoBeforeTheCallerGoesOn() {
        Generation generation = bench.serving("1", plugin, capability("echo", OperationBuilder::immediate));
        answering();
        AtomicLong inFlight = new AtomicLong(-1);
        AtomicReference<Thread> next = new AtomicReference<>();
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        answer.thenAccept(response -> {
            inFlight.set(generation.callsInFlight());
            next.set(Thread.currentThread());
        });

        bench.registry.calls().lend(request("echo"), answer);

        assertThat(answer).isCompletedWithValueMatching(response -> response instanceof Answered);
        assertThat(on).containsExactly(Thread.currentThread());
        assertThat(inFlight).hasValue(0);
        assertThat(next).hasValue(Thread.currentThread());
        assertThat(generation.callsSoFar()).isEqualTo(1);
    }

    @Test
    void otherOperation_runsOnAThreadOfCore() {
        bench.serving("1", plugin, capability("echo"));
        answering();

        assertThat(get(lend())).isInstanceOf(Answered.class);

        assertThat(on.remove()).isInstanceOf(PluginThread.class);
    }

    @Test
    void pluginThatKeepsTheThread_isAnsweredForAtTheTimeout() throws InterruptedException {
        Generation generation = bench.serving(
                "1",
                plugin,
                capability("echo", operation -> operation.immediate().timeout(TIMEOUT)));
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        Thread caller = held(answer);

        assertThat(get(answer)).isEqualTo(new TimedOut("p", TIMEOUT));
        assertThat(caller.isAlive()).isTrue();
        assertThat(generation.callsInFlight()).isEqualTo(1);

        release.countDown();
        await().atMost(LONG).until(() -> !caller.isAlive());
        assertThat(generation.callsInFlight()).isZero();
    }

    @Test
    void moreCallersThanMayLendTheirThreads_areServedByThreadsOfCore() throws InterruptedException {
        bench.serving("1", plugin, capability("echo", OperationBuilder::immediate));
        Thread caller = held(new CompletableFuture<>());
        answering();

        assertThat(get(lend())).isInstanceOf(Answered.class);
        assertThat(on.remove()).isInstanceOf(PluginThread.class);

        release.countDown();
        await().atMost(LONG).until(() -> !caller.isAlive());
        assertThat(get(lend())).isInstanceOf(Answered.class);
        assertThat(on.remove()).isSameAs(Thread.currentThread());
    }

    @Test
    void answerThatComesLater_isPassedOn() {
        Generation generation = bench.serving("1", plugin, capability("echo", OperationBuilder::immediate));
        CompletableFuture<IntegrationResponse> later = new CompletableFuture<>();
        plugin.processing(r -> later);

        CompletableFuture<IntegrationResponse> answer = lend();
        assertThat(answer).isNotDone();
        later.complete(new Answered("1"));

        assertThat(get(answer)).isInstanceOf(Answered.class);
        assertThat(generation.callsInFlight()).isZero();
    }

    @Test
    void nobodyWhoOffersIt_isSaid() {
        assertThat(get(lend())).isInstanceOf(IntegrationResponse.Gone.class);
    }
}
