// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.pressure;

import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.load.Fleet;
import io.skep.bench.load.Flow;
import io.skep.bench.load.Rig;
import io.skep.client.Poll;
import java.io.IOException;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * All agents vanish while tasks come in at four fifths of what they can do, and come back: what piled up is to be done in
 * no more time than they were away, and urgent tasks start at once meanwhile. Tasks come in all the while.
 */
final class Outage implements Scenario {
    private static final double SHARE = 0.8;
    private static final double URGENT_SHARE = 0.02;
    private static final double URGENT_GOAL_MILLIS = 1_000;
    private static final Duration BEFORE = Duration.ofSeconds(5);

    private final Duration length;

    /** With agents that are away so long. */
    Outage(Duration length) {
        this.length = length;
    }

    /** What they had when they went is to be missed soon. */
    @Override
    public Fleet.Shape fleet() {
        return FLEET.withLease(Duration.ofSeconds(5));
    }

    @Override
    public void run(Rig rig, Fleet fleet, double capacity, Goals goals) throws IOException, InterruptedException {
        Duration most = BEFORE.plus(length.multipliedBy(3)).plus(PATIENCE);
        Flow steady = Flow.begin(rig, Scenario.kind("steady", "default", 5), (int) (capacity * SHARE), most);
        Poll.pause(BEFORE);
        fleet.drop();
        long gone = System.nanoTime();
        Poll.pause(length);
        int backlog = steady.count();
        int waiting = steady.track().open(0, backlog);
        long back = System.nanoTime();
        int urgentRate = (int) Math.max(1, capacity * URGENT_SHARE);
        Flow urgent = Flow.begin(rig, Scenario.kind("urgent", "default", 9), urgentRate, most);
        fleet.begin(Duration.ZERO);
        Poll.until(
                () -> steady.track().open(0, backlog) == 0,
                length.multipliedBy(2).plus(PATIENCE),
                Duration.ofMillis(100));
        int left = steady.track().open(0, backlog);
        long drained = left == 0 ? steady.track().lastEnd(0, backlog) : System.nanoTime();
        steady.end(PATIENCE);
        urgent.end(PATIENCE);
        int urgentLeft = urgent.awaitEnds(urgent.count(), PATIENCE);
        Histogram starts = urgent.untilStarted(0, urgent.count());
        report(goals, waiting, (back - gone) / 1e9, (drained - back) / 1e9, starts);
        goals.none(Result.count("outage.lost", left + (long) urgentLeft));
        Scenario.check(steady, goals);
        Scenario.check(urgent, goals);
    }

    private static void report(Goals goals, int backlog, double away, double drain, Histogram urgent) {
        goals.report(Result.of("outage.s", away, "s"));
        goals.report(Result.count("outage.backlog", backlog));
        goals.report(Result.of("outage.drain.s", drain, "s"));
        goals.atMost(1, Result.of("outage.drain.ratio", drain / away, ""));
        goals.report(Result.of("outage.urgent.start.p50.ms", urgent.getValueAtPercentile(50) / 1e6, "ms"));
        goals.atMost(
                URGENT_GOAL_MILLIS,
                Result.of("outage.urgent.start.p99.ms", urgent.getValueAtPercentile(99) / 1e6, "ms"));
        goals.report(Result.of("outage.urgent.start.max.ms", urgent.getMaxValue() / 1e6, "ms"));
    }
}
