// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final long NOW = 1_000_000;

    private final Durations durations = new Durations();
    private final List<Node> nodes = new ArrayList<>();

    private void took(String skills, long... millis) {
        List<Long> all = LongStream.of(millis).boxed().toList();
        durations.restore(Map.of(skills, new Durations.Kept(all, all), "*", new Durations.Kept(all, all)));
    }

    private void node(String id, TaskState state, String skills, long begunAt, String... dependsOn) {
        nodes.add(new Node(id, "root", List.of(dependsOn), skills, state, NOW, NOW, begunAt, "a", null));
    }

    private Forecast forecast() {
        return new Forecast(new Tree.View("root", "t", null, Map.of(), nodes, 0), durations, NOW);
    }

    @Test
    void tasksInLine_takeTheSum_andThoseBeside_theLongest() {
        took("a", 100, 100);
        took("b", 250);
        node("1", TaskState.QUEUED, "a", 0);
        node("2", TaskState.SUBMITTED, "a", 0, "1");
        node("3", TaskState.QUEUED, "b", 0);
        node("4", TaskState.COMPLETED, "b", 0);

        Forecast.Interval interval = forecast().interval("root");

        assertThat(interval).isEqualTo(new Forecast.Interval(250, 250, 250, 1));
        assertThat(forecast().criticalPath())
                .extracting(step -> step.node().id())
                .containsExactly("3");
        node("5", TaskState.SUBMITTED, "a", 0, "2", "4");
        assertThat(forecast().criticalPath())
                .extracting(step -> step.node().id())
                .containsExactly("1", "2", "5");
        assertThat(forecast().interval("root").likely()).isEqualTo(300);
    }

    @Test
    void timesThatSpread_makeAnInterval_andWherePathsMeetItIsLater() {
        long[] spread = LongStream.rangeClosed(1, 50).map(n -> n * 10).toArray();
        took("a", spread);
        node("1", TaskState.QUEUED, "a", 0);
        Forecast.Interval one = forecast().interval("root");
        assertThat(one.least()).isBetween(10L, 80L);
        assertThat(one.likely()).isBetween(180L, 330L);
        assertThat(one.most()).isBetween(430L, 500L);
        for (int i = 2; i < 12; i++) {
            node("" + i, TaskState.QUEUED, "a", 0);
        }

        assertThat(forecast().interval("root").likely())
                .as("the last of eleven ends later than one")
                .isGreaterThan(one.likely() + 80);
        assertThat(forecast().interval("root"))
                .as("the same each time")
                .isEqualTo(forecast().interval("root"));
    }

    @Test
    void taskUnderWay_isExpectedToTakeWhatIsLeftOfThoseThatTookLonger() {
        took("a", 100, 200, 900);
        node("1", TaskState.WORKING, "a", NOW - 150);
        assertThat(forecast().criticalPath().get(0).expectedMillis()).isEqualTo(400);

        nodes.clear();
        node("2", TaskState.WORKING, "a", NOW - 5000);
        assertThat(forecast().criticalPath().get(0).expectedMillis())
                .as("longer than all before: as long again")
                .isEqualTo(5000);
        assertThat(durations.draw("unknown", true, 0, new Random(1)))
                .as("of unknown skills: all are asked")
                .isPositive();
    }

    @Test
    void nothingIsKnown_nothingIsExpected() {
        node("1", TaskState.QUEUED, "a", 0);

        assertThat(forecast().interval("root")).isNull();
        assertThat(new Forecast(new Tree.View("root", "t", null, Map.of(), List.of(), 0), durations, NOW)
                        .criticalPath())
                .isEmpty();
    }

    @Test
    void skillsThatAreTooMany_areForgotten_butNotAllTogether() {
        for (int i = 0; i < 300; i++) {
            took("s" + i, 5);
        }

        assertThat(durations.kept()).hasSizeLessThanOrEqualTo(200).containsKey("*");
        assertThat(durations.samples("s299")).isEqualTo(1);
        assertThat(durations.samples("s0")).as("all together").isEqualTo(50);
    }
}
