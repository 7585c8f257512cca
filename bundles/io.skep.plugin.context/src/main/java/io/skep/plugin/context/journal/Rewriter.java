// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.base.Codec;
import io.skep.plugin.context.journal.Mark.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a session's file anew, with what shall stay of it, in the place of the old one. Used by one thread. */
final class Rewriter {
    /** In what file an item is, and where. */
    record Source(Path file, Place place) {}

    private final TreeMap<Integer, Source> items = new TreeMap<>();
    private final TreeMap<Integer, Source> standIns = new TreeMap<>();
    private final Codec codec;

    Rewriter(Codec codec) {
        this.codec = codec;
    }

    /** Items that stay, by number. */
    Map<Integer, Source> items() {
        return items;
    }

    /** What stands for items in the context. */
    Map<Integer, Source> standIns() {
        return standIns;
    }

    /**
     * Writes it all; durable when this returns.
     *
     * @param file that comes to be
     * @param context numbers, of which those stay that there are items of
     * @param pinned likewise
     */
    void write(Path file, Meta meta, long revision, long at, Ranges context, BitSet pinned) throws IOException {
        Path making = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                making, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            add(out, Frames.Type.META, true, json(meta));
            for (Source source : items.values()) {
                add(out, Frames.Type.ADDED, false, bytes(source));
            }
            List<long[]> said = new ArrayList<>();
            for (Map.Entry<Integer, Source> one : standIns.entrySet()) {
                byte[] body = bytes(one.getValue());
                long begins = add(out, Frames.Type.STAND_IN, false, body);
                said.add(new Place(begins, body.length, one.getValue().place().tokens()).of(one.getKey()));
            }
            BitSet pins = new BitSet();
            pinned.stream().filter(items::containsKey).forEach(pins::set);
            Ranges there = context.filter(items::containsKey);
            Mark mark = new Mark("rewritten", revision, at, "", there.pairs(), Batch.pairs(pins), said);
            add(out, Frames.Type.MARK, true, json(mark));
            out.force(true);
        }
        Files.move(making, file, StandardCopyOption.ATOMIC_MOVE);
        LogFiles.force(LogFiles.parent(file));
    }

    private byte[] json(Object value) {
        return codec.write(value).getBytes(StandardCharsets.UTF_8);
    }

    private static long add(FileChannel out, Frames.Type type, boolean ends, byte[] body) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(body.length + Frames.HEADER);
        Frames.add(frame, type, ends, body);
        ByteBuffer rest = ByteBuffer.wrap(frame.toByteArray());
        while (rest.hasRemaining()) {
            out.write(rest);
        }
        return out.position() - body.length;
    }

    private static byte[] bytes(Source source) throws IOException {
        return LogFiles.read(
                source.file(), source.place().body(), source.place().length());
    }
}
