// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Calls that are answered at once: of the plugin's method, and of the capability through core's registry. */
@BenchmarkMode(Mode.AverageTime)
@Fork(jvmArgsAppend = {CoreThreads.KIND, CoreThreads.CLASS})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@SuppressWarnings({"checkstyle:VisibilityModifier", "NullAway.Init"}) // JMH sets the parameter, then calls the set-up
public class CallCosts {
    /** How many capabilities are registered; calls go round all of them. */
    @Param({"4", "1000"})
    public int capabilities;

    private Registry registry;

    /** Registers the plugins. */
    @Setup
    public void open() {
        registry = new Registry(capabilities);
    }

    /** Lets them go. */
    @TearDown
    public void close() {
        registry.close();
    }

    /** The plugin's method, through the interface. */
    @Benchmark
    public CompletionStage<IntegrationResponse> direct(Cycle cycle) {
        int i = cycle.next(registry.capabilities());
        IntegrationRequest request = registry.request(i);
        return registry.plugin(i).process(request);
    }

    /** The capability, through the registry. */
    @Benchmark
    public CompletionStage<IntegrationResponse> registry(Cycle cycle) {
        int i = cycle.next(registry.capabilities());
        return registry.call(registry.request(i));
    }
}
