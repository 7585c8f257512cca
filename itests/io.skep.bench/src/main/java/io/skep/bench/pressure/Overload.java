// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.pressure;

import io.skep.bench.Goals;
import io.skep.bench.Jcmd;
import io.skep.bench.Result;
import io.skep.bench.load.Fleet;
import io.skep.bench.load.Flow;
import io.skep.bench.load.Rig;
import io.skep.bench.load.Rss;
import io.skep.client.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Three times as many tasks as the agents can do: what is beyond the limit of tasks is refused with 429 and a time to come
 * back, what was acknowledged is done, memory stays bounded, and a moment after it everything is as before.
 */
final class Overload implements Scenario {
    /** What may wait, in seconds of work: it is what is to be waited for when the overload is over. */
    private static final int LIMIT_SECONDS = 3;

    private static final double TIMES = 3;
    private static final double CALM_SHARE = 0.5;
    private static final double RECOVER_GOAL_MILLIS = 10_000;
    private static final double HEAP_GROWTH = 1.25;
    private static final double HEAP_SLACK_MB = 32;

    private final Duration length;
    private final Duration calm;

    /**
     * With an overload of that length.
     *
     * @param calm how long it is looked before, and twice as long after
     */
    Overload(Duration length, Duration calm) {
        this.length = length;
        this.calm = calm;
    }

    @Override
    public List<String> core() {
        return List.of("max.live.tasks = " + limit());
    }

    private static int limit() {
        return (int) (FLEET.nominal() * LIMIT_SECONDS);
    }

    @Override
    public void run(Rig rig, Fleet fleet, double capacity, Goals goals) throws IOException, InterruptedException {
        int calmRate = (int) Math.max(1, capacity * CALM_SHARE);
        Flow before = Flow.begin(rig, Scenario.kind("before", "default", 5), calmRate, calm);
        Poll.pause(calm);
        before.end(PATIENCE);
        before.awaitEnds(before.count(), PATIENCE);
        Histogram normal = before.untilStarted(0, before.count());

        Jcmd jcmd = Jcmd.of(rig.server());
        Flow over =
                Flow.begin(rig, Scenario.kind("over", "default", 5), (int) (capacity * TIMES), length.plus(PATIENCE));
        Poll.pause(length.dividedBy(4));
        double heapAtFirst = jcmd.liveBytes() / 1e6;
        Poll.pause(length.dividedBy(2));
        double heap = jcmd.liveBytes() / 1e6;
        Poll.pause(length.dividedBy(4));
        long end = System.nanoTime();
        over.end(PATIENCE);
        Flow after = Flow.begin(rig, Scenario.kind("after", "default", 5), calmRate, calm.multipliedBy(2));
        Poll.pause(calm.multipliedBy(2));
        after.end(PATIENCE);
        int lost = over.awaitEnds(over.count(), PATIENCE) + after.awaitEnds(after.count(), PATIENCE);
        report(goals, over, lost);
        goals.atMost(
                heapAtFirst * HEAP_GROWTH + HEAP_SLACK_MB,
                Result.of("overload.heap.mb", heap, "MB", "after a quarter of it", heapAtFirst));
        Rss.peakMegabytes(rig.server()).ifPresent(peak -> goals.report(Result.of("overload.rss.peak.mb", peak, "MB")));
        goals.atMost(
                RECOVER_GOAL_MILLIS,
                Result.of("overload.recover.ms", new Calm(normal, calmRate).millisAfter(end, after), "ms"));
        Scenario.check(before, goals);
        Scenario.check(over, goals);
        Scenario.check(after, goals);
    }

    private static void report(Goals goals, Flow over, int lost) {
        goals.report(Result.count("overload.limit", limit()));
        goals.report(Result.count("overload.acknowledged", over.track().acknowledged(0, over.count())));
        // Without any it was no overload.
        goals.atLeast(1, Result.count("overload.429", over.refused()));
        goals.none(Result.count("overload.429.without.retry.after", over.withoutRetryAfter()));
        goals.none(Result.count("overload.lost", lost));
    }
}
