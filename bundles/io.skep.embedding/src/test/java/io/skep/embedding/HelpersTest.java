// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HelpersTest {
    private final Helpers helpers = new Helpers(1);

    @AfterEach
    void close() {
        helpers.close();
    }

    @Test
    void work_runsBeside_orOnTheCallersThread_whenAllAreBusy() {
        CountDownLatch enough = new CountDownLatch(1);
        CompletableFuture<Thread> beside = helpers.run(() -> {
            await(enough);
            return Thread.currentThread();
        });
        assertThat(Helpers.result(helpers.run(Thread::currentThread))).isSameAs(Thread.currentThread());
        enough.countDown();
        assertThat(Helpers.result(beside)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void work_afterTheEnd_runsOnTheCallersThread() {
        helpers.close();
        assertThat(Helpers.result(helpers.run(Thread::currentThread))).isSameAs(Thread.currentThread());
    }

    @Test
    void failure_comesToWhoeverAsks_asItWas() {
        CompletableFuture<Object> failed = helpers.run(() -> {
            throw new IllegalStateException("no memory");
        });
        Helpers.await(failed);
        assertThatThrownBy(() -> Helpers.result(failed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no memory");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
