// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.skep.api.admin.PluginStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallStatsTest {
    private final CallStats stats = new CallStats();

    @Test
    void idlePlugin_hasNone() {
        assertThat(stats.calls()).isZero();
        assertThat(stats.times().getTotalCount()).isZero();
        assertThat(stats.load(0)).isEqualTo(PluginStatus.Load.NONE);
    }

    @Test
    void percentiles_areWithinAPercent() {
        for (int i = 1; i <= 100; i++) {
            stats.ended(TimeUnit.MICROSECONDS.toNanos(i * 100L));
        }
        stats.failed();

        PluginStatus.Load load = stats.load(3);

        assertThat(load.inFlight()).isEqualTo(3);
        assertThat(load.calls()).isEqualTo(100);
        assertThat(load.errors()).isEqualTo(1);
        assertThat(load.p50Micros()).isCloseTo(5_000, within(50L));
        assertThat(load.p99Micros()).isCloseTo(9_900, within(99L));
    }

    @Test
    void extremes_areBounded() {
        stats.ended(-1);
        stats.ended(TimeUnit.HOURS.toNanos(1));

        assertThat(stats.times().getTotalCount()).isEqualTo(2);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(stats.times().getMaxValue())).isEqualTo(10);
    }

    @Test
    void threads_loseNoCall() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int call = 0; call < 1000; call++) {
                    stats.ended(50_000);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(60_000);
        }

        assertThat(stats.calls()).isEqualTo(8000);
        assertThat(stats.times().getTotalCount()).isEqualTo(8000);
    }
}
