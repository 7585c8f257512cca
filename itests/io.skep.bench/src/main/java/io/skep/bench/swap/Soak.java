// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.Findings;
import io.skep.bench.InProcess;
import io.skep.bench.Jcmd;
import io.skep.bench.Result;
import io.skep.bench.inprocess.Ask;
import io.skep.bench.inprocess.CallLoad;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Swaps the sample plugin hundreds of times under a light load, and looks what stays behind in the JVM. */
final class Soak {
    private static final int RATE = 100;
    private static final int SAMPLES = 10;
    private static final double FLAT_PERCENT = 10;

    private final SkepServer server;
    private final InProcess inProcess;
    private final Swapper swapper;
    private final int swaps;

    /** What is there after a full collection. */
    private record Sample(long heap, long metaspace, Set<String> threads) {
        static Sample of(Jcmd jcmd) throws IOException, InterruptedException {
            Set<String> threads = new TreeSet<>();
            // Pools number their threads, and grow with the load.
            jcmd.threads().forEach(name -> threads.add(name.replaceAll("\\d+", "N")));
            return new Sample(jcmd.liveBytes(), jcmd.metaspaceBytes(), threads);
        }
    }

    Soak(SkepServer server, InProcess inProcess, Swapper swapper, int swaps) {
        this.server = server;
        this.inProcess = inProcess;
        this.swapper = swapper;
        this.swaps = swaps;
    }

    Findings run() throws IOException, InterruptedException {
        Subject sample = SwapBench.sample();
        List<Ask> asks = Asks.of(server.client()).stream()
                .filter(ask -> ask.plugin().equals(sample.name()))
                .toList();
        inProcess.beginCalls(new CallLoad.Plan(RATE, Level.SIDE_BY_SIDE, asks));
        Jcmd jcmd = Jcmd.of(server);
        List<Sample> samples = new ArrayList<>();
        Leaks leaks = null;
        int step = Math.max(1, swaps / SAMPLES);
        for (int i = 1; i <= swaps; i++) {
            swapper.swap(sample, Way.SIDE_BY_SIDE);
            if (i % step == 0) {
                Sample now = Sample.of(jcmd);
                samples.add(now);
                leaks = leaks == null ? Leaks.before(jcmd) : leaks;
                System.out.printf(
                        Locale.ROOT,
                        "%d swaps: heap %,d bytes, metaspace %,d, %d kinds of threads%n",
                        i,
                        now.heap(),
                        now.metaspace(),
                        now.threads().size());
            }
        }
        Phase all = Phase.sum(Phase.merged(Map.of(), inProcess.endCalls()).values());
        return findings(all, samples, leaks == null ? 0 : leaks.leaked());
    }

    /** The first sample is taken when what every swap makes once has been made. */
    private Findings findings(Phase all, List<Sample> samples, long leaked) {
        Sample first = samples.get(0);
        Sample last = samples.get(samples.size() - 1);
        Set<String> left = new TreeSet<>(last.threads());
        left.removeAll(first.threads());
        double heap = 100.0 * last.heap() / first.heap() - 100;
        double metaspace = 100.0 * last.metaspace() / first.metaspace() - 100;
        List<String> violations = new ArrayList<>(swapper.problems());
        violations.addAll(all.problems());
        if (leaked > 0) {
            violations.add(leaked + " class loaders of bundles that are gone were not collected");
        }
        if (heap > FLAT_PERCENT || metaspace > FLAT_PERCENT) {
            violations.add(String.format(Locale.ROOT, "heap grew by %.1f %%, metaspace by %.1f %%", heap, metaspace));
        }
        if (!left.isEmpty()) {
            violations.add("threads were left: " + left);
        }
        return new Findings(
                "plugins' versions as promoted",
                List.of(
                        Result.count("swaps", swapper.swaps()),
                        Result.count("calls", all.calls()),
                        Result.count("failed.calls", all.failed()),
                        Result.count("fallback.calls", all.fallback()),
                        Result.count("late.answers", all.late(swapper.retired())),
                        Result.count("classloaders.leaked", leaked),
                        Result.of("heap.growth.percent", heap, "%"),
                        Result.of("metaspace.growth.percent", metaspace, "%"),
                        Result.count("threads.left", left.size())),
                violations);
    }
}
