// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.client.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The demo of scaling as docs/scaling-agents.md has it; its processes are counted here once more. */
class ScaleDemoIT {
    @Test
    void burst_makesProcessesAppear_whichGoAgain() throws Exception {
        Path home = Path.of(System.getProperty("skep.instances"), "demo-scale");
        assertThat(ScaleDemo.programs()).as("before").isZero();
        AtomicInteger most = new AtomicInteger();
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Boolean> counter = CompletableFuture.supplyAsync(() -> {
            try {
                return Poll.until(
                        () -> {
                            most.accumulateAndGet(ScaleDemo.programs(), Math::max);
                            return isOver.get();
                        },
                        Duration.ofMinutes(10),
                        Duration.ofMillis(20));
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        try {
            assertThat(Demo.run(new String[] {"--scale", "--once", "--home", home.toString()}))
                    .isZero();
        } finally {
            isOver.set(true);
            assertThat(counter.get()).isTrue();
        }
        assertThat(most.get()).as("programs at once").isBetween(9, 40);
        assertThat(ScaleDemo.programs()).as("after").isZero();
    }
}
