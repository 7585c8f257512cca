// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import io.skep.api.event.Event;
import io.skep.api.store.LogRecord;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a record of the log as an event, without the state that it was a change of. */
public final class EventCodec {
    private static final TaskSpec UNKNOWN = TaskSpec.of("?").build();

    private EventCodec() {}

    /** The event. */
    public static Event decode(int shard, LogRecord record) throws IOException {
        return ChangeCodec.decode(record.body(), EventCodec::placeholder).event(shard, record.seq());
    }

    /** An event says nothing of the specification, so that any will do. */
    private static @Nullable Task placeholder(String id) {
        return new Task(
                id,
                UNKNOWN,
                TaskState.QUEUED,
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                Set.of(),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null);
    }
}
