// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.store.LogRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Records as a row of the log holds them, one after the other: length (4 bytes), CRC32C over shard, number and content
 * (4 bytes), content. The checksum covers the number so that a record in the wrong place is found as well.
 */
public final class Frames {
    /** What a record takes besides its content, in bytes. */
    public static final int OVERHEAD = 8;

    private static final int POSITION = Integer.BYTES + Long.BYTES;

    /** A row that does not hold what it should. */
    public static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        public DamagedException(String message) {
            super(message);
        }
    }

    private Frames() {}

    /** Encodes records; done by the threads that append, so that the one that writes only copies. */
    public static byte[] encode(int shard, long firstSeq, List<byte[]> records) {
        long size = 0;
        for (byte[] record : records) {
            size += OVERHEAD + record.length;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
        long seq = firstSeq;
        for (byte[] record : records) {
            out.putInt(record.length)
                    .putInt(crc(shard, seq++, record, 0, record.length))
                    .put(record);
        }
        return out.array();
    }

    /**
     * Decodes and checks the records from {@code fromSeq} on, and checks that the row holds exactly the numbers it says.
     *
     * @param out where to, up to a size of {@code limit}
     */
    public static void decode(
            int shard, long firstSeq, long lastSeq, byte[] row, long fromSeq, int limit, List<LogRecord> out)
            throws DamagedException {
        int at = 0;
        for (long seq = firstSeq; seq <= lastSeq; seq++) {
            if (at + OVERHEAD > row.length) {
                throw damaged(shard, seq, "is missing");
            }
            ByteBuffer head = ByteBuffer.wrap(row, at, OVERHEAD);
            int length = head.getInt();
            int crc = head.getInt();
            at += OVERHEAD;
            if (length < 0 || length > row.length - at) {
                throw damaged(shard, seq, "is cut off");
            }
            if (seq >= fromSeq && out.size() < limit) {
                if (crc(shard, seq, row, at, length) != crc) {
                    throw damaged(shard, seq, "has a wrong checksum");
                }
                out.add(new LogRecord(seq, Arrays.copyOfRange(row, at, at + length)));
            }
            at += length;
        }
        if (at != row.length) {
            throw damaged(shard, lastSeq, "is followed by something else");
        }
    }

    private static DamagedException damaged(int shard, long seq, String how) {
        return new DamagedException("record " + seq + " of shard " + shard + " " + how);
    }

    private static int crc(int shard, long seq, byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(POSITION).putInt(shard).putLong(seq).flip());
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** The checksum of a part of a snapshot. */
    public static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
