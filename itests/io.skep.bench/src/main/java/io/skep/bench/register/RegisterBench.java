// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.register;

import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Homes;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.bench.load.Rig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How fast agents are registered, and what very many connected ones cost. Options: {@code --agents} that connect (10,000),
 * {@code --minutes} that they stay (10), {@code --seconds} of each measurement of registrations (10), {@code --quick} for a
 * smoke with few agents for seconds that judges no times.
 */
public final class RegisterBench {
    private static final int FLOOR = 1_000;
    private static final int TARGET = 2_000;
    private static final double P99_GOAL_MILLIS = 20;
    private static final int QUICK_RATE = 200;

    /** As many as a server takes as it is shipped. */
    private static final int SHIPPED_AGENTS = 20_000;

    private final Settings settings;
    private final boolean quick;
    private final int agents;

    /** A run with these settings; the home directory is cleared. */
    public RegisterBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
        this.agents = settings.count("agents", quick ? 200 : 10_000);
    }

    /** Registers on one server, connects to another. */
    public Findings run() throws IOException, InterruptedException {
        Connected.requireFiles(agents);
        Homes.clear(settings.home());
        Goals goals = new Goals(!quick);
        try (Rig rig = Rig.start(settings.home().resolve("registered"), 1, List.of("max.agents = 1000000"))) {
            register(new Registrations(rig), goals);
        }
        List<String> core = agents <= SHIPPED_AGENTS
                ? List.of()
                : List.of("max.agents = " + 2 * agents, "max.waits = " + 2 * agents);
        try (Rig rig = Rig.start(settings.home().resolve("connected"), agents, core)) {
            Duration length = quick ? Duration.ofSeconds(5) : Duration.ofMinutes(settings.count("minutes", 10));
            new Connected(rig, agents).run(length, goals);
        }
        return goals.findings("every registration synced before its acknowledgement (SQLite, synchronous=FULL)");
    }

    private void register(Registrations registrations, Goals goals) throws IOException, InterruptedException {
        Duration length = Duration.ofSeconds(settings.count("seconds", quick ? 1 : 10));
        registrations.perSecond(quick ? Duration.ofSeconds(1) : Duration.ofSeconds(5));
        Histogram floor = registrations.openLoop(quick ? QUICK_RATE : FLOOR, length);
        Histogram target = registrations.openLoop(quick ? QUICK_RATE : TARGET, length);
        double perSecond = registrations.perSecond(length);
        goals.atLeast(FLOOR, Result.of("register.per.s", perSecond, "/s", "target", TARGET));
        goals.report(Result.of("register.p50.ms", floor.getValueAtPercentile(50) / 1e6, "ms"));
        goals.atMost(P99_GOAL_MILLIS, Result.of("register.p99.ms", floor.getValueAtPercentile(99) / 1e6, "ms"));
        goals.report(Result.of("register.target.p50.ms", target.getValueAtPercentile(50) / 1e6, "ms"));
        goals.report(Result.of("register.target.p99.ms", target.getValueAtPercentile(99) / 1e6, "ms"));
        System.out.println(registrations.count() + " agents registered");
    }
}
