// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.skep.api.LocalProgram;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpec.DependencyFailure;
import io.skep.api.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TransitionsTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant T1 = T0.plusSeconds(1);
    private static final LocalProgram PROGRAM = new LocalProgram(42, T0);
    private static final TaskSpec SPEC = TaskSpec.of("x").build();

    /** A task in each state. */
    private static Map<TaskState, Task> everyState() {
        Map<TaskState, Task> all = new EnumMap<>(TaskState.class);
        Task queued = Transitions.submit("id", SPEC, Set.of(), T0);
        Task assigned = Transitions.assign(queued, "a", false, T0);
        Task working = Transitions.start(assigned, PROGRAM, T0);
        all.put(TaskState.SUBMITTED, Transitions.submit("id", SPEC, Set.of("d"), T0));
        all.put(TaskState.QUEUED, queued);
        all.put(TaskState.ASSIGNED, assigned);
        all.put(TaskState.WORKING, working);
        all.put(TaskState.INPUT_REQUIRED, Transitions.requireInput(working, "which?", T0));
        all.put(TaskState.COMPLETED, Transitions.complete(working, "1", T0));
        for (TaskState end : EnumSet.of(TaskState.FAILED, TaskState.CANCELED, TaskState.REJECTED)) {
            all.put(end, Transitions.end(queued, end, "so", T0));
        }
        return all;
    }

    private static void onlyFrom(Set<TaskState> allowed, UnaryOperator<Task> transition) {
        everyState().forEach((state, task) -> {
            assertThat(task.state()).isEqualTo(state);
            if (allowed.contains(state)) {
                assertThat(transition.apply(task).id()).isEqualTo("id");
            } else {
                assertThatIllegalStateException()
                        .as("from %s", state)
                        .isThrownBy(() -> transition.apply(task))
                        .withMessageContaining(state.wire());
            }
        });
    }

    @Test
    void everyTransition_isAllowedFromItsStatesOnly() {
        Set<TaskState> held = EnumSet.of(TaskState.ASSIGNED, TaskState.WORKING, TaskState.INPUT_REQUIRED);
        Set<TaskState> ended =
                EnumSet.of(TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELED, TaskState.REJECTED);
        onlyFrom(EnumSet.of(TaskState.SUBMITTED), t -> Transitions.dependencyMet(t, "d", T1));
        onlyFrom(EnumSet.of(TaskState.QUEUED), t -> Transitions.assign(t, "a", true, T1));
        onlyFrom(EnumSet.of(TaskState.ASSIGNED), t -> Transitions.start(t, null, T1));
        onlyFrom(held, t -> Transitions.progress(t, "line"));
        onlyFrom(EnumSet.of(TaskState.WORKING), t -> Transitions.requireInput(t, "?", T1));
        onlyFrom(EnumSet.of(TaskState.INPUT_REQUIRED), t -> Transitions.answer(t, "1", T1));
        onlyFrom(held, t -> Transitions.complete(t, "1", T1));
        onlyFrom(held, t -> Transitions.endAttempt(t, AttemptEnd.FAILED, "so", true, 0, T1));
        onlyFrom(EnumSet.complementOf(EnumSet.copyOf(ended)), t -> Transitions.end(t, TaskState.CANCELED, "so", T1));
        onlyFrom(ended, t -> Transitions.retry(t, T1));
    }

    @Test
    void end_withoutNamingAnEndWithoutResult_isADefect() {
        Task queued = everyState().get(TaskState.QUEUED);

        assertThatIllegalStateException().isThrownBy(() -> Transitions.end(queued, TaskState.COMPLETED, "so", T1));
        assertThatIllegalStateException().isThrownBy(() -> Transitions.end(queued, TaskState.QUEUED, "so", T1));
    }

    @Test
    void assign_toAnAgentThatAsked_worksAtOnceWithTheNextToken() {
        Task queued = everyState().get(TaskState.QUEUED);

        Task working = Transitions.assign(queued, "a", true, T1);

        assertThat(working.state()).isEqualTo(TaskState.WORKING);
        assertThat(working.token()).isEqualTo(1);
        assertThat(working.currentAttempt().orElseThrow().startedAt()).isEqualTo(T1);
        Task again = Transitions.endAttempt(working, AttemptEnd.LOST, "so", true, 0, T1);
        assertThat(Transitions.assign(again, "b", false, T1).token()).isEqualTo(2);
    }

    @Test
    void start_recordsTheProgram_andCompletionKeepsIt() {
        Task working = everyState().get(TaskState.WORKING);
        assertThat(working.currentAttempt().orElseThrow().program()).isEqualTo(PROGRAM);

        Task completed = Transitions.complete(working, "{}", T1);

        assertThat(completed.result()).isEqualTo("{}");
        assertThat(completed.currentAttempt()).isEmpty();
        assertThat(completed.attempts().get(0).program()).isEqualTo(PROGRAM);
        assertThat(completed.attempts().get(0).end()).isEqualTo(AttemptEnd.COMPLETED);
        assertThat(completed.attempts().get(0).endedAt()).isEqualTo(T1);
    }

    @Test
    void question_andAnswer_leaveOnlyTheAnswer() {
        Task asking = everyState().get(TaskState.INPUT_REQUIRED);
        assertThat(asking.prompt()).isEqualTo("which?");

        Task answered = Transitions.answer(asking, "\"this\"", T1);

        assertThat(answered.state()).isEqualTo(TaskState.WORKING);
        assertThat(answered.prompt()).isNull();
        assertThat(answered.answer()).isEqualTo("\"this\"");
        assertThat(Transitions.requireInput(answered, "and?", T1).answer()).isNull();
    }

    @Test
    void endAttempt_ofTheLastAllowedAttempt_failsTheTask() {
        TaskSpec spec = SPEC.toBuilder()
                .retry(new RetryPolicy(2, Duration.ofSeconds(1), Duration.ofSeconds(10)))
                .build();
        Task first = Transitions.assign(Transitions.submit("id", spec, Set.of(), T0), "a", true, T0);

        Task again = Transitions.endAttempt(first, AttemptEnd.TIMED_OUT, "slow", true, 0, T0);
        Task failed = Transitions.endAttempt(
                Transitions.assign(again, "a", true, T1), AttemptEnd.FAILED, "broken", true, 0, T1);

        assertThat(again.state()).isEqualTo(TaskState.QUEUED);
        assertThat(again.notBefore()).isEqualTo(T0.plusMillis(500));
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error()).isEqualTo("broken (attempt 2 of 2)");
    }

    @Test
    void endAttempt_interrupted_isFreeAndImmediate() {
        Task task = Transitions.submit("id", SPEC, Set.of(), T0);
        for (int i = 0; i < 10; i++) {
            task = Transitions.assign(task, "a", true, T0);
            task = Transitions.endAttempt(task, AttemptEnd.INTERRUPTED, "stop", true, 0.5, T0);
            assertThat(task.state()).isEqualTo(TaskState.QUEUED);
            assertThat(task.notBefore()).isNull();
        }
        assertThat(task.countedAttempts()).isZero();
    }

    @Test
    void endAttempt_notRetryable_failsAtOnce() {
        Task failed =
                Transitions.endAttempt(everyState().get(TaskState.WORKING), AttemptEnd.FAILED, "no", false, 0, T1);

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error()).isEqualTo("no");
    }

    @Test
    void end_ofAHeldTask_closesItsAttempt() {
        Task working = everyState().get(TaskState.WORKING);

        assertThat(Transitions.end(working, TaskState.CANCELED, "so", T1)
                        .attempts()
                        .get(0)
                        .end())
                .isEqualTo(AttemptEnd.CANCELED);
        assertThat(Transitions.end(working, TaskState.FAILED, "late", T1)
                        .attempts()
                        .get(0)
                        .end())
                .isEqualTo(AttemptEnd.TIMED_OUT);
    }

    @Test
    void resolve_followsThePolicyOfTheWaitingTask() {
        Map<TaskState, Task> ends = everyState();
        Task failed = new TaskDraft(ends.get(TaskState.FAILED)).build();
        assertThat(resolve(DependencyFailure.REJECT, failed).state()).isEqualTo(TaskState.REJECTED);
        assertThat(resolve(DependencyFailure.CANCEL, failed).state()).isEqualTo(TaskState.CANCELED);
        assertThat(resolve(DependencyFailure.RUN, failed).state()).isEqualTo(TaskState.QUEUED);
        assertThat(resolve(DependencyFailure.REJECT, ends.get(TaskState.COMPLETED))
                        .state())
                .isEqualTo(TaskState.QUEUED);
        assertThat(resolve(DependencyFailure.REJECT, failed).error()).contains("id", "failed");
    }

    private static Task resolve(DependencyFailure policy, Task dependency) {
        TaskSpec spec = SPEC.toBuilder().onDependencyFailure(policy).build();
        return Transitions.resolve(Transitions.submit("w", spec, Set.of("id"), T0), dependency, T1);
    }

    @Test
    void dependencyMet_ofOneOfTwo_goesOnWaiting() {
        Task waiting = Transitions.submit("id", SPEC, Set.of("d", "e"), T0);

        Task still = Transitions.dependencyMet(waiting, "d", T1);

        assertThat(still.state()).isEqualTo(TaskState.SUBMITTED);
        assertThat(still.waitingFor()).containsExactly("e");
        assertThat(still.since()).isEqualTo(T0);
        assertThat(Transitions.dependencyMet(still, "e", T1).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void retry_forgetsTheOutcomeAndKeepsTheAttempts() {
        Task again = Transitions.retry(everyState().get(TaskState.COMPLETED), T1);

        assertThat(again.state()).isEqualTo(TaskState.QUEUED);
        assertThat(again.result()).isNull();
        assertThat(again.attempts()).hasSize(1);
        assertThat(Transitions.assign(again, "a", true, T1).token()).isEqualTo(2);
    }

    @Test
    void delay_isBetweenHalfAndAllOfTheCeiling() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            long initial = random.nextInt(5000);
            long max = random.nextInt(100_000);
            int failures = 1 + random.nextInt(100);
            RetryPolicy policy = new RetryPolicy(100, Duration.ofMillis(initial), Duration.ofMillis(max));
            long ceiling = initial;
            for (int n = 1; n < failures && ceiling < max; n++) {
                ceiling *= 2;
            }
            ceiling = Math.min(max, ceiling);

            long delay =
                    Transitions.delay(policy, failures, random.nextDouble()).toMillis();

            assertThat(delay).as("%s after %s", policy, failures).isBetween(ceiling / 2, ceiling);
        }
    }

    @Test
    void delay_atTheEndsOfTheJitter_isHalfAndAll() {
        RetryPolicy policy = new RetryPolicy(9, Duration.ofMillis(200), Duration.ofSeconds(30));

        assertThat(Transitions.delay(policy, 1, 0)).hasMillis(100);
        assertThat(Transitions.delay(policy, 1, Math.nextDown(1.0)))
                .isBetween(Duration.ofMillis(199), Duration.ofMillis(200));
        assertThat(Transitions.delay(policy, 3, 0)).hasMillis(400);
        assertThat(Transitions.delay(policy, 99, 0)).hasMillis(15_000);
    }
}
