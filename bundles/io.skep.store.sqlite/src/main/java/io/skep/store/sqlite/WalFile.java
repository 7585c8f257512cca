// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.store.sqlite.DatabaseFile.UnfitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Tells a write-ahead log that was cut by a crash from one that is damaged. SQLite takes the first frame with a wrong
 * checksum for the end, so damage in the middle would silently undo every commit behind it. But each commit is synced
 * before the next begins: a crash can spoil frames of the last transaction only. Where two or more commits stand at or
 * behind a spoiled frame, it was not a crash. (The format is that of SQLite's documentation, "WAL-mode file format".)
 */
final class WalFile {
    private static final int HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int MAGIC = 0x377f_0682;
    private static final int MIN_PAGE_BYTES = 512;
    private static final int MAX_PAGE_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int sum1;
    private int sum2;

    private WalFile(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
    }

    static void check(Path database) throws IOException, UnfitException {
        if (DatabaseFile.hasWal(database)) {
            Path wal = DatabaseFile.wal(database);
            try (FileChannel channel = FileChannel.open(wal, StandardOpenOption.READ)) {
                new WalFile(wal, channel).check();
            }
        }
    }

    private void check() throws IOException, UnfitException {
        ByteBuffer header = read(0, HEADER_BYTES);
        if (header.remaining() < HEADER_BYTES) {
            return; // Cut while it was made: nothing was committed.
        }
        order = (header.getInt(0) & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int pageBytes = header.getInt(8);
        boolean sound = (header.getInt(0) & ~1) == MAGIC
                && pageBytes >= MIN_PAGE_BYTES
                && pageBytes <= MAX_PAGE_BYTES
                && sums(header, 0, FRAME_HEADER_BYTES, header.getInt(24), header.getInt(28));
        if (!sound) {
            if (size > HEADER_BYTES + FRAME_HEADER_BYTES + MIN_PAGE_BYTES && header.getLong(0) != 0) {
                throw new UnfitException(file, "is damaged: its header has a wrong checksum");
            }
            return;
        }
        long spoiled = firstSpoiled(header.getLong(16), pageBytes);
        if (commitsFrom(spoiled, header.getLong(16), pageBytes) > 1) {
            throw new UnfitException(file, "is damaged: the frame at byte " + spoiled + " has a wrong checksum");
        }
    }

    /** Where the frames end that SQLite will accept. */
    private long firstSpoiled(long salt, int pageBytes) throws IOException {
        int length = FRAME_HEADER_BYTES + pageBytes;
        long at = HEADER_BYTES;
        while (at + length <= size) {
            ByteBuffer frame = read(at, length);
            boolean sound = frame.getLong(8) == salt;
            if (sound) {
                sums(frame, 0, 8, 0, 0);
                sound = sums(frame, FRAME_HEADER_BYTES, pageBytes, frame.getInt(16), frame.getInt(20));
            }
            if (!sound) {
                return at;
            }
            at += length;
        }
        return at;
    }

    /** How many frames of this generation from there on end a transaction. */
    private int commitsFrom(long from, long salt, int pageBytes) throws IOException {
        int commits = 0;
        int length = FRAME_HEADER_BYTES + pageBytes;
        for (long at = from; at + length <= size; at += length) {
            ByteBuffer header = read(at, FRAME_HEADER_BYTES);
            if (header.getLong(8) == salt && header.getInt(4) != 0) {
                commits++;
            }
        }
        return commits;
    }

    /** Takes bytes into the running checksum, and tells whether it is this now. */
    private boolean sums(ByteBuffer bytes, int from, int length, int expected1, int expected2) {
        ByteBuffer words = bytes.duplicate().order(order);
        for (int at = from; at < from + length; at += 8) {
            sum1 += words.getInt(at) + sum2;
            sum2 += words.getInt(at + 4) + sum1;
        }
        return sum1 == expected1 && sum2 == expected2;
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            // until it is there or the file ends
        }
        return bytes.flip();
    }
}
