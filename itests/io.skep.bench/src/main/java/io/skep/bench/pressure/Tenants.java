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
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A small tenant alone on the fleet, and beside one that submits a hundred times as much, twice what the agents can do: the
 * small one waits for its results not more than twice as long.
 */
final class Tenants implements Scenario {
    private static final double SHARE = 0.02;
    private static final int TIMES = 100;
    private static final double GOAL = 2;
    private static final Duration LEAD = Duration.ofSeconds(3);

    private final Duration length;

    /** With measurements of that length. */
    Tenants(Duration length) {
        this.length = length;
    }

    @Override
    public void run(Rig rig, Fleet fleet, double capacity, Goals goals) throws IOException, InterruptedException {
        int perSecond = (int) Math.max(1, capacity * SHARE);
        Flow alone = small(rig, "alone", perSecond, goals);
        Duration most = LEAD.plus(length).plus(PATIENCE.multipliedBy(2));
        Flow big = Flow.begin(rig, Scenario.kind("big", "big", 5), perSecond * TIMES, most);
        Poll.pause(LEAD);
        Flow beside = small(rig, "beside", perSecond, goals);
        int waiting = big.track().open(0, big.count());
        big.end(PATIENCE);
        Scenario.check(big, goals);
        goals.report(Result.of("tenants.small.per.s", perSecond, "/s", "big", perSecond * (double) TIMES));
        goals.report(Result.count("tenants.big.waiting", waiting));
        report(goals, alone, beside);
    }

    private Flow small(Rig rig, String name, int perSecond, Goals goals) throws IOException, InterruptedException {
        Flow flow = Flow.begin(rig, Scenario.kind(name, "small", 5), perSecond, length);
        Poll.pause(length);
        flow.end(PATIENCE);
        goals.none(Result.count("tenants." + name + ".lost", flow.awaitEnds(flow.count(), PATIENCE)));
        Scenario.check(flow, goals);
        return flow;
    }

    private static void report(Goals goals, Flow alone, Flow beside) {
        Histogram endsAlone = alone.untilEnded(0, alone.count());
        Histogram endsBeside = beside.untilEnded(0, beside.count());
        Histogram startsAlone = alone.untilStarted(0, alone.count());
        Histogram startsBeside = beside.untilStarted(0, beside.count());
        for (int percentile : List.of(50, 99)) {
            String name = ".p" + percentile;
            goals.report(compared("tenants.start" + name + ".ms", startsAlone, startsBeside, percentile));
            Result wait = compared("tenants.wait" + name + ".ms", endsAlone, endsBeside, percentile);
            goals.report(wait);
            Double ratio = wait.ratio();
            goals.atMost(GOAL, Result.of("tenants.wait.ratio" + name, ratio == null ? Double.NaN : ratio, ""));
        }
    }

    private static Result compared(String name, Histogram alone, Histogram beside, int percentile) {
        return Result.of(
                name,
                beside.getValueAtPercentile(percentile) / 1e6,
                "ms",
                "alone",
                alone.getValueAtPercentile(percentile) / 1e6);
    }
}
