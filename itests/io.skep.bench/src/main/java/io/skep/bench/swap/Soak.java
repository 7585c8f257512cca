// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.Findings;
import io.skep.bench.InProcess;
import io.skep.bench.Jcmd;
import io.skep.bench.Result;
import io.skep.bench.inprocess.Ask;
import io.skep.bench.inprocess.CallLoad;
import io.skep.client.Poll;
import io.skep.client.SkepServer;
import io.skep.itests.heavyplugin.HeavyPlugin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Swaps a plugin that embeds libraries and has threads of its own hundreds of times under a light load, and looks again
 * and again what stays behind in the JVM.
 */
final class Soak {
    private static final int RATE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(70);

    private final SkepServer server;
    private final InProcess inProcess;
    private final Swapper swapper;
    private final int swaps;
    private final int looks;

    /**
     * @param swaps how many
     * @param looks how often it is looked what is there, evenly spread
     */
    Soak(SkepServer server, InProcess inProcess, Swapper swapper, int swaps, int looks) {
        this.server = server;
        this.inProcess = inProcess;
        this.swapper = swapper;
        this.swaps = swaps;
        this.looks = looks;
    }

    /** {@code judgeGrowth}: whether growth of heap and metaspace is a violation, which a short run cannot say. */
    Findings run(Subject subject, boolean judgeGrowth) throws IOException, InterruptedException {
        List<Ask> asks = Asks.of(server.client()).stream()
                .filter(ask -> ask.plugin().equals(subject.name()))
                .toList();
        inProcess.beginCalls(new CallLoad.Plan(RATE, Level.SIDE_BY_SIDE, asks));
        Jcmd jcmd = Jcmd.of(server);
        List<Remains> remains = new ArrayList<>();
        Leaks leaks = null;
        int step = Math.max(1, swaps / looks);
        for (int i = 1; i <= swaps; i++) {
            swapper.swap(subject, Way.SIDE_BY_SIDE);
            if (i % step == 0) {
                remains.add(look(jcmd));
                leaks = leaks == null ? Leaks.before(jcmd) : leaks;
                System.out.println(i + " swaps: " + remains.get(remains.size() - 1));
            }
        }
        Phase all = Phase.sum(Phase.merged(Map.of(), inProcess.endCalls()).values());
        long leaked = leaks == null ? 0 : leaks.leaked();
        SoakFindings[] found = {new SoakFindings(remains, step, leaked)};
        // Threads of pools that are of no more use end after a while.
        Poll.until(
                () -> {
                    if (!found[0].left().isEmpty()) {
                        remains.set(remains.size() - 1, look(jcmd));
                        found[0] = new SoakFindings(remains, step, leaked);
                    }
                    return found[0].left().isEmpty();
                },
                PATIENCE,
                Duration.ofSeconds(1));
        return findings(all, found[0], judgeGrowth);
    }

    private Remains look(Jcmd jcmd) throws IOException, InterruptedException {
        return Remains.of(jcmd, HeavyPlugin.class.getName(), server.home().resolve("soak.hprof"));
    }

    private Findings findings(Phase all, SoakFindings found, boolean judgeGrowth) {
        List<String> violations = new ArrayList<>(swapper.problems());
        violations.addAll(all.problems());
        swapper.retired().stream()
                .flatMap(gone -> gone.lateness(all.seen()).stream())
                .forEach(violations::add);
        violations.addAll(found.violations(judgeGrowth));
        List<Result> results = new ArrayList<>(List.of(
                Result.count("swaps", swapper.swaps()),
                Result.count("calls", all.calls()),
                Result.count("failed.calls", all.failed()),
                Result.count("fallback.calls", all.fallback()),
                Result.count("late.answers", all.late(swapper.retired()))));
        results.addAll(found.results());
        return new Findings("plugins' versions as promoted", results, violations);
    }
}
