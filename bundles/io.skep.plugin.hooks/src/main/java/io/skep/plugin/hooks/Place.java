// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.event.EventCursor;

/**
 * Where a hook after something stands, and what became of what it was for. Immutable; kept as document {@code cursor.HOOK}
 * of schema 1.
 *
 * @param cursor up to where everything is delivered, dead or dropped
 * @param delivered deliveries that succeeded
 * @param failed deliveries that did not, after all attempts
 * @param dropped of these, those that are neither delivered nor kept
 * @param missed events that the log no longer had when they were to be read
 */
record Place(String cursor, long delivered, long failed, long dropped, long missed) {
    static Place at(EventCursor cursor) {
        return new Place(cursor.toString(), 0, 0, 0, 0);
    }

    /** By its parts: the JDK remembers the class of the record whose equals was bound last, and with it the plugin. */
    boolean isSame(Place other) {
        return cursor.equals(other.cursor)
                && delivered == other.delivered
                && failed == other.failed
                && dropped == other.dropped
                && missed == other.missed;
    }

    /** Whether it is one: it may have been written by another version. */
    boolean isReadable() {
        try {
            position();
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    EventCursor position() {
        return EventCursor.parse(cursor);
    }

    Place moved(EventCursor to) {
        return new Place(to.toString(), delivered, failed, dropped, missed);
    }

    Place counted(int good, int bad, int lost) {
        return new Place(cursor, delivered + good, failed + bad, dropped + lost, missed);
    }

    /** What is between a cursor and where the log begins now is missed. */
    Place trimmed(EventCursor start) {
        EventCursor at = position();
        if (at.shards() != start.shards()) {
            return moved(start);
        }
        long[] next = new long[start.shards()];
        long gone = 0;
        for (int shard = 0; shard < next.length; shard++) {
            next[shard] = Math.max(at.seen(shard), start.seen(shard));
            gone += next[shard] - at.seen(shard);
        }
        return new Place(EventCursor.of(next).toString(), delivered, failed, dropped, missed + gone);
    }

    /** How many events there are between two positions. */
    static long between(EventCursor from, EventCursor to) {
        long events = 0;
        for (int shard = 0; shard < Math.min(from.shards(), to.shards()); shard++) {
            events += Math.max(0, to.seen(shard) - from.seen(shard));
        }
        return events;
    }
}
