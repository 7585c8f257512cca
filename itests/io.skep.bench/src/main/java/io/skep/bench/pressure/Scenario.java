// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.pressure;

import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.load.Capacity;
import io.skep.bench.load.Fleet;
import io.skep.bench.load.Flow;
import io.skep.bench.load.Rig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A kind of pressure, on a server of its own. */
interface Scenario {
    /** What the agents of every scenario have. A shared machine that stands still for some seconds has not lost them. */
    Fleet.Shape FLEET = new Fleet.Shape("worker", "load", 10, 4, Duration.ofMillis(50), Duration.ofSeconds(30));

    /** How long to wait at most for what must come. */
    Duration PATIENCE = Duration.ofSeconds(60);

    /** These agents, as this scenario has them. */
    default Fleet.Shape fleet() {
        return FLEET;
    }

    /** Lines for {@code io.skep.core.cfg}. */
    default List<String> core() {
        return List.of();
    }

    /** Puts the pressure on, and reports what came of it. */
    void run(Rig rig, Fleet fleet, double capacity, Goals goals) throws IOException, InterruptedException;

    /** Starts the server, measures what its agents can do, and runs. */
    default void run(String name, Path home, boolean quick, Goals goals) throws IOException, InterruptedException {
        try (Rig rig = Rig.start(home, 2 * FLEET.agents(), core())) {
            Fleet fleet = Fleet.register(rig, fleet());
            double capacity = Capacity.measure(rig, fleet, Duration.ofMillis(quick ? 200 : 5_000));
            System.out.printf(Locale.ROOT, "%s: %.0f tasks/s are what the agents can do%n", name, capacity);
            goals.report(Result.of(name + ".capacity.per.s", capacity, "/s", "slots / work", FLEET.nominal()));
            run(rig, fleet, capacity, goals);
            violation(fleet.problem(), fleet.failures(), goals);
        }
    }

    /** Tasks of one kind for the fleet. */
    static Flow.Kind kind(String name, String tenant, int priority) {
        return new Flow.Kind(name, FLEET.skill(), tenant, priority);
    }

    /** Tells of answers that should not have been. */
    static void check(Flow flow, Goals goals) {
        violation(flow.problem(), flow.failed(), goals);
    }

    private static void violation(@Nullable String problem, long count, Goals goals) {
        if (problem != null) {
            goals.violated(count + " calls went wrong, the first: " + problem);
        }
    }
}
