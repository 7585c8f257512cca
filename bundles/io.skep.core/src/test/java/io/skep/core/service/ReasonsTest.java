// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Why;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.time.Instant;
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
                .isEqualTo("all slots of the 1 active agents with its skills are in use or reserved; no attempt there"
                        + " has ended yet, so it is not known when one will be free");
        assertThat(why(behind).reasons().get(1))
                .isEqualTo("0 tasks of tenant default with the same skills stand before it");

        h.advance(30);
        assertThat(why(behind).reasons().get(0)).contains("none is active: a is unknown (no heartbeat for PT30S)");
    }

    @Test
    void queuedTask_saysWhenASlotMayBeFree_andWhoElseWaits() {
        h.register("a", 1, "s");
        h.submit(TaskSpec.of("first").skills("s"));
        Task first = h.claimOne("a");
        h.advance(4);
        h.complete(first, "1");
        h.submit(TaskSpec.of("second").skills("s").attemptTimeout(Duration.ofSeconds(20)));
        h.claimOne("a");
        Task behind = h.submit(TaskSpec.of("third").skills("s"));
        h.submit(TaskSpec.of("other").skills("s").tenant("acme"));
        Instant now = h.clock().instant();

        assertThat(why(behind).reasons())
                .containsExactly(
                        "all slots of the 1 active agents with its skills are in use or reserved; by what attempts there"
                                + " took, the next should be free at " + now.plusSeconds(4)
                                + ", and by their timeouts at the latest at " + now.plusSeconds(20),
                        "0 tasks of tenant default with the same skills stand before it",
                        "it shares the agents with 1 other tenants that wait for the same skills; tenant default has the"
                                + " weight 1 and uses 1 slots");
        h.advance(10);
        assertThat(why(behind).reasons().get(0)).contains("the next should be free any moment");
    }

    @Test
    void queuedTask_saysWhatIsLeftOfTheBudgetsAboveIt() {
        Task root = h.submit(TaskSpec.of("root").budget(new Budget(9, Duration.ofHours(1), 100L, 7L, 3, 5)));
        Task child =
                h.submit(TaskSpec.of("child").parent(root.id()).budget(new Budget(null, null, null, null, 1, null)));

        assertThat(why(child).reasons())
                .contains(
                        "the budget of task " + child.id() + " has left: everything",
                        "the budget of task " + root.id() + " has left: 9 attempts, 100 tokens, 7 millionths of money,"
                                + " 4 descendants, all of its time, PT1H");
        h.register("a", 1);
        h.claimOne("a");
        assertThat(why(child).reasons())
                .anyMatch(reason ->
                        reason.endsWith("time until " + h.clock().instant().plusSeconds(3600)));
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
