// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.configs;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Threads that do nothing but keep processors busy, from {@link #start} to {@link #close}. */
final class CpuLoad {
    private final AtomicLong sink = new AtomicLong();
    private final List<Thread> threads;
    private volatile boolean stopped;

    private CpuLoad(int count) {
        threads = IntStream.range(0, count)
                .mapToObj(i -> new Thread(this::burn, "bench-load-" + i))
                .toList();
    }

    static CpuLoad start(int count) {
        CpuLoad load = new CpuLoad(count);
        load.threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
        return load;
    }

    private void burn() {
        long value = 1;
        while (!stopped) {
            for (int i = 0; i < 1_000_000; i++) {
                value = value * 6364136223846793005L + 1442695040888963407L;
            }
            sink.lazySet(value);
        }
    }

    void close() {
        stopped = true;
    }
}
