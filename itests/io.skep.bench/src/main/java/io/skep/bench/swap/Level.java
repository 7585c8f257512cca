// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.InProcess;
import io.skep.bench.inprocess.Ask;
import io.skep.bench.inprocess.CallLoad;
import io.skep.bench.inprocess.Tally;
import io.skep.client.Poll;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One rate of calls, half over HTTP and half from within the server, through phases with and without swaps. */
final class Level {
    static final String WARMUP = "warmup";
    static final String BASELINE = "baseline";
    static final String SIDE_BY_SIDE = "sidebyside";
    static final String IN_PLACE = "inplace";
    static final String SETTLE = "settle";

    private static final int CONNECTIONS = 256;
    private static final Duration CATCH_UP = Duration.ofSeconds(60);
    private static final List<Way> IN_PLACE_WAYS = List.of(Way.UPDATE, Way.STOP_START, Way.DEPLOY);

    private final InProcess inProcess;
    private final List<Ask> asks;
    private final HttpLoad http;
    private final int perSecond;
    private int turn;

    /**
     * How long it goes on.
     *
     * @param rounds of phases
     * @param swaps of each mode in a round
     * @param baseline how long a phase without swaps lasts
     */
    record Length(int rounds, int swaps, Duration baseline) {}

    Level(SkepServer server, InProcess inProcess, List<Ask> asks, int perSecond) throws IOException {
        this.inProcess = inProcess;
        this.asks = asks;
        this.perSecond = perSecond;
        this.http = new HttpLoad(server.uri(), server.token(), asks, perSecond / 2, WARMUP);
    }

    /** Swaps all plugins in turn, in rounds of baseline, side by side and in place. */
    Map<String, Phase> run(Length length, List<Subject> subjects, Swapper swapper)
            throws IOException, InterruptedException {
        http.begin(CONNECTIONS);
        inProcess.beginCalls(new CallLoad.Plan(perSecond / 2, WARMUP, asks));
        Poll.pause(length.baseline());
        try {
            for (int round = 0; round < length.rounds(); round++) {
                enter(BASELINE);
                Poll.pause(length.baseline());
                enter(SIDE_BY_SIDE);
                for (int i = 0; i < length.swaps(); i++) {
                    awaitSchedule();
                    swapper.swap(subjects.get(i % subjects.size()), Way.SIDE_BY_SIDE);
                }
                settle();
                enter(IN_PLACE);
                for (int i = 0; i < length.swaps(); i++, turn++) {
                    awaitSchedule();
                    // Each plugin goes through every way.
                    Way way = IN_PLACE_WAYS.get(turn / subjects.size() % IN_PLACE_WAYS.size());
                    swapper.swap(subjects.get(turn % subjects.size()), way);
                }
                settle();
                System.out.println(perSecond + " calls/s, round " + (round + 1) + " of " + length.rounds() + ": "
                        + swapper.swaps() + " swaps so far");
            }
        } finally {
            http.end(Duration.ofSeconds(30));
        }
        Map<String, Tally.Report> outside = http.end(Duration.ZERO);
        return Phase.merged(outside, inProcess.endCalls());
    }

    /** What a swap leaves behind shall not count as if there were none. */
    private void settle() throws IOException, InterruptedException {
        enter(SETTLE);
        awaitSchedule();
        Poll.pause(Duration.ofSeconds(1));
    }

    /**
     * Swaps one after the other would take what the load leaves of two processors, and the calls would wait for the
     * processors and not for a swap.
     */
    private void awaitSchedule() throws IOException, InterruptedException {
        if (!Poll.until(() -> http.behind().isZero(), CATCH_UP, Duration.ofMillis(20))) {
            throw new IOException("the load is " + http.behind().toMillis() + " ms behind and does not catch up");
        }
    }

    private void enter(String phase) throws IOException, InterruptedException {
        http.phase(phase);
        inProcess.phase(phase);
    }

    /** How many calls a second the server answers at most, half over HTTP and half from within. */
    static int saturation(SkepServer server, InProcess inProcess, List<Ask> asks, Duration length)
            throws IOException, InterruptedException {
        double alone = httpRate(server, asks, length);
        inProcess.beginCalls(new CallLoad.Plan(Math.max(1, (int) alone), WARMUP, asks));
        double beside = httpRate(server, asks, length);
        inProcess.endCalls();
        // What one half leaves to the other is not known in advance: half of the time each, it is the lower figure.
        return (int) (2 * Math.min(alone, beside));
    }

    private static double httpRate(SkepServer server, List<Ask> asks, Duration length)
            throws IOException, InterruptedException {
        HttpLoad load = new HttpLoad(server.uri(), server.token(), asks, 0, WARMUP);
        load.begin(64);
        Poll.pause(length);
        load.phase(BASELINE);
        Poll.pause(length);
        Tally.Report report = load.end(Duration.ofSeconds(30)).get(BASELINE);
        return report == null ? 0 : report.histogram().getTotalCount() / (double) length.toSeconds();
    }
}
