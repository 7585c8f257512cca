// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.overhead;

import io.skep.bench.Findings;
import io.skep.bench.Homes;
import io.skep.bench.Settings;
import io.skep.bench.calls.Measurements;
import io.skep.bench.calls.Measurements.Cost;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * The cost of a capability call by JMH, and the heap that idle plugins add to a built server with a thousand agents.
 * Option: {@code --quick} for a smoke whose figures say nothing.
 */
public final class OverheadBench {
    private final Settings settings;
    private final boolean quick;

    /** A run with these settings; the home directory is cleared. */
    public OverheadBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
    }

    /** Measures calls first, while no server runs. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        Map<String, Cost> costs = new Measurements(quick, settings.home()).run();
        costs.forEach((name, cost) -> System.out.printf(
                Locale.ROOT, "%-28s %9.1f ns (± %.1f) %8.1f bytes%n", name, cost.nanos(), cost.error(), cost.bytes()));
        IdleHeap.Heap heap = new IdleHeap(settings.home(), quick ? 100 : 1000).measure();
        return new OverheadFindings(costs, heap).findings(!quick);
    }
}
