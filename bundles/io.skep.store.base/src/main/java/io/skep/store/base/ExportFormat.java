// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.store.StoreException;
import io.skep.api.store.TaskRow;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How the files of an export are written, big-endian. {@code shards}: how many there are (4 bytes). {@code log/N}, of shard
 * N: the number of its snapshot (8; 0 if it has none), the snapshot, then blocks of records: the number of the first (8),
 * how many (4), and what {@link Frames} makes of them; a block that begins at 0 is the end. {@code tasks}: rows of the
 * projection, each after a byte 1; a byte 0 is the end. What may have any length has it before it (4); -1 stands for none.
 * Below {@code files} are the files of other bundles as they are.
 */
final class ExportFormat {
    static final String HEADING = "skep-export 1";
    static final String SHARDS = "shards";
    static final String LOG = "log";
    static final String TASKS = "tasks";
    static final String FILES = "files";
    static final int ROWS = 500;
    static final int RECORDS = 1000;

    private ExportFormat() {}

    static void write(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        write(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    static byte @Nullable [] readOptional(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    static byte[] read(DataInputStream in) throws IOException {
        byte[] bytes = readOptional(in);
        if (bytes == null) {
            throw new StoreException("The export has nothing where something must be");
        }
        return bytes;
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(read(in), StandardCharsets.UTF_8);
    }

    private static @Nullable String readOptionalText(DataInputStream in) throws IOException {
        byte[] bytes = readOptional(in);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    static void write(DataOutputStream out, TaskRow row) throws IOException {
        out.writeByte(1);
        write(out, row.id());
        write(out, row.tenant());
        write(out, row.state());
        write(out, row.agent());
        write(out, row.text());
        out.writeLong(row.submittedAtMillis());
        Long ended = row.endedAtMillis();
        out.writeBoolean(ended != null);
        out.writeLong(ended == null ? 0 : ended);
        write(out, row.idempotencyKey());
        write(out, row.body());
    }

    /** The next row, null after the last one. */
    static @Nullable TaskRow readRow(DataInputStream in) throws IOException {
        if (in.readByte() == 0) {
            return null;
        }
        String id = readText(in);
        String tenant = readText(in);
        String state = readText(in);
        String agent = readOptionalText(in);
        String text = readText(in);
        long submitted = in.readLong();
        boolean isEnded = in.readBoolean();
        long ended = in.readLong();
        String key = readOptionalText(in);
        return new TaskRow(id, tenant, state, agent, text, submitted, isEnded ? ended : null, key, read(in));
    }
}
