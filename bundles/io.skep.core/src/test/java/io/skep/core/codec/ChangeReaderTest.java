// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.store.LogRecord;
import io.skep.api.task.Task;
import io.skep.core.state.Change;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeReaderTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00.123Z");

    private final RandomThings random = new RandomThings(12);

    @Test
    void records_areReadOneAfterTheOther_howeverLong() throws IOException {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            changes.add(Change.of(random.task(), T0));
            changes.add(Change.of(random.agent(), T0));
            changes.add(Change.of(random.plugin(), "promoted", T0));
            changes.add(Change.of(random.document(), T0));
        }
        changes.add(7, Change.of(random.task("ä\uD83D\uDE00\u0000\"\\\n".repeat(20_000)), T0));

        try (ChangeReader reader = new ChangeReader(records(changes))) {
            for (Change change : changes) {
                assertThat(reader.read(id -> null)).isEqualTo(change);
            }
        }
    }

    @Test
    void recordThatCannotBeRead_hindersNoOther() throws IOException {
        Task task = random.task();
        Change first = Change.of(random.task(), T0);
        Change last = Change.of(random.agent(), T0);
        List<LogRecord> records = List.of(
                record(1, ChangeCodec.encode(first, null)),
                record(2, ChangeCodec.encode(Change.of(task, T0), task)),
                record(3, "[]".getBytes(StandardCharsets.UTF_8)),
                record(4, new byte[0]),
                record(5, ChangeCodec.encode(last, null)));

        try (ChangeReader reader = new ChangeReader(records)) {
            assertThat(reader.read(id -> null)).isEqualTo(first);
            assertThatThrownBy(() -> reader.read(id -> null))
                    .isInstanceOf(UnknownTaskException.class)
                    .hasMessageContaining(task.id());
            assertThatIOException().isThrownBy(() -> reader.read(id -> null));
            assertThatIOException().isThrownBy(() -> reader.read(id -> null));
            assertThat(reader.read(id -> null)).isEqualTo(last);
        }
    }

    @Test
    void tasks_shareWhatTheyHaveInCommon() throws IOException {
        Change one = Change.of(random.task(), T0);
        List<LogRecord> twice = records(List.of(one, one));

        try (ChangeReader reader = new ChangeReader(twice)) {
            Task task = reader.read(id -> null).task();
            Task same = reader.read(id -> null).task();
            assertThat(same).isEqualTo(task).isNotSameAs(task);
            assertThat(same.cause()).isSameAs(task.cause());
            assertThat(same.spec().skills()).isSameAs(task.spec().skills());
            assertThat(same.spec().tenant()).isSameAs(task.spec().tenant());
        }
    }

    private static List<LogRecord> records(List<Change> changes) {
        List<LogRecord> records = new ArrayList<>();
        changes.forEach(change -> records.add(record(records.size() + 1, ChangeCodec.encode(change, null))));
        return records;
    }

    private static LogRecord record(long seq, byte[] body) {
        return new LogRecord(seq, body);
    }
}
