// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.overhead;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import io.skep.bench.calls.Measurements.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns what was measured into results, in the names that the design gives them, and holds them to the goals. */
final class OverheadFindings {
    private static final String DIRECT = "direct call";
    private static final double NANOS = 300;
    private static final double BYTES = 128;
    private static final double LATER_NANOS = 1_000;
    private static final double THREADS = 1.7;
    private static final double HEAP_PERCENT = 15;
    /** "The same cost", as far as runs of one thing differ, in nanoseconds. */
    private static final double SAME = 30;

    private final Map<String, Cost> costs;
    private final IdleHeap.Heap heap;
    private final List<Result> results = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();

    OverheadFindings(Map<String, Cost> costs, IdleHeap.Heap heap) {
        this.costs = costs;
        this.heap = heap;
    }

    /** The findings; with {@code judged}, a goal that is missed is a violation. */
    Findings findings(boolean judged) {
        Cost direct = cost("CallCosts.direct.4");
        double few = added("CallCosts.registry.4", direct);
        atMost(NANOS, Result.of("call.overhead.ns", few, "ns", DIRECT, direct.nanos()));
        double bytes = cost("CallCosts.registry.4").bytes() - direct.bytes();
        atMost(BYTES, Result.of("call.overhead.bytes", bytes, "bytes", DIRECT, direct.bytes()));
        Cost manyDirect = cost("CallCosts.direct.1000");
        double many = added("CallCosts.registry.1000", manyDirect);
        atMost(few + SAME, Result.of("call.overhead.1000.ns", many, "ns", DIRECT, manyDirect.nanos()));
        Cost later = cost("LaterCosts.direct");
        atMost(
                LATER_NANOS,
                Result.of("call.async.overhead.ns", added("LaterCosts.registry", later), "ns", DIRECT, later.nanos()));
        double laterBytes = cost("LaterCosts.registry").bytes() - later.bytes();
        results.add(Result.of("call.async.overhead.bytes", laterBytes, "bytes", DIRECT, later.bytes()));
        results.add(Result.of(
                "call.pooled.ns",
                cost("PooledCosts.registry").nanos(),
                "ns",
                "plain pool",
                cost("PooledCosts.direct").nanos()));
        atLeast(
                THREADS,
                Result.of(
                        "call.threads2.ratio",
                        scaling("CallCosts.registry.4"),
                        "",
                        DIRECT,
                        scaling("CallCosts.direct.4")));
        Cost none = cost("BreakerCosts.none");
        results.add(Result.of(
                "breaker.resilience4j.ns", added("BreakerCosts.resilience4j", none), "ns", DIRECT, none.nanos()));
        results.add(Result.of("idle.plugins", heap.plugins(), ""));
        results.add(Result.of("idle.heap.without.mb", heap.without() / 1e6, "MB"));
        results.add(Result.of("idle.heap.with.mb", heap.with() / 1e6, "MB"));
        atMost(HEAP_PERCENT, Result.of("idle.plugins.heap.percent", heap.percent(), "%"));
        return new Findings("nothing that was measured is durable", results, judged ? missed : List.of());
    }

    private Cost cost(String name) {
        Cost cost = costs.get(name);
        if (cost == null) {
            throw new IllegalStateException("JMH gave no " + name + ", only " + costs.keySet());
        }
        return cost;
    }

    private double added(String name, Cost direct) {
        return cost(name).nanos() - direct.nanos();
    }

    /** Throughput of two threads over that of one. */
    private double scaling(String name) {
        return 2 * cost(name).nanos() / cost(name + "@2").nanos();
    }

    private void atMost(double goal, Result result) {
        results.add(result);
        if (!(result.value() <= goal)) {
            missed.add(String.format(Locale.ROOT, "%s is %.1f, more than %.1f", result.name(), result.value(), goal));
        }
    }

    private void atLeast(double goal, Result result) {
        results.add(result);
        if (!(result.value() >= goal)) {
            missed.add(String.format(Locale.ROOT, "%s is %.2f, less than %.2f", result.name(), result.value(), goal));
        }
    }
}
