// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Records in a file: length, checksum, type and body. Those that are written at once end with one that says so, and count
 * together or not at all.
 */
final class Frames {
    /** Bytes before a body. */
    static final int HEADER = 9;
    /** The longest body. */
    static final int MAX_BODY = 256 << 20;

    private static final int END = 0x80;

    /** What a record is. */
    enum Type {
        /** What is known of the session besides its items, as JSON; the last one counts. */
        META(0),
        /** An item, appended to the context. */
        ITEM(1),
        /** An item that a {@link #MARK} which comes in the same batch puts into the context. */
        ADDED(2),
        /** What stands for an item in the context that such a mark makes. */
        STAND_IN(3),
        /** A change of the context other than by appending. */
        MARK(4);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        byte kind(boolean ends) {
            return (byte) (code | (ends ? END : 0));
        }
    }

    /**
     * A record as found.
     *
     * @param type what it is
     * @param ends whether a batch ends with it
     * @param body where its body begins in the file
     * @param length of its body
     * @param crc its checksum
     */
    record Frame(Type type, boolean ends, long body, int length, int crc) {
        long end() {
            return body + length;
        }
    }

    private Frames() {}

    /** Adds a record to what is to be written; answers where its body begins there. */
    static int add(ByteArrayOutputStream out, Type type, boolean ends, byte[] body) {
        byte kind = type.kind(ends);
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.putInt(body.length).putInt(crc(kind, body, body.length)).put(kind);
        out.writeBytes(header.array());
        int begins = out.size();
        out.writeBytes(body);
        return begins;
    }

    static int crc(byte kind, byte[] body, int length) {
        CRC32C crc = new CRC32C();
        crc.update(kind);
        crc.update(length >>> 24);
        crc.update(length >>> 16);
        crc.update(length >>> 8);
        crc.update(length);
        crc.update(body, 0, length);
        return (int) crc.getValue();
    }

    static boolean isType(byte kind) {
        return (kind & 0x7f) < Type.values().length;
    }

    static Type type(byte kind) {
        return Type.values()[kind & 0x7f];
    }

    static boolean ends(byte kind) {
        return (kind & END) != 0;
    }
}
