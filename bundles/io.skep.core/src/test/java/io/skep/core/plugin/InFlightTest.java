// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InFlightTest {
    @Test
    void references_areCounted_untilTheLastIsGivenBack() {
        InFlight inFlight = new InFlight();
        int first = inFlight.enter();
        int second = inFlight.enter();
        assertThat(inFlight.count()).isEqualTo(2);
        assertThat(first).isEqualTo(second).isEqualTo(InFlight.stripe());

        inFlight.leave(first);
        inFlight.close();
        assertThat(inFlight.drained().toCompletableFuture()).isNotDone();
        assertThat(inFlight.enter()).isEqualTo(InFlight.CLOSED);
        inFlight.leave(second);

        assertThat(inFlight.drained().toCompletableFuture()).isCompleted();
        assertThat(inFlight.count()).isZero();
    }

    @Test
    void withoutReferences_itIsDrainedWhenItIsClosed() {
        InFlight inFlight = new InFlight();
        assertThat(inFlight.drained().toCompletableFuture()).isNotDone();

        inFlight.close();

        assertThat(inFlight.drained().toCompletableFuture()).isCompleted();
    }

    @Test
    void stripes_areAPowerOfTwo() {
        assertThat(Integer.bitCount(InFlight.stripeCount())).isEqualTo(1);
    }

    /** Whoever closes it while others come and go: after the drain nobody is inside, and nobody gets in. */
    @Test
    void drain_isFinal_whoeverComesAndGoes() throws Exception {
        int workers = 6;
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            for (int round = 0; round < 300; round++) {
                InFlight inFlight = new InFlight();
                AtomicInteger inside = new AtomicInteger();
                AtomicBoolean drained = new AtomicBoolean();
                AtomicBoolean wrong = new AtomicBoolean();
                CyclicBarrier begin = new CyclicBarrier(workers + 1);
                inFlight.drained().thenRun(() -> {
                    wrong.compareAndSet(false, inside.get() != 0);
                    drained.set(true);
                });
                List<CompletableFuture<Void>> all = new ArrayList<>();
                for (int worker = 0; worker < workers; worker++) {
                    all.add(CompletableFuture.runAsync(() -> comeAndGo(inFlight, inside, drained, wrong, begin), pool));
                }
                begin.await(60, TimeUnit.SECONDS);
                inFlight.close();
                for (CompletableFuture<Void> one : all) {
                    one.get(60, TimeUnit.SECONDS);
                }
                assertThat(inFlight.drained().toCompletableFuture()).isCompleted();
                assertThat(wrong).isFalse();
                assertThat(inFlight.count()).isZero();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static void comeAndGo(
            InFlight inFlight, AtomicInteger inside, AtomicBoolean drained, AtomicBoolean wrong, CyclicBarrier begin) {
        try {
            begin.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
        int stripe = inFlight.enter();
        while (stripe != InFlight.CLOSED) {
            inside.incrementAndGet();
            if (drained.get()) {
                wrong.set(true);
            }
            inside.decrementAndGet();
            inFlight.leave(stripe);
            stripe = inFlight.enter();
        }
    }
}
