// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.skep.api.plugin.IntegrationResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Calls from a thread that is none of core's, which waits for the answer: over to a thread of a pool, and back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class PooledCosts {
    private Registry registry;
    private ExecutorService pool;

    /** Registers the plugins. */
    @Setup
    public void open() {
        registry = new Registry(4);
        pool = Executors.newFixedThreadPool(2);
    }

    /** Lets them go. */
    @TearDown
    public void close() {
        registry.close();
        pool.shutdownNow();
    }

    /** The plugin's method, on a plain pool. */
    @Benchmark
    public IntegrationResponse direct(Cycle cycle) {
        int i = cycle.next(registry.capabilities());
        return CompletableFuture.supplyAsync(() -> registry.plugin(i).process(registry.request(i)), pool)
                .thenCompose(stage -> stage)
                .join();
    }

    /** The capability, on core's. */
    @Benchmark
    public IntegrationResponse registry(Cycle cycle) {
        int i = cycle.next(registry.capabilities());
        return registry.call(registry.request(i)).toCompletableFuture().join();
    }
}
