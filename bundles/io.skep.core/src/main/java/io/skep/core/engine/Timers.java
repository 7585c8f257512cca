// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import java.time.Instant;
import java.util.PriorityQueue;

/**
 * What is to be looked at later, by the engine's thread. Nothing is ever taken back: whoever is called looks whether
 * there still is something to do.
 */
final class Timers {
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long count;

    /** Something to do at some time. */
    interface Due {
        void run(Turn turn);
    }

    private record Timer(long atMillis, long order, Due due) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    void at(Instant when, Due due) {
        timers.add(new Timer(when.toEpochMilli(), count++, due));
    }

    /** Milliseconds until the next one, 0 if it is due, or {@code most} if that is less or there is none. */
    long millisToNext(Instant now, long most) {
        Timer next = timers.peek();
        return next == null ? most : Math.max(0, Math.min(most, next.atMillis() - now.toEpochMilli()));
    }

    /** Runs what is due. */
    void run(Turn turn) {
        long now = turn.now().toEpochMilli();
        Timer next = timers.peek();
        while (next != null && next.atMillis() <= now) {
            timers.remove();
            next.due().run(turn);
            next = timers.peek();
        }
    }

    void clear() {
        timers.clear();
    }
}
