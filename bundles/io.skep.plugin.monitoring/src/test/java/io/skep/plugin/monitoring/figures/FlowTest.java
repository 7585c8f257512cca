// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.Event;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlowTest {
    private final List<String> took = new ArrayList<>();
    private final Flow flow = new Flow(3, 60_000, new Flow.Listener() {
        @Override
        public void waited(long at, long millis) {
            took.add("waited " + millis);
        }

        @Override
        public void ran(long at, long millis) {
            took.add("ran " + millis);
        }
    });
    private long seq;

    private void told(String type, String task, @Nullable String agent, long token, long at) {
        flow.told(new Event(0, ++seq, Instant.ofEpochMilli(at), type, task, "", agent, token));
    }

    private double figure(String name, long now, String... label) {
        List<Figure> figures = new ArrayList<>();
        flow.figures(now, figures);
        return new Board(Instant.EPOCH, figures)
                .named(name, label.length == 0 ? Map.of() : Map.of(label[0], label[1])).stream()
                        .mapToDouble(Figure::value)
                        .findFirst()
                        .orElse(-1);
    }

    static Task held(String id, long since) {
        Instant at = Instant.ofEpochMilli(since);
        Attempt attempt = new Attempt(1, "alice", at, at, null, null, null, null, Usage.NONE);
        return new Task(
                id,
                TaskSpec.of("x").build(),
                TaskState.WORKING,
                "",
                at,
                at,
                Set.of(),
                null,
                List.of(attempt),
                null,
                null,
                null,
                null,
                null,
                at,
                0,
                null,
                null,
                null);
    }

    @Test
    void attempts_areTimed_eachFromTheQueueOn() {
        told("task.submitted", "a", null, 0, 0);
        told("task.queued", "a", null, 0, 1_000);
        told("task.assigned", "a", "alice", 1, 3_000);
        told("task.working", "a", "alice", 1, 3_500);
        told("task.queued", "a", "alice", 1, 10_000);
        told("task.working", "a", "bob", 2, 11_000);
        told("task.in-review", "a", "bob", 2, 13_000);
        told("task.completed", "a", "bob", 2, 20_000);
        assertThat(took).containsExactly("waited 2000", "ran 7000", "waited 1000", "ran 2000");
        assertThat(figure("skep_task_wait_seconds", 20_000, "quantile", "0.5")).isBetween(1.0, 1.01);
        assertThat(figure("skep_attempt_run_seconds", 20_000, "quantile", "0.999"))
                .isBetween(7.0, 7.07);
        assertThat(figure("skep_attempt_run_seconds_sum", 20_000)).isEqualTo(9);
        assertThat(figure("skep_attempt_run_seconds", 400_000, "quantile", "0.5"))
                .as("nothing ended in the window")
                .isEqualTo(-1);
        assertThat(figure("skep_tasks_held", 20_000)).isZero();
    }

    @Test
    void rates_areOfWholeSeconds_whereEventsHappened() {
        for (int i = 0; i < 120; i++) {
            told("task.queued", "a", null, 0, 500L * i);
            told("task.canceled", "a", null, 0, 500L * i);
        }
        assertThat(figure("skep_task_transitions_per_second", 60_000, "state", "queued"))
                .isEqualTo(2);
        assertThat(figure("skep_task_transitions_per_second", 90_000, "state", "queued"))
                .isEqualTo(1);
        assertThat(figure("skep_task_transitions_total", 1_000_000, "state", "canceled"))
                .isEqualTo(120);
        told("task.queued", "a", null, 0, 1_000_000);
        told("task.queued", "a", null, 0, 5_000);
        assertThat(figure("skep_task_transitions_total", 0, "state", "queued")).isEqualTo(122);
    }

    @Test
    void taskOfWhichNothingIsHeard_isStuck_untilSomethingIs() {
        told("task.working", "a", "alice", 1, 0);
        told("task.working", "b", "alice", 1, 1_000);
        told("task.input-required", "c", "alice", 1, 0);
        assertThat(flow.stuck(60_000, 9)).isEmpty();
        assertThat(flow.stuck(61_001, 9)).as("a person may take their time").containsExactly("a", "b");
        told("task.progress", "a", "alice", 1, 61_000);
        assertThat(flow.stuck(61_001, 9)).containsExactly("b");
        assertThat(figure("skep_tasks_stuck", 61_001)).isEqualTo(1);
        told("agent.lost", "a", "a", 0, 200_000);
        assertThat(flow.stuck(122_000, 9)).contains("a");
    }

    @Test
    void ofTooMany_theRestIsNotTimed_andThatIsCounted() {
        for (int i = 0; i < 5; i++) {
            told("task.queued", "t" + i, null, 0, 1_000);
            told("task.working", "t" + i, "alice", 1, 2_000);
        }
        assertThat(took).hasSize(3);
        assertThat(figure("skep_monitoring_untimed_tasks_total", 0)).isEqualTo(4);
    }

    @Test
    void whatAgentsHold_correctsWhatTheEventsSaid() {
        told("task.working", "a", "alice", 1, 0);
        flow.check(List.of(held("b", 2_000)), 3_000, true);
        assertThat(figure("skep_tasks_held", 0)).as("a may be on its way still").isEqualTo(2);
        flow.check(List.of(held("b", 2_000)), 6_000, true);
        assertThat(figure("skep_tasks_held", 0)).isEqualTo(1);
        assertThat(figure("skep_monitoring_corrections_total", 0)).isEqualTo(2);
        told("task.completed", "b", "alice", 1, 7_000);
        assertThat(took).containsExactly("ran 5000");
    }
}
