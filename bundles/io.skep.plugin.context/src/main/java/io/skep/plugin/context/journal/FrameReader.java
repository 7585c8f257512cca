// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads records from a file one after the other, in large steps. Not thread-safe. */
final class FrameReader {
    private static final int STEP = 1 << 18;
    /** How far behind a record that cannot be read another one is looked for. */
    private static final int MAX_SEARCH = 64 << 20;

    private final FileChannel channel;
    private final long size;
    private long position;
    private ByteBuffer buffer = ByteBuffer.allocate(STEP).limit(0);
    private byte[] body = new byte[0];

    FrameReader(FileChannel channel, long from) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.position = from;
    }

    /** The next record, or null if there is none that is whole. */
    Frames.@Nullable Frame next() throws IOException {
        if (size - position < Frames.HEADER) {
            return null;
        }
        fill(Frames.HEADER);
        int length = buffer.getInt(buffer.position());
        if (length < 0 || length > Frames.MAX_BODY || length > size - position - Frames.HEADER) {
            return null;
        }
        fill(Frames.HEADER + length);
        int at = buffer.position();
        int crc = buffer.getInt(at + 4);
        byte kind = buffer.get(at + 8);
        if (!Frames.isType(kind)) {
            return null;
        }
        byte[] read = Arrays.copyOfRange(buffer.array(), at + Frames.HEADER, at + Frames.HEADER + length);
        if (Frames.crc(kind, read, length) != crc) {
            return null;
        }
        body = read;
        buffer.position(at + Frames.HEADER + length);
        long begins = position + Frames.HEADER;
        position = begins + length;
        return new Frames.Frame(Frames.type(kind), Frames.ends(kind), begins, length, crc);
    }

    /** The body of the record that was read last. */
    byte[] body() {
        return body;
    }

    /** Where the next record begins. */
    long position() {
        return position;
    }

    /** Goes to where the next whole record begins, if one is found; whether it is. */
    boolean skipDamage() throws IOException {
        long from = position;
        for (long at = from + 1; at <= size - Frames.HEADER && at - from <= MAX_SEARCH; at++) {
            seek(at);
            // An empty body of zeroes would look like a record.
            if (isPlausible() && next() != null) {
                seek(at);
                return true;
            }
        }
        seek(from);
        return false;
    }

    private boolean isPlausible() throws IOException {
        fill(Frames.HEADER);
        int length = buffer.getInt(buffer.position());
        return length > 0
                && length <= size - position - Frames.HEADER
                && length <= Frames.MAX_BODY
                && Frames.isType(buffer.get(buffer.position() + 8));
    }

    private void seek(long to) {
        long ahead = to - position;
        if (ahead >= 0 && ahead <= buffer.remaining()) {
            buffer.position(buffer.position() + (int) ahead);
        } else if (ahead < 0 && buffer.position() + ahead >= 0) {
            buffer.position(buffer.position() + (int) ahead);
        } else {
            buffer.position(0).limit(0);
        }
        position = to;
    }

    /** Has at least so many bytes in the buffer, which the file has. */
    private void fill(int wanted) throws IOException {
        if (buffer.remaining() >= wanted) {
            return;
        }
        ByteBuffer larger = buffer;
        if (wanted > buffer.capacity()) {
            larger = ByteBuffer.allocate(wanted + STEP);
        }
        int kept = buffer.remaining();
        byte[] rest = Arrays.copyOfRange(buffer.array(), buffer.position(), buffer.limit());
        larger.clear();
        larger.put(rest);
        while (larger.hasRemaining()) {
            int read = channel.read(larger, position + kept);
            if (read < 0) {
                break;
            }
            kept += read;
        }
        larger.flip();
        buffer = larger;
    }
}
