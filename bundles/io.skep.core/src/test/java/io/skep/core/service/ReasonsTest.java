// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.AttemptEnd;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Why;
import io.skep.core.EngineHarness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReasonsTest {
    private final EngineHarness h = new EngineHarness();

    private Why why(Task task) {
        return h.get(h.tasks().why(task.id()));
    }

    @Test
    void queuedTask_saysWhetherAgentsAreThereFreeOrFull() {
        h.register("a", 1, "s");
        Task task = h.submit(TaskSpec.of("x").skills("s"));
        assertThat(why(task).state()).isEqualTo(TaskState.QUEUED);
        assertThat(why(task).reasons().get(0))
                .isEqualTo("1 active agents with its skills have free slots and do not ask for work now");

        h.claimOne("a");
        Task behind = h.submit(TaskSpec.of("y").skills("s"));
        assertThat(why(behind).reasons().get(0))
                .isEqualTo("all slots of the 1 active agents with its skills are in use or reserved");
        assertThat(why(behind).reasons().get(1)).isEqualTo("0 tasks with the same skills stand before it");

        h.advance(30);
        assertThat(why(behind).reasons().get(0)).contains("none is active: a is unknown (no heartbeat for PT30S)");
    }

    @Test
    void heldTask_saysWhyThisAgent_andHowTheOneBeforeEnded() {
        h.register("a", 1);
        Task task = h.submit(TaskSpec.of("x").retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO)));
        Task claimed = h.claimOne("a");
        assertThat(why(task).reasons()).hasSize(1);
        assertThat(why(task).reasons().get(0)).startsWith("agent a got it at ").contains("least loaded");

        h.get(h.attempts().fail(ref(claimed), AttemptEnd.FAILED, "broken", true));
        assertThat(why(task).reasons()).contains("attempt 1 failed: broken");
        h.claimOne("a");

        assertThat(why(task).reasons().get(1)).isEqualTo("attempt 1 by a ended: broken");
    }

    @Test
    void endedTask_saysItsCause() {
        Task task = h.submit("x");
        h.get(h.tasks().cancel(task.id(), "not needed"));

        assertThat(why(task).reasons()).containsExactly("not needed");
        assertThat(why(task).state()).isEqualTo(TaskState.CANCELED);
    }
}
