// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.api.Refusal;
import io.skep.plugin.base.Codec;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.Index.Step;
import io.skep.plugin.context.journal.Mark.Place;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One change of a session while it is being made: what is so before it, and what it writes. Used by one thread. */
public final class Batch {
    private final Index index;
    private final Codec codec;
    private final Meta meta;
    private final List<Piece> records = new ArrayList<>();
    private final List<ContextItem> appended = new ArrayList<>();
    private int next;
    private long bytes;

    private record Piece(Frames.Type type, byte[] body) {}

    Batch(Index index, Codec codec, Meta meta) {
        this.index = index;
        this.codec = codec;
        this.meta = meta;
        this.next = index.last() + 1;
    }

    /** What is known of the session. */
    public Meta meta() {
        return meta;
    }

    /** The revision before the change. */
    public long revision() {
        return index.revision();
    }

    /** The number that the next item gets. */
    public int next() {
        return next;
    }

    /** Bytes that the file has before the change. */
    public long fileBytes() {
        return index.end();
    }

    /** Bytes that the change has by now. */
    public long bytes() {
        return bytes;
    }

    /** First and last number of what was appended with a key before; null if nothing was. */
    public int @Nullable [] seen(long key) {
        return index.seen(key);
    }

    /** The session before the change. */
    public View before() {
        return index.view(meta);
    }

    /** Whether the context was changed after a revision otherwise than by appending. */
    public boolean hasChangedSince(long since) {
        return index.steps().stream().anyMatch(step -> step.revision() > since);
    }

    /** Whether an item of that number must stay. */
    public boolean isPinned(long number) {
        return index.isPinned(number);
    }

    /** Appends an item, of which the number is {@link #next}; with a key, or 0 for none. */
    public void append(ContextItem item, int tokens, long key) {
        add(Frames.Type.ITEM, body(item, tokens, key));
        appended.add(item);
        next++;
    }

    /** Has an item that a {@link #replace} of the same change can put into the context; its number is {@link #next}. */
    public void add(ContextItem item, int tokens) {
        add(Frames.Type.ADDED, body(item, tokens, 0));
        appended.add(item);
        next++;
    }

    /** What is known of the session from now on. */
    public void meta(Meta now) {
        add(Frames.Type.META, json(now));
    }

    /** Items that the change has written, with their numbers. */
    public List<ContextItem> written() {
        return appended;
    }

    /**
     * Puts another context in the place of the present one.
     *
     * @param what a word for it
     * @param context numbers in order
     * @param standIns for each item for which something else stands there: an item of the same number, and its tokens
     */
    public void replace(String what, long at, String note, Ranges context, Map<Integer, StandIn> standIns) {
        replace(what, at, note, context, standIns, pins());
    }

    /** The same, with these items pinned and no others. */
    public void replace(
            String what, long at, String note, Ranges context, Map<Integer, StandIn> standIns, BitSet pins) {
        List<long[]> said = new ArrayList<>();
        new TreeMap<>(standIns).forEach((number, standIn) -> {
            Place place = standIn.place();
            if (place == null) {
                byte[] body = body(Objects.requireNonNull(standIn.item()), standIn.tokens(), 0);
                add(Frames.Type.STAND_IN, body);
                place = new Place(index.end() + bytes - body.length, body.length, standIn.tokens());
            }
            said.add(place.of(number));
        });
        mark(new Mark(what, index.revision() + 1, at, note, context.pairs(), pairs(pins), said));
    }

    /**
     * What stands for an item.
     *
     * @param item of the same number; null if it is in the file already
     * @param tokens of it
     * @param place where it is in the file, or null
     */
    public record StandIn(
            @Nullable ContextItem item,
            int tokens,
            @Nullable Place place) {}

    /** What stands for items in a view of this session, but for some. */
    public static Map<Integer, StandIn> standIns(View of, BitSet but) {
        Map<Integer, StandIn> kept = new TreeMap<>();
        of.places().standIns().forEach((number, place) -> {
            if (!but.get(number)) {
                kept.put(number, new StandIn(null, place.tokens(), place));
            }
        });
        return kept;
    }

    /** What stands for an item now, if something does; the caller has seen that it is this one. */
    public @Nullable StandIn kept(ContextItem item) {
        Place place = index.standIn(Math.toIntExact(item.number()));
        return place == null ? null : new StandIn(item, place.tokens(), place);
    }

    /** Has these items pinned and no others, and the context as it is. */
    public void pin(long at, String note, BitSet pins) {
        mark(new Mark("pinned", index.revision() + 1, at, note, null, pairs(pins), List.of()));
    }

    /** Numbers of what is pinned, with what this change has appended. */
    public BitSet pins() {
        BitSet pins = index.view(meta).pinned();
        appended.stream().filter(ContextItem::pinned).forEach(item -> pins.set((int) item.number()));
        return pins;
    }

    /** The steps by which the context has changed otherwise than by appending, oldest first. */
    List<Step> steps() {
        return index.steps();
    }

    private void mark(Mark mark) {
        add(Frames.Type.MARK, json(mark));
    }

    private byte[] json(Object value) {
        return codec.write(value).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] body(ContextItem item, int tokens, long key) {
        byte[] coded = ItemCodec.encode(item);
        ByteBuffer body = ByteBuffer.allocate(Index.ITEM_HEADER + coded.length);
        body.putInt(tokens).putLong(key).put((byte) (item.pinned() ? 1 : 0)).put(coded);
        return body.array();
    }

    static int[] pairs(BitSet set) {
        Ranges.Builder pairs = new Ranges.Builder();
        set.stream().forEach(pairs::add);
        return pairs.build().pairs();
    }

    private void add(Frames.Type type, byte[] body) {
        if (body.length > Frames.MAX_BODY) {
            throw Refusal.of(Refusal.Reason.TOO_LARGE, "a record of " + body.length + " bytes is too large");
        }
        records.add(new Piece(type, body));
        bytes += Frames.HEADER + body.length;
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** What is to be written. */
    byte[] coded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.toIntExact(bytes));
        for (int i = 0; i < records.size(); i++) {
            Frames.add(
                    out,
                    records.get(i).type(),
                    i == records.size() - 1,
                    records.get(i).body());
        }
        return out.toByteArray();
    }

    /** Has the index take what has been written. */
    void taken(byte[] coded, long from) {
        int at = 0;
        for (int i = 0; i < records.size(); i++) {
            byte[] body = records.get(i).body();
            at += Frames.HEADER;
            index.take(
                    new Frames.Frame(
                            records.get(i).type(),
                            i == records.size() - 1,
                            from + at,
                            body.length,
                            ByteBuffer.wrap(coded).getInt(at - Frames.HEADER + 4)),
                    body);
            at += body.length;
        }
    }

    /** Whether two items are the same to the last character, pinned or not. */
    public static boolean same(ContextItem one, ContextItem other) {
        return Arrays.equals(ItemCodec.encode(one), ItemCodec.encode(other));
    }
}
