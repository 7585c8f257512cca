// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.balance;

import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.plugin.loadbalancing.balance.Adaptive;
import io.skep.plugin.loadbalancing.balance.LeastLoaded;
import io.skep.plugin.loadbalancing.balance.Prequal;
import io.skep.plugin.loadbalancing.balance.RoundRobin;
import io.skep.plugin.loadbalancing.balance.Strategy;
import io.skep.plugin.loadbalancing.balance.TwoChoices;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Simulates fleets in virtual time, with the very strategies of the plugin: seeded, and every strategy gets the same tasks.
 */
public final class BalanceBench {
    private static final double LOAD = 0.65;
    private static final int SEED = 1;

    private final Settings settings;
    private final boolean quick;
    private final Goals goals;

    /** With settings from the command line. */
    public BalanceBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
        this.goals = new Goals(!quick);
    }

    /** The strategies that are compared, by name. */
    static Map<String, Supplier<Strategy>> strategies() {
        Map<String, Supplier<Strategy>> strategies = new LinkedHashMap<>();
        strategies.put("roundrobin", RoundRobin::new);
        strategies.put("leastloaded", LeastLoaded::new);
        strategies.put("p2c", TwoChoices::new);
        strategies.put("prequal", Prequal::new);
        strategies.put("adaptive", Adaptive::ofAll);
        return strategies;
    }

    /** Runs every strategy in every scenario. */
    public Findings run() {
        int agents = settings.count("agents", quick ? 20 : 60);
        int tasks = quick ? 3_000 : 60_000;
        long seed = settings.count("seed", SEED);
        System.out.println(agents + " agents, " + tasks + " tasks, seed " + seed + ", load " + LOAD);
        for (Scenario scenario : Scenario.values()) {
            Map<String, Outcome> outcomes = new LinkedHashMap<>();
            strategies()
                    .forEach((name, made) ->
                            outcomes.put(name, new Simulation(scenario, made.get(), agents, tasks, LOAD, seed).run()));
            report(scenario, outcomes);
        }
        return goals.findings("nothing is durable here, and time is virtual");
    }

    private void report(Scenario scenario, Map<String, Outcome> outcomes) {
        outcomes.forEach((name, outcome) -> {
            String prefix = scenario.wire() + '.' + name + '.';
            goals.report(Result.of(prefix + "p50.ms", outcome.millis(50), "ms"));
            goals.report(Result.of(prefix + "p99.ms", outcome.millis(99), "ms"));
            goals.report(Result.of(prefix + "p999.ms", outcome.millis(99.9), "ms"));
            goals.report(Result.of(prefix + "lost.percent", outcome.lostPercent(), "%"));
            goals.report(Result.count(prefix + "lost.tasks", outcome.lost()));
        });
        double adaptive = p99(outcomes, "adaptive");
        double best = outcomes.keySet().stream()
                .mapToDouble(name -> p99(outcomes, name))
                .min()
                .orElse(adaptive);
        goals.atMost(1.05, Result.of(scenario.wire() + ".adaptive.p99.of.best", adaptive / best, ""));
        if (scenario == Scenario.DEGRADING) {
            goals.atLeast(2, Result.of("degrading.adaptive.gain", p99(outcomes, "roundrobin") / adaptive, ""));
        }
    }

    private static double p99(Map<String, Outcome> outcomes, String strategy) {
        Outcome outcome = outcomes.get(strategy);
        return outcome == null ? Double.MAX_VALUE : outcome.millis(99);
    }
}
