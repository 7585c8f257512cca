// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.store.LogRecord;
import io.skep.api.task.Task;
import io.skep.core.state.Change;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of the log one after the other with one parser: to make one for each takes as long as to read a short
 * record. Not thread-safe.
 */
public final class ChangeReader implements AutoCloseable {
    private final List<LogRecord> records;
    private int next;
    private @Nullable JsonParser parser;

    /** Of these records. */
    public ChangeReader(List<LogRecord> records) {
        this.records = records;
    }

    /**
     * The change of the next record; if it cannot be read, a further call goes on with the one behind it.
     *
     * @param known the task of an id as it was before
     * @throws UnknownTaskException if it has no specification and {@code known} has none either
     * @throws IOException if the record is none of {@link ChangeCodec}'s
     */
    public Change read(Function<String, @Nullable Task> known) throws IOException {
        JsonParser in = parser == null ? open() : parser;
        parser = null;
        next++;
        try {
            if (records.get(next - 1).body().length == 0) {
                // The parser would take the one behind for it.
                throw new IOException("an empty record");
            }
            Change change = Json.next(in, value -> ChangeCodec.read(value, known));
            parser = in;
            return change;
        } finally {
            if (parser == null) {
                in.close();
            }
        }
    }

    private JsonParser open() throws IOException {
        return Json.FACTORY.createParser(new Bodies(records.subList(next, records.size())));
    }

    @Override
    public void close() throws IOException {
        if (parser != null) {
            parser.close();
        }
    }

    /** The contents of records, one behind the other. */
    private static final class Bodies extends InputStream {
        private final List<LogRecord> records;
        private int index;
        private int offset;

        Bodies(List<LogRecord> records) {
            this.records = records;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            int filled = 0;
            while (filled < length && index < records.size()) {
                byte[] body = records.get(index).body();
                int count = Math.min(length - filled, body.length - offset);
                System.arraycopy(body, offset, into, from + filled, count);
                filled += count;
                offset += count;
                if (offset == body.length) {
                    index++;
                    offset = 0;
                }
            }
            return filled == 0 && length > 0 ? -1 : filled;
        }
    }
}
