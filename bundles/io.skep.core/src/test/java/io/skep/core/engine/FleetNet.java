// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Everything that is to happen, in virtual time, and a network that loses, delays, repeats and reorders what is sent over
 * it. What happens is decided by the random numbers that are given, and by nothing else.
 */
final class FleetNet {
    private final Random random;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private long now;
    private long order;
    private int lostPercent;
    private int repeatedPercent;
    private int slowestMillis = 1;

    private record Due(long at, long order, Runnable what) {}

    /** One end of it. */
    static final class Link {
        private long cutUntil;
    }

    FleetNet(Random random) {
        this.random = random;
    }

    /** From now on so much is lost and repeated, and nothing takes longer than that. */
    void faults(int lost, int repeated, int slowest) {
        lostPercent = lost;
        repeatedPercent = repeated;
        slowestMillis = slowest;
    }

    /** Nothing comes through over the link for a time. */
    void cut(Link link, long millis) {
        link.cutUntil = Math.max(link.cutUntil, now + millis);
    }

    /** All comes through from now on. */
    void heal(Link link) {
        link.cutUntil = 0;
    }

    long now() {
        return now;
    }

    void later(long millis, Runnable what) {
        due.add(new Due(now + millis, order++, what));
    }

    /** Sends something, which may come never, once or twice, and after what was sent later. */
    void send(Link link, Runnable what) {
        int times = random.nextInt(100) < lostPercent ? 0 : random.nextInt(100) < repeatedPercent ? 2 : 1;
        for (int i = 0; i < times; i++) {
            later(1 + random.nextInt(slowestMillis), () -> {
                if (link.cutUntil <= now) {
                    what.run();
                }
            });
        }
    }

    /** When something happens next, in milliseconds from now; the largest number if nothing does. */
    long untilNext() {
        Due next = due.peek();
        return next == null ? Long.MAX_VALUE : next.at() - now;
    }

    /** Goes on to what happens next. */
    void next() {
        Due next = due.remove();
        now = Math.max(now, next.at());
        next.what().run();
    }
}
