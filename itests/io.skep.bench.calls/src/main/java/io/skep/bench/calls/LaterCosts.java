// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import java.util.List;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * Calls that are answered after the plugin's method has returned. The thread that called answers, so that no change of
 * threads is measured.
 */
@BenchmarkMode(Mode.AverageTime)
@Fork(jvmArgsAppend = {CoreThreads.KIND, CoreThreads.CLASS})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class LaterCosts {
    private static final IntegrationRequest REQUEST = new IntegrationRequest("later", null, "agent-7", "{}");

    private Targets.Later plugin;
    private Core core;

    /** Registers the plugin. */
    @Setup
    public void open() {
        plugin = new Targets.Later(List.of(REQUEST.capability()));
        core = new Core();
        core.add(plugin);
    }

    /** Lets it go. */
    @TearDown
    public void close() {
        core.close();
    }

    /** The plugin's method, with somebody who waits for the answer. */
    @Benchmark
    public void direct(Blackhole hole) {
        CompletionStage<IntegrationResponse> stage = plugin.process(REQUEST);
        stage.whenComplete((answer, failure) -> hole.consume(answer));
        plugin.answerNow();
    }

    /** The capability, the same way. */
    @Benchmark
    public void registry(Blackhole hole) {
        CompletionStage<IntegrationResponse> stage = core.call(REQUEST);
        stage.whenComplete((answer, failure) -> hole.consume(answer));
        plugin.answerNow();
    }
}
