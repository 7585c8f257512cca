// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.flows.StepRun.Undo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Many random workflows, whose tasks end in random ways while random orders come. */
class ProgressTest {
    private static final String AT = "2026-01-01T00:00:00Z";
    private static final Codec CODEC = new Codec();

    private static Task task(String id, TaskState state) {
        return new Task(
                id,
                TaskSpec.of("x").build(),
                state,
                "so",
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

    private static TemplateSpec template(Random random) {
        StringBuilder steps = new StringBuilder();
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            List<String> after = new ArrayList<>();
            for (int j = 0; j < i; j++) {
                if (random.nextInt(3) == 0) {
                    after.add("\"s" + j + '"');
                }
            }
            steps.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"s" + i + "\",\"description\":\"x\",\"dependsOn\":" + after)
                    .append(random.nextBoolean() ? ",\"compensate\":{\"description\":\"u\"}}" : "}");
        }
        return CODEC.read("{\"steps\":[" + steps + "]}", TemplateSpec.class).valid();
    }

    /** One run, with what is seen of it on the way. */
    private static final class Life {
        private final Random random;
        private final List<String> undone = new ArrayList<>();
        private int made;
        private Run run;

        Life(long seed) {
            random = new Random(seed);
            run = Run.of(new Run.Started("w-1", "n", 0, template(random), NullNode.getInstance(), null, null), AT);
        }

        /** What {@link Driver} does, without tasks that are real. */
        void pass() {
            Map<String, Optional<Task>> tasks = new HashMap<>();
            for (String id : Progress.awaited(run)) {
                int chance = random.nextInt(20);
                TaskState state = chance < 8
                        ? TaskState.WORKING
                        : chance < 10 ? TaskState.FAILED : chance == 10 ? TaskState.CANCELED : TaskState.COMPLETED;
                tasks.put(id, chance == 11 ? Optional.empty() : Optional.of(task(id, state)));
            }
            Run next = Progress.next(run, tasks, AT);
            assertThat(Progress.next(run, tasks, AT)).as("the same once more").isEqualTo(next);
            assertThat(CODEC.read(CODEC.write(next), Run.class))
                    .as("as it is kept")
                    .isEqualTo(next);
            assertThat(Run.same(next, run)).as("whether it is the same").isEqualTo(next.equals(run));
            for (int i = 0; i < next.steps().size(); i++) {
                if (next.step(i).is(StepRun.STARTING) && run.step(i).is(StepRun.WAITING)) {
                    assertBegins(next, i);
                }
            }
            run = next;
            act();
        }

        private void assertBegins(Run next, int index) {
            assertThat(next.paused()).isFalse();
            assertThat(next.is(Run.RUNNING)).isTrue();
            assertThat(next.spec(index).after())
                    .allMatch(before -> next.step(next.indexOf(before)).isDone());
        }

        private void act() {
            for (int i = 0; i < run.steps().size(); i++) {
                StepRun step = run.step(i);
                Undo undo = step.undo();
                if (step.is(StepRun.STARTING) && random.nextInt(4) > 0) {
                    run = run.with(
                            i,
                            random.nextInt(6) == 0
                                    ? step.now(StepRun.SKIPPED, "", AT)
                                    : step.running(List.of("t" + made++), AT));
                } else if (undo != null && undo.state().equals(StepRun.STARTING)) {
                    undone.add(step.id());
                    run = run.with(i, step.with(new Undo(StepRun.RUNNING, "t" + made++, "")));
                }
            }
        }

        void order() {
            try {
                run = switch (random.nextInt(20)) {
                    case 0 -> Orders.pause(run, AT);
                    case 1, 2 -> Orders.resume(run, AT);
                    case 3 -> random.nextInt(5) == 0 ? Orders.cancel(run, null, random.nextBoolean(), AT) : run;
                    default -> run;
                };
            } catch (Declination refused) {
                assertThat(refused.getMessage()).contains("run w-1");
            }
        }

        void toTheEnd() {
            for (int i = 0; i < 2000 && !run.isOver(); i++) {
                pass();
                order();
            }
            assertThat(run.isOver()).as("%s", run).isTrue();
        }

        void assertSound() {
            assertThat(run.steps()).noneMatch(StepRun::isOpen);
            if (run.is(Run.COMPLETED)) {
                assertThat(run.steps()).allMatch(StepRun::isDone);
                assertThat(undone).isEmpty();
            } else {
                List<Integer> orders = undone.stream()
                        .map(id -> run.step(run.indexOf(id)).order())
                        .toList();
                assertThat(orders).isSortedAccordingTo((a, b) -> b - a).doesNotHaveDuplicates();
                for (int i = 0; i < run.steps().size() && run.compensates(); i++) {
                    boolean due =
                            run.spec(i).compensate() != null && run.step(i).didSomething();
                    assertThat(undone.contains(run.step(i).id())).isEqualTo(due);
                }
            }
        }
    }

    @Test
    void anyRun_endsWell_orIsUndoneInReverseOrder() {
        Map<String, Integer> ends = new HashMap<>();
        for (long seed = 0; seed < 300; seed++) {
            Life life = new Life(seed);
            life.toTheEnd();
            life.assertSound();
            ends.merge(life.run.state(), 1, Integer::sum);
            life.undone.clear();
            if (!life.run.is(Run.COMPLETED)) {
                Set<String> again = Orders.again(life.run, "s0");
                Run before = life.run;
                life.run = Orders.rerun(life.run, Map.of(), "s0", AT);
                for (StepRun step : before.steps()) {
                    StepRun now = life.run.step(life.run.indexOf(step.id()));
                    assertThat(now).isEqualTo(again.contains(step.id()) ? StepRun.waiting(step.id(), 2, AT) : step);
                }
                life.toTheEnd();
                life.assertSound();
            }
        }
        assertThat(ends).containsOnlyKeys(Run.COMPLETED, Run.FAILED, Run.CANCELED);
        assertThat(ends.values()).allMatch(count -> count > 10);
    }

    @Test
    void history_isBounded_andSoIsEachLine() {
        Run run = new Life(1).run;
        run = run.told(run.untold());
        for (int i = 0; i < 500; i++) {
            run = run.noting(AT, null, "x".repeat(1000)).told(1);
        }
        assertThat(run.history()).hasSize(200);
        assertThat(run.history().get(0).what()).hasSize(300).endsWith("…");
    }
}
