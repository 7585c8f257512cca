// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import io.skep.plugin.base.Codec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskPerformanceTest {
    private static final long DAY = Profile.DAY;

    private final Codec codec = new Codec();
    private final Map<String, Object> documents = new TreeMap<>();
    private Performance performance = new Performance(codec, 10, new Kept());

    /** As the vault does it: by way of JSON. */
    private final class Kept implements Performance.Source {
        @Override
        public <T> Optional<T> read(String key, Class<T> type) {
            return Optional.ofNullable(documents.get(key)).map(value -> parse(value, type));
        }

        @Override
        public <T> List<T> readAll(String prefix, Class<T> type) {
            List<T> all = new ArrayList<>();
            documents.forEach((key, value) -> {
                if (key.startsWith(prefix)) {
                    all.add(parse(value, type));
                }
            });
            return all;
        }

        private <T> T parse(Object value, Class<T> type) {
            try {
                return codec.readKept(codec.write(value), type);
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void swap() {
        performance.changes().forEach((key, value) -> documents.put(key, value.orElseThrow()));
        performance = new Performance(codec, 10, new Kept());
    }

    /** A task whose attempts took so long, in milliseconds; the last one is completed. */
    private static Task task(String id, @Nullable String input, long queuedAt, long wait, long... took) {
        List<Attempt> attempts = new ArrayList<>();
        long at = queuedAt + wait;
        for (int i = 0; i < took.length; i++) {
            boolean last = i == took.length - 1;
            attempts.add(new Attempt(
                    i + 1,
                    "alice",
                    time(at),
                    time(at),
                    time(at + took[i]),
                    last ? AttemptEnd.COMPLETED : AttemptEnd.FAILED,
                    last ? null : "it broke",
                    null,
                    new Usage(10, 100)));
            at += took[i];
        }
        return new Task(
                id,
                TaskSpec.of("x").input(input).skills("java").tenant("t").build(),
                TaskState.COMPLETED,
                "",
                time(queuedAt),
                time(at),
                Set.of(),
                null,
                attempts,
                null,
                null,
                null,
                "1",
                null,
                time(queuedAt),
                0,
                null,
                null,
                null);
    }

    private static Instant time(long millis) {
        return Instant.ofEpochMilli(millis);
    }

    @Test
    void rows_sayWhatTasksTookAndCost() {
        performance.ended(task("a", "{\"type\":\"report\"}", 1_000, 2_000, 1_000, 3_000));
        performance.ended(task("b", "{\"type\":\"report\"}", 1_000, 2_000, 4_000));
        performance.ended(task("c", "{\"type\":7}", 1_000, 0, 1_000));
        performance.ended(task("d", "no \"type\" at all", 1_000, 0, 1_000));
        List<Performance.Row> rows = performance.rows("type", null, 10_000);
        assertThat(rows).extracting(Performance.Row::name).containsExactly("java", "report");
        Performance.Row report = rows.get(1);
        assertThat(report.attemptsPerTask()).isEqualTo(1.5);
        assertThat(report.waitSecondsP50()).isBetween(2.0, 2.02);
        assertThat(report.runSecondsP99()).isBetween(4.0, 4.04);
        assertThat(report.costMicros()).isEqualTo(300);
        assertThat(performance.rows("agent", "alice", 10_000)).hasSize(1);
        assertThat(performance.rows("agent", "bob", 10_000)).isEmpty();
    }

    @Test
    void figures_areOfThisDayAndTheDayBefore() {
        performance.ended(task("a", null, 1_000, 0, 1));
        performance.ended(task("b", null, DAY + 1_000, 0, 1));
        assertThat(performance.rows("tenant", "t", DAY + 2_000).get(0).tasks()).isEqualTo(2);
        swap();
        assertThat(performance.rows("tenant", "t", 2 * DAY).get(0).tasks()).isEqualTo(1);
        assertThat(performance.rows("tenant", "t", 9 * DAY).get(0).tasks()).isZero();
    }

    @Test
    void ofTooManyNames_theOneNotHeardOfForLongestIsForgotten() {
        for (int i = 0; i < 12; i++) {
            performance.ended(task("a", "{\"type\":\"t" + i + "\"}", 1_000, 0, 1));
            performance.ended(task("a", "{\"type\":\"t0\"}", 1_000, 0, 1));
        }
        swap();
        assertThat(performance.rows("type", null, 2_000))
                .hasSize(10)
                .extracting(Performance.Row::name)
                .contains("t0", "t11")
                .doesNotContain("t1", "t2");
        assertThat(documents.keySet())
                .filteredOn(key -> key.startsWith("profile.type."))
                .hasSize(10);
    }

    @Test
    void slowest_areSaidWithTheReason_alsoAfterASwap() {
        for (int i = 0; i < 30; i++) {
            performance.ended(task("n" + i, null, 1_000, 10, 100));
        }
        performance.ended(task("waits", null, 1_000, 60_000, 100));
        performance.ended(task("fails", null, 1_000, 10, 5_000, 5_000, 100));
        performance.ended(task("runs", null, 1_000, 10, 20_000));
        swap();
        List<Extremes.Extreme> run = performance.extremes("run", 2, 100_000);
        assertThat(run).extracting(Extremes.Extreme::task).containsExactly("runs", "fails");
        assertThat(run.get(0).reason()).isEqualTo("its last attempt took 20.0 s; the median of its type is 0.1 s");
        assertThat(run.get(1).reason())
                .isEqualTo("2 earlier attempts took 10.0 s of 10.1 s; of the last of them: it broke");
        assertThat(performance.extremes("wait", 1, 100_000).get(0).reason())
                .isEqualTo("no agent had it for 60.0 s; the median of its type is 0.0 s");
        assertThat(performance.extremes("cost", 1, 100_000).get(0).task()).isEqualTo("fails");
        assertThat(performance.extremes("run", 20, 100_000)).hasSize(Extremes.MOST);
        assertThat(performance.extremes("run", 20, 3 * DAY)).isEmpty();
    }

    @Test
    void newVersionOfAnAgentOrAPlugin_thatIsSlower_isFound() {
        performance.sees("agent", "alice", "1", 0);
        performance.sees("plugin", "routing", "1", 0);
        for (int i = 0; i < 50; i++) {
            performance.ended(task("a" + i, null, 1_000, 100 + i, 100 + i));
        }
        swap();
        performance.sees("agent", "alice", "1", 50_000);
        performance.sees("plugin", "routing", "1", 50_000);
        performance.sees("agent", "alice", "2", 60_000);
        performance.sees("plugin", "routing", "2", 60_000);
        performance.ended(task("early", null, 59_000, 100, 60_000));
        for (int i = 0; i < 50; i++) {
            performance.ended(task("b" + i, null, 60_000, 1_000 + i, 200 + i));
        }
        Performance.Regressions found = performance.regressions();
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.found())
                .extracting(one -> one.kind() + ' ' + one.measure() + ' ' + one.from() + "->" + one.to())
                .containsExactlyInAnyOrder("agent run 1->2", "plugin run 1->2", "plugin wait 1->2");
        assertThat(found.found())
                .extracting(Comparison.Regression::samples)
                .as("what began before that version was seen is not its work")
                .containsOnly(50);
        performance.retain("plugin", Set.of());
        assertThat(performance.regressions().compared())
                .as("what was learned stays")
                .isEqualTo(3);
    }
}
