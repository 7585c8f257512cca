// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TraceContext;
import io.skep.core.EngineHarness;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TracedTasksTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SUBMITTED = "00-" + TRACE + "-b7ad6b7169203331-00";

    @Test
    void header_isReadAsTheStandardHasIt() {
        assertThat(TraceContext.parse(SUBMITTED))
                .contains(new TraceContext(TRACE, "b7ad6b7169203331", false))
                .hasValueSatisfying(context -> assertThat(context.traceparent()).isEqualTo(SUBMITTED));
        assertThat(TraceContext.parse("01-" + TRACE + "-b7ad6b7169203331-03-more"))
                .hasValueSatisfying(context -> assertThat(context.isSampled()).isTrue());
        for (String none : new String[] {
            "",
            "00-" + TRACE + "-b7ad6b7169203331",
            SUBMITTED + "-more",
            SUBMITTED.replace("00-0", "ff-0"),
            SUBMITTED.toUpperCase(java.util.Locale.ROOT),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-" + TRACE + "-0000000000000000-01",
            "01-" + TRACE + "-b7ad6b7169203331-01-" + "x".repeat(500)
        }) {
            assertThat(TraceContext.parse(none)).as(none).isEmpty();
        }
        assertThat(TraceContext.parse(null)).isEmpty();
    }

    @Test
    void idsOfTasksAndAttempts_areValid_differ_andAreTheSameEachTime() {
        Set<String> traces = new TreeSet<>();
        Set<String> spans = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            TraceContext task = TraceContext.begin("00-" + i);
            assertThat(TraceContext.parse(task.traceparent())).contains(task);
            assertThat(TraceContext.begin("00-" + i)).isEqualTo(task);
            traces.add(task.traceId());
            spans.add(task.spanId());
            spans.add(task.with("00-" + i, 1).spanId());
            spans.add(task.with("00-" + i, 2).spanId());
        }
        assertThat(traces).hasSize(5_000);
        assertThat(spans).hasSize(15_000);
    }

    @Test
    void shareOfTraces_isAboutWhatIsAsked_andALargerOneHasThemToo() {
        List<TraceContext> all = IntStream.range(0, 10_000)
                .mapToObj(i -> TraceContext.begin("task" + i))
                .toList();
        assertThat(all.stream().filter(one -> one.isWithin(100)).count()).isBetween(900L, 1_100L);
        assertThat(all).filteredOn(one -> one.isWithin(100)).allMatch(one -> one.isWithin(101));
        assertThat(all).noneMatch(one -> one.isWithin(0)).allMatch(one -> one.isWithin(1_000));
    }

    @Test
    void tree_isOneTrace_belowTheAttemptThatMakesIt_whateverItsPartsSay() {
        EngineHarness h = new EngineHarness();
        h.register("a", 4);
        Task root = h.submit(TaskSpec.of("whole").traceparent(SUBMITTED));
        assertThat(root.spec().traceparent()).isEqualTo(SUBMITTED);
        Task before = h.submit(TaskSpec.of("early").parent(root.id()));
        assertThat(before.spec().traceparent()).isEqualTo(TraceContext.of(root).traceparent());
        Task held = h.claim("a", 1).get(0).task();
        TraceContext attempt = TraceContext.of(held, held.token());
        assertThat(attempt.traceId()).isEqualTo(TRACE);
        Task child = h.submit(TaskSpec.of("part").parent(held.id()));
        assertThat(child.spec().traceparent()).isEqualTo(attempt.traceparent()).endsWith("-00");
        String own = "00-" + TRACE + "-00f067aa0ba902b7-01";
        Task below = h.submit(TaskSpec.of("part").parent(held.id()).traceparent(own));
        assertThat(below.spec().traceparent()).isEqualTo("00-" + TRACE + "-00f067aa0ba902b7-00");
        String other = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        Task stray = h.submit(TaskSpec.of("part").parent(held.id()).traceparent(other));
        assertThat(stray.spec().traceparent()).isEqualTo(attempt.traceparent());
    }

    @Test
    void taskThatBeginsATrace_keepsNone_unlessItIsNotSampled() {
        assertThat(new EngineHarness().submit("x").spec().traceparent()).isNull();
        EngineHarness none = new EngineHarness(
                EngineHarness.settings().with("tracedPermille", 0).build(), 1);
        Task not = none.submit("x");
        assertThat(TraceContext.of(not).isSampled()).isFalse();
        assertThat(TraceContext.of(not)).isEqualTo(TraceContext.begin(not.id()).sampled(false));
        Task asked = none.submit(TaskSpec.of("x").traceparent(SUBMITTED.replace("-00", "-01")));
        assertThat(TraceContext.of(asked).traceId()).isEqualTo(TRACE);
    }

    @Test
    void whatIsNoTraceparent_isRefusedByItsField() {
        EngineHarness h = new EngineHarness();
        Refusal refusal = h.refusal(
                h.tasks().submit(List.of(TaskSpec.of("x").traceparent("mine").build())));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID);
        assertThat(refusal.field()).contains("traceparent");
    }
}
