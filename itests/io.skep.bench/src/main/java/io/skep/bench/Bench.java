// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import io.skep.bench.balance.BalanceBench;
import io.skep.bench.canary.CanaryBench;
import io.skep.bench.configs.ConfigsBench;
import io.skep.bench.context.ContextBench;
import io.skep.bench.history.HistoryBench;
import io.skep.bench.observability.ObservabilityBench;
import io.skep.bench.overhead.OverheadBench;
import io.skep.bench.pressure.PressureBench;
import io.skep.bench.recovery.RecoveryBench;
import io.skep.bench.register.RegisterBench;
import io.skep.bench.routing.RoutingBench;
import io.skep.bench.security.SecurityBench;
import io.skep.bench.swap.SwapBench;
import io.skep.bench.tasks.TasksBench;
import io.skep.client.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs one benchmark and shows what it found. Exits with 0 if it found no violation, 1 if it did, 2 if it could not run.
 */
public final class Bench {
    /** A benchmark. */
    @FunctionalInterface
    public interface Benchmark {
        /** Runs it; {@link Settings#home} is its own. */
        Findings run(Settings settings) throws IOException, InterruptedException;
    }

    private static final Map<String, Benchmark> BENCHES = new TreeMap<>(Map.ofEntries(
            Map.entry("balance", settings -> new BalanceBench(settings).run()),
            Map.entry("canary", settings -> new CanaryBench(settings).run()),
            Map.entry("configs", settings -> new ConfigsBench(settings).run()),
            Map.entry("context", settings -> new ContextBench(settings).run()),
            Map.entry("history", settings -> new HistoryBench(settings).run()),
            Map.entry("observability", settings -> new ObservabilityBench(settings).run()),
            Map.entry("overhead", settings -> new OverheadBench(settings).run()),
            Map.entry("pressure", settings -> new PressureBench(settings).run()),
            Map.entry("recovery", settings -> new RecoveryBench(settings).run()),
            Map.entry("register", settings -> new RegisterBench(settings).run()),
            Map.entry("routing", settings -> new RoutingBench(settings).run()),
            Map.entry("security", settings -> new SecurityBench(settings).run()),
            Map.entry("swap", settings -> new SwapBench(settings).run()),
            Map.entry("tasks", settings -> new TasksBench(settings).run())));

    private Bench() {}

    /** Runs the benchmark that the first word names. */
    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    /** Runs the benchmark that the first word names; returns the status to exit with. */
    static int run(List<String> args) {
        String launcher = System.getProperty("skep.launcher", "");
        Path here = Path.of("").toAbsolutePath();
        Path base = launcher.isEmpty()
                ? here
                : here.resolve(launcher).toAbsolutePath().normalize().resolveSibling("");
        try {
            Settings settings = Settings.parse(args, base, here);
            Benchmark bench = BENCHES.get(settings.bench());
            if (bench == null) {
                System.err.println(
                        "usage: ./skep bench NAME [--json FILE] [--keep DIR], NAME one of " + BENCHES.keySet());
                return 2;
            }
            String machine = Machine.describe(settings.home());
            Report report = new Report(settings.bench(), version(), commit(base), machine, bench.run(settings));
            report.print(System.out);
            if (settings.json() != null) {
                report.write(settings.json());
            }
            new Kept(settings.keep(), settings.bench())
                    .add(report, new TreeMap<>(settings.options()).toString(), Instant.now())
                    .forEach(System.out::println);
            return report.findings().violations().isEmpty() ? 0 : 1;
        } catch (IOException | ProblemException | IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            return 2;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 2;
        }
    }

    private static String version() {
        return Optional.ofNullable(Bench.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    private static String commit(Path base) throws IOException, InterruptedException {
        if (!Files.exists(base.resolve(".git"))) {
            return "unknown";
        }
        Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                .directory(base.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor() == 0 ? out : "unknown";
    }
}
