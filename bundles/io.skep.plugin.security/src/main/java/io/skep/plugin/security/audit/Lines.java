// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a part of a file, one after the other, without their line feeds. Not thread-safe. */
final class Lines implements Closeable {
    /** A line is at most this long; what is longer is no event. */
    static final int LONGEST = 1 << 20;

    private static final int CHUNK = 1 << 16;

    private final FileChannel channel;
    private final long end;
    private byte[] buffer = new byte[CHUNK];
    private int from;
    private int to;
    /** In the file, of what is at {@link #from}. */
    private long position;

    private boolean torn;

    /** Reads from one offset up to another, or the end of the file. */
    Lines(Path file, long start, long end) throws IOException {
        channel = FileChannel.open(file);
        this.end = Math.min(end, channel.size());
        channel.position(start);
        position = start;
    }

    /** The next line; null at the end. */
    byte @Nullable [] next() throws IOException {
        int searched = from;
        while (true) {
            for (int i = searched; i < to; i++) {
                if (buffer[i] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, from, i);
                    position += line.length + 1L;
                    from = i + 1;
                    return line;
                }
            }
            searched = to - from;
            if (searched > LONGEST || !fill()) {
                torn = to > from;
                return torn ? rest() : null;
            }
        }
    }

    private byte[] rest() {
        byte[] rest = Arrays.copyOfRange(buffer, from, to);
        position += rest.length;
        from = to;
        return rest;
    }

    /** Moves what is left to the beginning of the buffer and reads on behind it. */
    private boolean fill() throws IOException {
        byte[] room = to - from + CHUNK > buffer.length ? new byte[to - from + CHUNK] : buffer;
        System.arraycopy(buffer, from, room, 0, to - from);
        buffer = room;
        to -= from;
        from = 0;
        long left = end - channel.position();
        int read = left <= 0 ? 0 : channel.read(ByteBuffer.wrap(buffer, to, (int) Math.min(left, CHUNK)));
        to += Math.max(0, read);
        return read > 0;
    }

    /** Whether the last line had no line feed, or was too long. */
    boolean isTorn() {
        return torn;
    }

    /** The offset in the file behind the last line. */
    long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
