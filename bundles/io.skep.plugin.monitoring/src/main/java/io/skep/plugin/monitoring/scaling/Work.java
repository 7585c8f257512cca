// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How long attempts of a group take, by Little's law (J. D. C. Little, A proof for the queuing formula L = λW, 1961): slots
 * in use on average, divided by attempts that begin per second. What takes longer than the window is underestimated until
 * it ends. Not thread-safe.
 */
final class Work {
    static final int LEAST_STARTS = 5;
    private static final long WINDOW_MILLIS = 300_000;
    private static final int MOST = 1000;

    private final Deque<Look> looks = new ArrayDeque<>();
    private double busyMillis;
    private long starts;
    private long last;
    private @Nullable Double known;

    private record Look(long at, double busyMillis, int starts) {}

    /** Goes on from what was known. */
    void become(@Nullable Double workMillis) {
        known = workMillis;
    }

    /**
     * Another look.
     *
     * @param busy slots that are in use, of all agents of the group
     * @param begun attempts that began since the last look
     * @param longest milliseconds after the last look up to which it is taken as if {@code busy} had been so all the time
     */
    void add(int busy, int begun, long now, long longest) {
        long since = last == 0 ? 0 : Math.max(0, Math.min(longest, now - last));
        last = now;
        Look look = new Look(now, (double) busy * since, begun);
        looks.add(look);
        busyMillis += look.busyMillis();
        starts += begun;
        while (looks.size() > MOST || looks.getFirst().at() <= now - WINDOW_MILLIS) {
            Look old = looks.removeFirst();
            busyMillis -= old.busyMillis();
            starts -= old.starts();
        }
        if (starts >= LEAST_STARTS && busyMillis > 0) {
            known = busyMillis / starts;
        }
    }

    /** Milliseconds; what was known last, if too few began since. Null if nothing was. */
    @Nullable
    Double millis() {
        return known;
    }
}
