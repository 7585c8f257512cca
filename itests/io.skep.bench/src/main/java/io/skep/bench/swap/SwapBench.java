// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.Findings;
import io.skep.bench.Homes;
import io.skep.bench.InProcess;
import io.skep.bench.Jars;
import io.skep.bench.Jcmd;
import io.skep.bench.Settings;
import io.skep.bench.inprocess.Ask;
import io.skep.bench.inprocess.BenchPlugin;
import io.skep.client.Canary;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import io.skep.itests.heavyplugin.HeavyPlugin;
import io.skep.itests.sampleplugin.SamplePlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Swaps every plugin again and again under load, side by side and in place. Options: {@code --swaps} in all (200), {@code
 * --quick} for a smoke at a low rate. With {@code --soak}: see {@link Soak}.
 */
public final class SwapBench {
    static final Duration START = Duration.ofMinutes(2);

    private static final int RATE = 1_000;
    private static final int QUICK_RATE = 200;
    private static final double SHARE_OF_SATURATION = 0.7;

    private final Settings settings;
    private final boolean quick;

    /** A run with these settings; the home directory is cleared. */
    public SwapBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
    }

    /** Runs all levels on one server. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        try (SkepServer server = SkepServer.of(settings.home(), SkepServer.freePort(), SkepServer.freePort())) {
            server.start(START);
            InProcess inProcess = InProcess.install(server);
            if (settings.has("soak")) {
                return soak(server, inProcess);
            }
            // Fewer calls would tell more of which operations they were than of the versions.
            Canary canary = new Canary(50, quick ? 60 : 200, Duration.ofSeconds(quick ? 4 : 10));
            Swapper swapper = new Swapper(server, canary, !quick);
            deploy(swapper, subject(SamplePlugin.class));
            List<Subject> subjects = subjects(server);
            swapper.rehearse(subjects.get(0));
            List<Ask> asks = Asks.of(server.client());
            return underLoad(server, inProcess, swapper, subjects, asks);
        }
    }

    private Findings underLoad(
            SkepServer server, InProcess inProcess, Swapper swapper, List<Subject> subjects, List<Ask> asks)
            throws IOException, InterruptedException {
        TaskFlow tasks = TaskFlow.begin(server.client());
        Leaks leaks = Leaks.before(Jcmd.of(server));
        Map<String, Map<String, Phase>> levels = new LinkedHashMap<>();
        int swaps = settings.count("swaps", quick ? 10 : 200);
        if (quick) {
            Level.Length length = new Level.Length(1, Math.max(1, swaps / 2), Duration.ofSeconds(2));
            levels.put("rate" + QUICK_RATE, level(server, inProcess, asks, QUICK_RATE, length, subjects, swapper));
        } else {
            int rounds = 4;
            Level.Length length =
                    new Level.Length(rounds, Math.max(1, (swaps + 15) / (rounds * 4)), Duration.ofSeconds(10));
            levels.put("rate" + RATE, level(server, inProcess, asks, RATE, length, subjects, swapper));
            int saturation = Level.saturation(server, inProcess, asks, Duration.ofSeconds(5));
            int rate = Math.max(2, (int) (saturation * SHARE_OF_SATURATION));
            System.out.println("saturated at " + saturation + " calls/s; the second level has " + rate);
            levels.put("saturation70", level(server, inProcess, asks, rate, length, subjects, swapper));
        }
        int lost = tasks.lost();
        List<String> problems = new ArrayList<>(swapper.problems());
        problems.addAll(tasks.problems());
        return new SwapFindings(levels, swapper.retired(), swapper.swaps(), problems)
                .findings(lost, leaks.leaked(), !quick);
    }

    private static Map<String, Phase> level(
            SkepServer server,
            InProcess inProcess,
            List<Ask> asks,
            int perSecond,
            Level.Length length,
            List<Subject> subjects,
            Swapper swapper)
            throws IOException, InterruptedException {
        Map<String, Phase> phases = new Level(server, inProcess, asks, perSecond).run(length, subjects, swapper);
        Chart.print(System.out, perSecond + " calls/s", phases);
        return phases;
    }

    /** Every plugin but the one that makes the load. */
    private static List<Subject> subjects(SkepServer server) throws IOException, InterruptedException {
        SkepClient admin = server.client();
        List<Path> jars = new ArrayList<>(Subject.jars(server.karaf()));
        jars.add(Jars.of(SamplePlugin.class));
        List<Subject> subjects = new ArrayList<>();
        List<String> names = admin.plugins().stream()
                .map(plugin -> plugin.path("name").asText())
                .filter(name -> !name.equals(BenchPlugin.NAME))
                .distinct()
                .toList();
        for (String name : names) {
            subjects.add(Subject.among(jars, name));
        }
        System.out.println("swapped in turn: " + names);
        return subjects;
    }

    private Findings soak(SkepServer server, InProcess inProcess) throws IOException, InterruptedException {
        // Not what is compared counts here, but how often: so few calls would tell nothing.
        Swapper swapper = new Swapper(server, Canary.NONE, true);
        Subject heavy = subject(HeavyPlugin.class);
        deploy(swapper, heavy);
        int swaps = settings.count("swaps", quick ? 20 : 500);
        return new Soak(server, inProcess, swapper, swaps, quick ? 2 : 10).run(heavy, !quick);
    }

    private static Subject subject(Class<?> plugin) throws IOException {
        Subject subject = Subject.of(Jars.of(plugin));
        if (subject == null) {
            throw new IOException(Jars.of(plugin) + " is no plugin");
        }
        return subject;
    }

    private static void deploy(Swapper swapper, Subject subject) throws IOException, InterruptedException {
        swapper.deploy(subject, new Subject.Version(subject.version(), subject.jar()));
    }
}
