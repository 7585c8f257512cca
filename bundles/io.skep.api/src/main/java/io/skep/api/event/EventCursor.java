// SPDX-License-Identifier: Apache-2.0
package io.skep.api.event;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A position in the stream: for each shard the number of the last event seen. Immutable. */
public final class EventCursor {
    private final long[] seen;

    private EventCursor(long[] seen) {
        this.seen = seen;
    }

    /** Before the first event of each of so many shards. */
    public static EventCursor start(int shards) {
        return new EventCursor(new long[shards]);
    }

    /** At the given numbers, one for each shard. */
    public static EventCursor of(long... seen) {
        return new EventCursor(seen.clone());
    }

    /**
     * The inverse of {@link #toString()}.
     *
     * @throws IllegalArgumentException if {@code text} is none
     */
    public static EventCursor parse(String text) {
        return new EventCursor(Arrays.stream(text.split("\\.", -1))
                .mapToLong(part -> {
                    long seq = Long.parseLong(part, Character.MAX_RADIX);
                    if (seq < 0) {
                        throw new IllegalArgumentException("negative position in " + text);
                    }
                    return seq;
                })
                .toArray());
    }

    /** How many shards it spans. */
    public int shards() {
        return seen.length;
    }

    /** The number of the last event seen of {@code shard}. */
    public long seen(int shard) {
        return seen[shard];
    }

    /** This position, moved on to have seen {@code event}. */
    public EventCursor after(Event event) {
        long[] moved = seen.clone();
        moved[event.shard()] = event.seq();
        return new EventCursor(moved);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventCursor cursor && Arrays.equals(seen, cursor.seen);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(seen);
    }

    /** Numbers in base 36, joined by dots; fit for {@code Last-Event-ID}. */
    @Override
    public String toString() {
        return Arrays.stream(seen)
                .mapToObj(seq -> Long.toString(seq, Character.MAX_RADIX))
                .collect(Collectors.joining("."));
    }
}
