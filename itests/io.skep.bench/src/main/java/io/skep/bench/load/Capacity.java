// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import io.skep.client.Poll;
import java.io.IOException;
import java.time.Duration;

/** What a fleet can do. */
public final class Capacity {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FIRST_LOOK = Duration.ofMillis(20);
    private static final double MORE = 1.5;
    private static final double BETTER = 1.05;
    private static final int MOST_WINDOWS = 10;
    private static final int WINDOWS_NO_BETTER = 2;

    private Capacity() {}

    /**
     * Has the fleet begin, submits more than it can do, and counts what it ends in windows of that length until two in a row
     * are no better than those before: one may be by chance, while the JVM is cold. The first begins when a task has ended.
     * Returns when nothing is left of it.
     *
     * @return tasks a second in the best window
     */
    public static double measure(Rig rig, Fleet fleet, Duration window) throws IOException, InterruptedException {
        fleet.begin(Duration.ZERO);
        Flow.Kind kind = new Flow.Kind("capacity", fleet.shape().skill(), "default", 5);
        int perSecond = (int) Math.ceil(fleet.shape().nominal() * MORE);
        Flow flow = Flow.begin(
                rig, kind, perSecond, window.multipliedBy(MOST_WINDOWS).plus(PATIENCE));
        Poll.until(() -> fleet.ended() > 0, PATIENCE, FIRST_LOOK);
        double best = 0;
        for (int i = 0, noBetter = 0; i < MOST_WINDOWS && noBetter < WINDOWS_NO_BETTER; i++) {
            double rate = rate(fleet, window);
            noBetter = rate == 0 || rate > best * BETTER ? 0 : noBetter + 1;
            best = Math.max(best, rate);
        }
        flow.end(PATIENCE);
        if (best == 0) {
            throw new IOException("the agents have ended no task");
        }
        // What was submitted beyond what they can do takes them about as long again.
        Duration rest = window.multipliedBy(MOST_WINDOWS).multipliedBy(2).plus(PATIENCE);
        int left = flow.awaitEnds(flow.count(), rest);
        if (left > 0) {
            throw new IOException(left + " tasks have not ended within " + rest.toSeconds() + " s");
        }
        return best;
    }

    private static double rate(Fleet fleet, Duration window) throws InterruptedException {
        long begun = System.nanoTime();
        long before = fleet.ended();
        Poll.pause(window);
        return (fleet.ended() - before) * 1e9 / (System.nanoTime() - begun);
    }
}
