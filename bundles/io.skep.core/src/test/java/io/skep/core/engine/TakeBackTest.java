// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TakeBackTest {
    private static final RetryPolicy ONCE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

    private final EngineHarness h = new EngineHarness();
    private final RecordingConnector first = new RecordingConnector();
    private final RecordingConnector second = new RecordingConnector();

    private Task assigned() {
        h.get(h.agents().connect(agent("first", 3), first));
        h.submit(TaskSpec.of("x").retry(ONCE));
        return first.assigned.get(0).task();
    }

    @Test
    void attemptThatHasNotBegun_isInterruptedUncounted_andGoesToAnotherAgentAtOnce() {
        Task task = assigned();
        h.get(h.agents().connect(agent("second", 1), second));

        Task back = h.get(h.attempts().takeBack(ref(task), "second is idle"));

        assertThat(back.state()).isEqualTo(TaskState.QUEUED);
        assertThat(back.cause()).isEqualTo("again: second is idle");
        Attempt attempt = back.attempts().get(0);
        assertThat(attempt.end()).isEqualTo(AttemptEnd.INTERRUPTED);
        assertThat(attempt.cause()).isEqualTo("second is idle");
        assertThat(first.canceled).containsExactly(ref(task));
        Task again = second.assigned.get(0).task();
        assertThat(again.id()).isEqualTo(task.id());
        assertThat(again.token()).isEqualTo(2);
        assertThat(h.agents().find("first").orElseThrow().busy()).isZero();
        assertThat(h.complete(again, "1").state())
                .as("its one try is not used up")
                .isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void agentThatBeginsAllTheSame_isFenced() {
        Task task = assigned();
        h.get(h.agents().connect(agent("second", 1), second));
        h.get(h.attempts().takeBack(ref(task), "moved"));

        assertThat(h.refusal(h.attempts().start(ref(task), null)).reason()).isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.refusal(h.attempts().fail(ref(task), AttemptEnd.FAILED, "late", true))
                        .reason())
                .isEqualTo(Refusal.Reason.FENCED);
        assertThat(second.assigned).hasSize(1);
        assertThat(first.assigned).hasSize(1);
    }

    @Test
    void attemptThatHasBegun_isAConflict_andGoesOn() {
        Task task = assigned();
        h.get(h.attempts().start(ref(task), null));

        Refusal refusal = h.refusal(h.attempts().takeBack(ref(task), "moved"));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refusal.getMessage()).contains("has begun", "working");
        assertThat(h.complete(task, "1").state()).isEqualTo(TaskState.COMPLETED);
        assertThat(first.canceled).isEmpty();
    }

    @Test
    void attemptThatIsOver_isFenced() {
        Task task = assigned();
        h.get(h.tasks().cancel(task.id(), "enough"));

        assertThat(h.refusal(h.attempts().takeBack(ref(task), "moved")).reason())
                .isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.refusal(h.attempts().takeBack(new AttemptRef(task.id(), 1, "other"), "moved"))
                        .reason())
                .isEqualTo(Refusal.Reason.FENCED);
        assertThat(h.refusal(h.attempts().takeBack(ref(task), "")).field()).contains("reason");
    }

    @Test
    void sameWordTwice_isAnsweredLikeTheFirstTime() {
        Task task = assigned();
        h.get(h.agents().drain("first", null));
        Task back = h.get(h.attempts().takeBack(ref(task), "moved"));

        assertThat(h.get(h.attempts().takeBack(ref(task), "moved"))).isEqualTo(back);
        assertThat(first.canceled).hasSize(1);
    }

    @Test
    void withNobodyElse_theAgentGetsItAgain_andItSurvivesARestart() {
        Task task = assigned();
        h.get(h.attempts().takeBack(ref(task), "moved"));

        assertThat(first.assigned).hasSize(2);
        h.restart();

        assertThat(h.task(task).token()).isEqualTo(2);
        assertThat(h.task(task).attempts().get(0).end()).isEqualTo(AttemptEnd.INTERRUPTED);
    }
}
