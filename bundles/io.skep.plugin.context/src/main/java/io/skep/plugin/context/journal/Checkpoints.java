// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.Mark.Place;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The checkpoints of a session: each a file with everything in the context, and the SHA-256 of all before at its end. It is
 * there as a whole or not at all. Not thread-safe: whoever uses it has the lock of the session.
 */
final class Checkpoints {
    private static final String END = ".checkpoint";
    private static final int HASH = 32;
    private static final int BUFFER = 1 << 16;

    private final SessionLog log;

    /**
     * A checkpoint that was found to be whole.
     *
     * @param head what it says
     * @param items where the items of its context are in the file, by number
     */
    record Read(Path file, Checkpoint head, Map<Integer, Place> items) {}

    Checkpoints(SessionLog log) {
        this.log = log;
    }

    /** Those that there are, the newest first. */
    List<Path> files() throws IOException {
        return LogFiles.named(log.directory(), END).stream()
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    static long generation(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.length() - END.length()));
    }

    /** Writes one, and removes those beyond so many; answers its file. */
    Path write(View view, long at, int kept) throws IOException {
        List<Path> before = files();
        long next = before.isEmpty() ? 1 : generation(before.get(0)) + 1;
        Path file = log.directory().resolve(String.format(Locale.ROOT, "%010d%s", next, END));
        Path making = file.resolveSibling(file.getFileName() + ".new");
        Checkpoint head = new Checkpoint(
                view.meta(), view.revision(), at, view.last(), view.context().pairs(), Batch.pairs(view.pinned()));
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(
                        making,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
            byte[] json = log.codec().write(head).getBytes(StandardCharsets.UTF_8);
            add(out, digest, Frames.Type.META, json);
            int[] numbers = view.context().all();
            int i = 0;
            for (ContextItem item : log.items(view, view.context(), true)) {
                add(out, digest, Frames.Type.ITEM, Batch.body(item, view.tokens(numbers[i++]), 0));
            }
            out.write(digest.digest());
            out.flush();
            channel.force(true);
        }
        Files.move(making, file, StandardCopyOption.ATOMIC_MOVE);
        for (int i = kept - 1; i < before.size(); i++) {
            Files.deleteIfExists(before.get(i));
        }
        LogFiles.force(log.directory());
        return file;
    }

    private static void add(OutputStream out, MessageDigest digest, Frames.Type type, byte[] body) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(body.length + Frames.HEADER);
        Frames.add(frame, type, true, body);
        byte[] bytes = frame.toByteArray();
        digest.update(bytes);
        out.write(bytes);
    }

    /**
     * Reads one.
     *
     * @throws IOException if it is not whole
     */
    Read read(Path file) throws IOException {
        long size = Files.size(file);
        check(file, size);
        Map<Integer, Place> items = new TreeMap<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FrameReader reader = new FrameReader(channel, 0);
            if (reader.next() == null) {
                throw new IOException("it has no beginning");
            }
            Checkpoint head = log.codec().readKept(new String(reader.body(), StandardCharsets.UTF_8), Checkpoint.class);
            while (reader.position() < size - HASH) {
                Frames.Frame frame = reader.next();
                if (frame == null || frame.type() != Frames.Type.ITEM) {
                    throw new IOException("it is no checkpoint at byte " + reader.position());
                }
                ByteBuffer body = ByteBuffer.wrap(reader.body());
                items.put(body.getInt(Index.ITEM_HEADER), new Place(frame.body(), frame.length(), body.getInt(0)));
            }
            return new Read(file, head, items);
        }
    }

    private static void check(Path file, long size) throws IOException {
        if (size < HASH) {
            throw new IOException("it has " + size + " bytes only");
        }
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            long rest = size - HASH;
            while (rest > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
                if (read < 0) {
                    throw new IOException("it is shorter than it was");
                }
                digest.update(buffer, 0, read);
                rest -= read;
            }
            if (!MessageDigest.isEqual(digest.digest(), in.readNBytes(HASH))) {
                throw new IOException("its checksum is wrong");
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has it", impossible);
        }
    }
}
