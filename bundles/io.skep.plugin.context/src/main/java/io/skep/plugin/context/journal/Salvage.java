// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.base.Codec;
import io.skep.plugin.context.journal.Mark.Place;
import io.skep.plugin.context.journal.Rewriter.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what is left of a session whose file is damaged. Used by one thread. */
final class Salvage {
    private final Rewriter rewriter;
    private final Index whole;
    private @Nullable Meta meta;
    private Ranges context = Ranges.EMPTY;
    private final Set<Long> standInsThere = new HashSet<>();
    private BitSet pinned = new BitSet();
    private long revision;

    Salvage(Codec codec) {
        this.rewriter = new Rewriter(codec);
        this.whole = new Index(codec);
    }

    /** Reads whatever records of a session's file are whole, also behind those that are not. */
    void read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FrameReader reader = new FrameReader(channel, 0);
            boolean more = true;
            while (more) {
                Frames.Frame frame = reader.next();
                if (frame == null) {
                    more = reader.position() < channel.size() && reader.skipDamage();
                } else {
                    take(file, frame, reader.body());
                }
            }
        }
        Meta itsMeta = whole.meta();
        if (itsMeta != null) {
            meta = itsMeta;
            View view = whole.view(itsMeta);
            context = view.context();
            pinned = view.pinned();
            revision = view.revision();
            view.places().standIns().forEach((number, place) -> {
                if (standInsThere.contains(place.body())) {
                    rewriter.standIns().put(number, new Source(file, place));
                }
            });
        }
    }

    /** A mark behind a gap says what the context is, whatever was in the gap. */
    private void take(Path file, Frames.Frame frame, byte[] body) {
        whole.take(frame, body);
        if (frame.type() == Frames.Type.STAND_IN) {
            standInsThere.add(frame.body());
        }
        if (frame.type() == Frames.Type.ITEM || frame.type() == Frames.Type.ADDED) {
            ByteBuffer header = ByteBuffer.wrap(body);
            rewriter.items()
                    .put(
                            header.getInt(Index.ITEM_HEADER),
                            new Source(file, new Place(frame.body(), frame.length(), header.getInt(0))));
        }
    }

    /** Adds what a checkpoint has and the file has not. */
    void add(Checkpoints.Read read) {
        if (meta == null) {
            meta = read.head().meta();
        }
        Ranges.Builder now = new Ranges.Builder();
        BitSet there = new BitSet();
        BitSet itsPins = new BitSet();
        for (int number : Ranges.of(read.head().pinned()).all()) {
            itsPins.set(number);
        }
        boolean isBehind = revision < read.head().revision();
        for (int number : Ranges.of(read.head().context()).all()) {
            Place place = read.items().get(number);
            if (place != null && !rewriter.items().containsKey(number)) {
                rewriter.items().put(number, new Source(read.file(), place));
                there.set(number);
                now.add(number);
            } else if (isBehind || itsPins.get(number)) {
                there.set(number);
                now.add(number);
            }
        }
        for (int number : context.all()) {
            if (!there.get(number) && (!isBehind || number > read.head().last())) {
                now.add(number);
            }
        }
        context = now.build();
        pinned.or(itsPins);
        revision = Math.max(revision, read.head().revision());
    }

    @Nullable
    Meta meta() {
        return meta;
    }

    Ranges context() {
        return context;
    }

    BitSet pinned() {
        return pinned;
    }

    long revision() {
        return revision;
    }

    Rewriter rewriter() {
        return rewriter;
    }
}
