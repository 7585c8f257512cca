// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.skep.api.plugin.IntegrationResponse;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a breaker alone adds to a call of the plugin's method: resilience4j's, watching failures and slow calls among the
 * last hundred as core's own does.
 */
@BenchmarkMode(Mode.AverageTime)
@Fork(jvmArgsAppend = {CoreThreads.KIND, CoreThreads.CLASS})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class BreakerCosts {
    private final CircuitBreaker library = CircuitBreaker.of(
            "bench",
            CircuitBreakerConfig.custom()
                    .slidingWindow(100, 100, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                    .failureRateThreshold(50)
                    .slowCallRateThreshold(50)
                    .slowCallDurationThreshold(Duration.ofSeconds(1))
                    .build());
    private Registry registry;

    /** Registers the plugins. */
    @Setup
    public void open() {
        registry = new Registry(4);
    }

    /** Lets them go. */
    @TearDown
    public void close() {
        registry.close();
    }

    /** The plugin's method and nothing else. */
    @Benchmark
    public CompletionStage<IntegrationResponse> none(Cycle cycle) {
        int i = cycle.next(registry.capabilities());
        return registry.plugin(i).process(registry.request(i));
    }

    /** Within the library's breaker. */
    @Benchmark
    public CompletionStage<IntegrationResponse> resilience4j(Cycle cycle) {
        int i = cycle.next(registry.capabilities());
        library.acquirePermission();
        long begun = library.getCurrentTimestamp();
        CompletionStage<IntegrationResponse> answer = registry.plugin(i).process(registry.request(i));
        library.onSuccess(library.getCurrentTimestamp() - begun, library.getTimestampUnit());
        return answer;
    }
}
