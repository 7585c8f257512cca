// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.task.TaskState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MappingTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final Mapping mapping = new Mapping();
    private int seq;

    private List<Mapping.Over> tell(String type, String agent, long token) {
        seq++;
        Event event = new Event(0, seq, T0.plusSeconds(seq), type, "t", "", agent, token);
        return mapping.apply(new EventBatch(List.of(event), EventCursor.of(seq)));
    }

    private String held() {
        List<Holding> held = mapping.ofTask("t").held();
        return held.isEmpty() ? "" : held.get(0).agent() + ' ' + held.get(0).token();
    }

    @Test
    void times_areThoseOfTheAttempt_whateverStatesItGoesThrough() {
        tell("task.assigned", "a", 1);
        assertThat(mapping.ofTask("t").held().get(0).isBegun()).isFalse();
        tell("task.working", "a", 1);
        tell("task.input-required", "a", 1);
        tell("task.progress", "a", 1);
        tell("task.working", "a", 1);

        Holding holding = mapping.ofAgent("a").held().get(0);

        assertThat(holding.assignedAt()).isEqualTo(T0.plusSeconds(1));
        assertThat(holding.startedAt()).isEqualTo(T0.plusSeconds(2));
        assertThat(holding.worked(T0.plusSeconds(7))).hasSeconds(5);
        assertThat(mapping.cursor()).isEqualTo(EventCursor.of(5));
        List<Mapping.Over> over = tell("task.completed", "a", 1);
        assertThat(over).hasSize(1);
        assertThat(over.get(0).became()).isEqualTo(TaskState.COMPLETED);
        assertThat(mapping.all().held()).isEmpty();
        assertThat(mapping.ofAgent("a").held()).isEmpty();
    }

    @Test
    void eventsBeforeWhatWasRead_changeNothing_andLaterOnesDo() {
        Holding read = new Holding("t", "b", 3, TaskState.WORKING, T0, T0);
        mapping.reset(EventCursor.of(0), List.of(read));

        assertThat(tell("task.assigned", "a", 2)).isEmpty();
        assertThat(tell("task.queued", "a", 2)).isEmpty();
        assertThat(held()).isEqualTo("b 3");
        tell("task.working", "c", 4);

        assertThat(held()).isEqualTo("c 4");
        assertThat(mapping.ofAgent("b").held()).isEmpty();
        assertThat(mapping.ofAgent("c").held()).hasSize(1);
    }

    @Test
    void whatIsNotAboutAHeldTask_isNothing() {
        assertThat(tell("task.queued", null, 0)).isEmpty();
        assertThat(tell("task.a-state-of-a-later-core", "a", 1)).isEmpty();
        assertThat(tell("agent.active", "a", 0)).isEmpty();
        assertThat(mapping.all().held()).isEmpty();
        assertThat(new Holding("t", "a", 1, TaskState.ASSIGNED, T0, null).isSameAs(null))
                .isFalse();
    }
}
