// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How the last attempts ended: each by a service time in milliseconds, or as failed. Guarded by its owner. */
final class Window {
    /** An attempt that failed. */
    static final int FAILED = -1;

    private final int[] ring;
    private long seen;

    Window(int size) {
        ring = new int[size];
    }

    /**
     * What a window shows.
     *
     * @param completed attempts with a result
     * @param failed attempts that failed
     * @param mean of the service times of the completed, in milliseconds; 0 if there are none
     * @param p50 their median, by the nearest rank
     * @param p90 what nine of ten kept to, by the nearest rank
     */
    record Figures(int completed, int failed, double mean, long p50, long p90) {
        static final Figures NONE = new Figures(0, 0, 0, 0, 0);

        /** Laplace's rule of succession: 1/2 when nothing is known, never quite 0 or 1. */
        double successRate() {
            return (completed + 1.0) / (completed + failed + 2.0);
        }
    }

    void completed(Duration took) {
        add((int) Math.max(0, Math.min(Integer.MAX_VALUE, took.toMillis())));
    }

    void add(int end) {
        ring[(int) (seen++ % ring.length)] = end;
    }

    /** The last ends, at most so many, oldest first. */
    List<Integer> last(int most) {
        List<Integer> last = new ArrayList<>();
        for (long i = Math.max(0, seen - Math.min(most, ring.length)); i < seen; i++) {
            last.add(ring[(int) (i % ring.length)]);
        }
        return last;
    }

    Figures figures() {
        int count = (int) Math.min(seen, ring.length);
        int[] times =
                Arrays.stream(ring, 0, count).filter(end -> end >= 0).sorted().toArray();
        return times.length == 0
                ? new Figures(0, count, 0, 0, 0)
                : new Figures(
                        times.length,
                        count - times.length,
                        Arrays.stream(times).average().orElse(0),
                        rank(times, 50),
                        rank(times, 90));
    }

    private static long rank(int[] sorted, int percent) {
        return sorted[(sorted.length * percent + 99) / 100 - 1];
    }
}
