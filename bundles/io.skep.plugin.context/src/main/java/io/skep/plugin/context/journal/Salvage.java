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
import java.util.Objects;
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

    /**
     * Adds what a checkpoint has and the file has not. The context is that of the last change that says it as a whole, be
     * that in the checkpoint or later in the file, with what was appended after it and what must stay.
     */
    void add(Checkpoints.Read read) throws IOException {
        if (meta == null) {
            meta = read.head().meta();
        }
        Ranges kept = Ranges.of(read.head().context());
        BitSet itsPins = new BitSet();
        for (int number : Ranges.of(read.head().pinned()).all()) {
            itsPins.set(number);
        }
        boolean isLater = whole.steps().stream()
                .anyMatch(step -> step.hasRanges() && step.revision() > read.head().revision());
        if (!isLater) {
            rewriter.standIns().clear();
        }
        for (int number : kept.all()) {
            Source source = new Source(read.file(), Objects.requireNonNull(read.items().get(number)));
            Source there = rewriter.items().putIfAbsent(number, source);
            if (!isLater && there != null && !isSame(source, there)) {
                rewriter.standIns().put(number, source);
            }
        }
        Ranges.Builder now = new Ranges.Builder(isLater ? context : kept);
        BitSet there = new BitSet();
        for (int number : (isLater ? context : kept).all()) {
            there.set(number);
        }
        Ranges others = isLater ? kept : context;
        for (int number : others.all()) {
            boolean isWanted = isLater ? itsPins.get(number) : number > read.head().last();
            if (isWanted && !there.get(number)) {
                now.add(number);
            }
        }
        context = now.build();
        pinned.or(itsPins);
        revision = Math.max(revision, read.head().revision());
    }

    /** Whether two items are the same but for whether they are pinned and what they cost. */
    private static boolean isSame(Source one, Source other) throws IOException {
        return bytes(one).equals(bytes(other));
    }

    private static ByteBuffer bytes(Source source) throws IOException {
        byte[] body = LogFiles.read(source.file(), source.place().body(), source.place().length());
        return ByteBuffer.wrap(body).position(Index.ITEM_HEADER);
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
