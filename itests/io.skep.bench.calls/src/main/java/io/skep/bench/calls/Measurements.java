// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the JMH benchmarks of this package, each in JVMs of its own. */
public final class Measurements {
    private final boolean quick;
    private final Path directory;

    /**
     * What a benchmark gave.
     *
     * @param nanos per call; per thread where there are several
     * @param error half of JMH's interval of 99.9 percent confidence, in nanoseconds; not a number in quick runs
     * @param bytes allocated per call
     */
    public record Cost(double nanos, double error, double bytes) {}

    /**
     * @param quick for runs too short to say anything, that only show that it works
     * @param directory where JMH's own reports go, as {@code jmh-THREADS.txt}
     */
    public Measurements(boolean quick, Path directory) {
        this.quick = quick;
        this.directory = directory;
    }

    /**
     * Runs all of them.
     *
     * @return by {@code Class.method}, with {@code .N} for the number of capabilities where there are several, and {@code
     *     @T} for the number of threads where it is not one
     * @throws IOException if JMH cannot run one
     */
    public Map<String, Cost> run() throws IOException {
        Map<String, Cost> costs = new TreeMap<>();
        List<RunResult> one = run(1, CallCosts.class, LaterCosts.class, PooledCosts.class, BreakerCosts.class);
        one.forEach(result -> costs.put(name(result), cost(result)));
        run(2, CallCosts.class).forEach(result -> costs.put(name(result) + "@2", cost(result)));
        return costs;
    }

    private List<RunResult> run(int threads, Class<?>... classes) throws IOException {
        Path log = Files.createDirectories(directory).resolve("jmh-" + threads + ".txt");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .threads(threads)
                .forks(quick ? 1 : 2)
                .warmupIterations(quick ? 1 : 5)
                .warmupTime(TimeValue.milliseconds(quick ? 100 : 1000))
                .measurementIterations(quick ? 1 : 5)
                .measurementTime(TimeValue.milliseconds(quick ? 100 : 1000))
                // Ours, with agents for coverage perhaps, are not for what is measured.
                .jvmArgs("-Xms512m", "-Xmx512m")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(log.toString());
        for (Class<?> type : classes) {
            options = options.include(type.getName().replace(".", "\\.") + "\\.");
        }
        if (threads > 1) {
            options = options.param("capabilities", "4");
        }
        try {
            return new ArrayList<>(new Runner(options.build()).run());
        } catch (RunnerException failure) {
            throw new IOException("JMH could not run; see " + log, failure);
        }
    }

    private static String name(RunResult result) {
        String full = result.getParams().getBenchmark();
        String method = full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1);
        String capabilities = result.getParams().getParamsKeys().contains("capabilities")
                ? "." + result.getParams().getParam("capabilities")
                : "";
        return method + capabilities;
    }

    private static Cost cost(RunResult result) {
        double bytes = result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .map(Map.Entry::getValue)
                .mapToDouble(Result::getScore)
                .findFirst()
                .orElse(Double.NaN);
        return new Cost(
                result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreError(), bytes);
    }
}
