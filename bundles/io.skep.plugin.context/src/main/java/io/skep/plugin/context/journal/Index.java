// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.plugin.base.Codec;
import io.skep.plugin.context.journal.Mark.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a session's file says, but for the texts. Guarded by the lock of the file. */
final class Index {
    /** Bytes before the item in the body of its record: its tokens, its key, whether it was pinned. */
    static final int ITEM_HEADER = 13;
    /** Of a number of which there is no item. */
    static final long LOST = -1;

    private final Codec codec;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Long, int[]> keys = new HashMap<>();
    private final List<Runnable> batch = new ArrayList<>();
    private long[] bodies = new long[16];
    private int[] lengths = new int[16];
    private int[] tokens = new int[16];
    private Ranges.Builder context = new Ranges.Builder();
    private Map<Integer, Place> standIns = Map.of();
    private BitSet pinned = new BitSet();
    private @Nullable Meta meta;
    private int last;
    private int size;
    private long sum;
    private long revision;
    private long end;

    /**
     * Where a change other than by appending is.
     *
     * @param what a word
     * @param revision that it made
     * @param at when
     * @param note why
     * @param last the highest number by then
     * @param hasRanges whether it said what the context is
     * @param place of the mark
     */
    record Step(String what, long revision, long at, String note, int last, boolean hasRanges, Place place) {}

    Index(Codec codec) {
        this.codec = codec;
    }

    /** Takes a record; what it says holds when the batch has ended. */
    void take(Frames.Frame frame, byte[] body) {
        batch.add(reading(frame, body));
        if (frame.ends()) {
            batch.forEach(Runnable::run);
            batch.clear();
            end = frame.end();
        }
    }

    private Runnable reading(Frames.Frame frame, byte[] body) {
        return switch (frame.type()) {
            case META -> {
                Meta read = read(body, Meta.class);
                yield () -> meta = read;
            }
            case MARK -> {
                Mark read = read(body, Mark.class);
                yield () -> marked(read, new Place(frame.body(), frame.length(), 0));
            }
            case STAND_IN -> () -> {};
            case ITEM, ADDED -> {
                ByteBuffer header = ByteBuffer.wrap(body);
                int count = header.getInt();
                long key = header.getLong();
                boolean isPinned = header.get() != 0;
                int number = header.getInt();
                Place place = new Place(frame.body(), frame.length(), count);
                yield () -> item(frame.type(), number, place, key, isPinned);
            }
        };
    }

    private <T> T read(byte[] body, Class<T> type) {
        try {
            return codec.readKept(new String(body, StandardCharsets.UTF_8), type);
        } catch (JsonProcessingException wrong) {
            throw new IllegalStateException("a record with a good checksum is not what this version writes", wrong);
        }
    }

    private void item(Frames.Type type, int number, Place place, long key, boolean isPinned) {
        if (number > bodies.length) {
            int room = Math.max(number, bodies.length + (bodies.length >> 1));
            bodies = Arrays.copyOf(bodies, room);
            lengths = Arrays.copyOf(lengths, room);
            tokens = Arrays.copyOf(tokens, room);
        }
        for (int gap = last + 1; gap < number; gap++) {
            bodies[gap - 1] = LOST;
        }
        bodies[number - 1] = place.body();
        lengths[number - 1] = place.length();
        tokens[number - 1] = place.tokens();
        last = Math.max(last, number);
        if (isPinned) {
            pinned.set(number);
        }
        if (key != 0) {
            keys.merge(key, new int[] {number, number}, (old, now) -> new int[] {old[0], number});
        }
        if (type == Frames.Type.ITEM) {
            context.add(number);
            size++;
            sum += place.tokens();
            revision++;
        }
    }

    private void marked(Mark mark, Place place) {
        int[] ranges = mark.ranges();
        if (ranges != null) {
            Ranges now = Ranges.of(ranges);
            standIns = standIns(mark);
            context = new Ranges.Builder(now);
            size = now.size();
            sum = 0;
            for (int number : now.all()) {
                Place standIn = standIns.get(number);
                // Where a file is damaged a mark may speak of items that are not there.
                int its = number <= last ? tokens[number - 1] : 0;
                sum += standIn == null ? its : standIn.tokens();
            }
        }
        pinned = new BitSet();
        for (int number : Ranges.of(mark.pinned()).all()) {
            pinned.set(number);
        }
        revision = mark.revision();
        steps.add(new Step(mark.what(), revision, mark.at(), mark.note(), last, ranges != null, place));
    }

    static Map<Integer, Place> standIns(Mark mark) {
        Map<Integer, Place> read = new HashMap<>();
        mark.standIns().forEach(said -> read.put((int) said[0], Place.in(said)));
        return Map.copyOf(read);
    }

    Mark mark(byte[] body) {
        return read(body, Mark.class);
    }

    @Nullable
    Meta meta() {
        return meta;
    }

    /** Where what counts ends. */
    long end() {
        return end;
    }

    /** The highest number. */
    int last() {
        return last;
    }

    long revision() {
        return revision;
    }

    int size() {
        return size;
    }

    long tokens() {
        return sum;
    }

    /** Changes other than by appending, oldest first. */
    List<Step> steps() {
        return steps;
    }

    /** First and last number of what was appended with a key; null if nothing was. */
    int @Nullable [] seen(long key) {
        return keys.get(key);
    }

    /** What stands for an item in the context, if anything does. */
    @Nullable
    Place standIn(int number) {
        return standIns.get(number);
    }

    boolean isPinned(long number) {
        return number <= last && pinned.get((int) number);
    }

    View view(Meta now) {
        return new View(
                now, revision, context.build(), sum, last, new View.Places(bodies, lengths, tokens, standIns), (BitSet)
                        pinned.clone());
    }
}
