// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.Event;
import io.skep.plugin.loadbalancing.balance.Ejection;
import io.skep.plugin.loadbalancing.balance.Fleet;
import io.skep.testkit.ManualClock;
import io.skep.testkit.plugin.FakeOrchestrator;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is learned from which events. */
class AttemptsTest {
    private final Fleet fleet = new Fleet(Ejection.DEFAULT);
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger learned = new AtomicInteger();
    private final FakeOrchestrator core = new FakeOrchestrator();
    private final Attempts attempts = new Attempts(
            core.agents(),
            core.tasks(),
            fleet,
            new Assigning(core, new Choice(fleet, Settings.ADAPTIVE, new ManualClock())),
            at -> arrived.incrementAndGet(),
            (agent, held, since, at, isGood) -> learned.incrementAndGet());
    private long seq;

    private void tell(String type, String task, @Nullable String agent, long token) {
        seq++;
        attempts.told(new Event(0, seq, Instant.ofEpochMilli(1_000 * seq), type, task, "", agent, token));
    }

    @Test
    void attemptThatEnds_isLearned_itsTimeFromWhenItWasAssigned() {
        tell("task.queued", "t", null, 0);
        tell("task.assigned", "t", "ann", 1);
        assertThat(fleet.held("ann")).isEqualTo(1);
        tell("task.working", "t", "ann", 1);
        assertThat(fleet.held("ann")).isEqualTo(1);
        tell("task.completed", "t", "ann", 1);

        assertThat(arrived).hasValue(1);
        assertThat(learned).hasValue(1);
        assertThat(fleet.held("ann")).isZero();
        assertThat(Math.exp(fleet.kept(9).get("ann").mean())).isBetween(1_999.0, 2_001.0);
    }

    @Test
    void attemptThatAsksAPerson_orIsCanceled_saysNothing() {
        tell("task.working", "t", "ann", 1);
        tell("task.input-required", "t", "ann", 1);
        tell("task.working", "t", "ann", 1);
        tell("task.completed", "t", "ann", 1);
        tell("task.working", "u", "ann", 1);
        tell("task.canceled", "u", "ann", 1);

        assertThat(learned).hasValue(0);
        assertThat(fleet.held("ann")).isZero();
    }

    @Test
    void failure_isTheAgents_andWhatIsNoTaskOrOlder_isPassedOver() {
        tell("task.working", "t", "ann", 2);
        tell("task.failed", "t", "ann", 1);
        tell("agent.removed", "bob", "bob", 0);
        tell("task.progress", "t", "ann", 2);
        assertThat(learned).hasValue(0);

        tell("task.failed", "t", "ann", 2);

        assertThat(learned).hasValue(1);
        assertThat(fleet.kept(9)).doesNotContainKey("bob");
    }
}
