// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.store.TaskRow;
import io.skep.api.task.Task;
import io.skep.core.EngineHarness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogRowsTest {
    private static Map<String, TaskRow> rows(EngineHarness h) {
        Map<String, TaskRow> rows = new HashMap<>();
        LogRows source = new LogRows(h.log());
        for (int shard = 0; shard < EngineHarness.SHARDS; shard++) {
            source.rows(shard, chunk -> chunk.forEach(row -> rows.put(row.id(), row)));
        }
        return rows;
    }

    private static void assertSameAsInMemory(EngineHarness h, List<Task> submitted) {
        Map<String, TaskRow> rows = rows(h);
        assertThat(rows).hasSize(submitted.size());
        for (Task task : submitted) {
            Task now = h.task(task);
            assertThat(rows.get(task.id())).usingRecursiveComparison().isEqualTo(Projector.row(now));
        }
    }

    @Test
    void rows_areTheTasksAsTheyStand_endedOnesWithTheTimeOfTheirEnd() {
        EngineHarness h = new EngineHarness();
        List<Task> submitted = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            submitted.add(h.submit("t" + i));
        }
        h.get(h.tasks().cancel(submitted.get(3).id(), "no more"));

        assertSameAsInMemory(h, submitted);
        Map<String, TaskRow> rows = rows(h);
        assertThat(rows.get(submitted.get(3).id()).endedAtMillis())
                .isEqualTo(h.clock().instant().toEpochMilli());
        assertThat(rows.get(submitted.get(4).id()).endedAtMillis()).isNull();
    }

    @Test
    void rows_comeFromTheSnapshot_whereTheLogWasTrimmed() {
        EngineHarness h = new EngineHarness(
                EngineHarness.settings()
                        .with("snapshotRecords", 10)
                        .with("retainedEvents", 0)
                        .build(),
                1);
        List<Task> submitted = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            submitted.add(h.submit("t" + i));
        }
        Task changing = submitted.get(0);
        for (int i = 0; i < 50; i++) {
            h.get(h.tasks().cancel(changing.id(), "no more"));
            h.get(h.tasks().retry(changing.id()));
        }
        assertThat(h.log().firstSeq(changing.shard())).isGreaterThan(1);
        assertSameAsInMemory(h, submitted);
    }
}
