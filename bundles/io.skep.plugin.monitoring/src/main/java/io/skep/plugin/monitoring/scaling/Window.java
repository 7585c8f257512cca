// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.ArrayDeque;
import java.util.Deque;

/** The largest of the numbers of the last while, and since when there are any. Not thread-safe. */
final class Window {
    private final long millis;
    /** Falling: what is followed by a larger one can never be the largest again. */
    private final Deque<Entry> entries = new ArrayDeque<>();

    private long since = Long.MAX_VALUE;
    private long last;

    private record Entry(long at, int count) {}

    /**
     * What was seen. Immutable.
     *
     * @param largest number
     * @param missingMillis how long until all of the window has been seen; 0 if it has
     */
    record Seen(int largest, long missingMillis) {}

    Window(long millis) {
        this.millis = millis;
    }

    /** Another number; after a gap as long as the window it begins anew, since nobody knows what was meanwhile. */
    Seen add(int count, long now) {
        if (since == Long.MAX_VALUE || now - last > millis) {
            since = now;
            entries.clear();
        }
        last = now;
        while (!entries.isEmpty() && entries.getLast().count() <= count) {
            entries.removeLast();
        }
        entries.addLast(new Entry(now, count));
        while (entries.getFirst().at() < now - millis) {
            entries.removeFirst();
        }
        return new Seen(entries.getFirst().count(), Math.max(0, millis - (now - since)));
    }
}
