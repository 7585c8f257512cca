// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.QueueStatus;
import io.skep.api.task.TaskSpec;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueuesTest {
    private final EngineHarness h = new EngineHarness();

    private List<QueueStatus> queues() {
        return h.get(h.tasks().queues());
    }

    private void submit(int count, String tenant, String... skills) {
        TaskSpec spec = TaskSpec.of("x").tenant(tenant).skills(skills).build();
        h.get(h.tasks().submit(Collections.nCopies(count, spec)));
    }

    @Test
    void queues_sayHowManyWait_sinceWhen_andWhoCanServe() {
        h.register("a", 3, "s", "t");
        h.register("b", 2, "s");
        h.get(h.agents().drain("b", null));
        Instant begun = h.clock().instant();
        submit(6, "x", "s");
        submit(2, "y", "s", "t");
        h.advance(1);

        List<QueueStatus> queues = queues();

        assertThat(queues).hasSize(2);
        QueueStatus deep = queues.get(0);
        assertThat(deep.skills()).isEqualTo(Set.of("s"));
        assertThat(deep.tenant()).isEqualTo("x");
        assertThat(deep.depth()).isEqualTo(6);
        assertThat(deep.oldestSince()).isEqualTo(begun);
        assertThat(deep.agents()).containsExactly("a", "b");
        assertThat(deep.activeAgents()).isEqualTo(1);
        assertThat(deep.freeSlots()).isEqualTo(3);
        assertThat(deep.inPerSecond()).isEqualTo(0.1);
        assertThat(deep.outPerSecond()).isZero();
        assertThat(deep.drainEta()).isNull();
        assertThat(queues.get(1).agents()).containsExactly("a");
    }

    @Test
    void pace_ofTheLastMinute_tellsWhenTheQueueIsEmpty() {
        h.register("a", 1);
        submit(100, "x");
        h.advance(61);
        h.get(h.agents().heartbeat("a", null));
        for (int i = 0; i < 30; i++) {
            h.complete(h.claimOne("a"), "1");
        }
        QueueStatus queue = queues().get(0);
        assertThat(queue.depth()).isEqualTo(70);
        assertThat(queue.inPerSecond()).isZero();
        assertThat(queue.outPerSecond()).isEqualTo(0.5);
        assertThat(queue.drainEta()).isEqualTo(Duration.ofSeconds(140));

        for (int i = 0; i < 70; i++) {
            h.complete(h.claimOne("a"), "1");
        }
        assertThat(queues().get(0).drainEta()).isZero();
        assertThat(queues().get(0).oldestSince()).isNull();
        h.advance(65);
        assertThat(queues()).isEmpty();
    }

    @Test
    void failedAttempt_isNoArrival_butARetryIs() {
        h.register("a", 1);
        submit(1, "x");
        var task = h.claimOne("a");
        h.get(h.attempts().fail(EngineHarness.ref(task), io.skep.api.task.AttemptEnd.FAILED, "no", true));
        h.advance(1);
        assertThat(queues().get(0).inPerSecond()).isEqualTo(1 / 60.0);
        h.complete(h.claimOne("a"), "1");
        h.get(h.tasks().retry(task.id()));
        assertThat(queues().get(0).inPerSecond()).isEqualTo(2 / 60.0);
    }

    @Test
    void onlyTheDeepest_areListed() {
        for (int i = 0; i < 11; i++) {
            List<TaskSpec> specs = new java.util.ArrayList<>();
            for (int j = 0; j < 100; j++) {
                specs.add(TaskSpec.of("x").tenant("t" + (i * 100 + j)).build());
            }
            h.get(h.tasks().submit(specs));
        }
        submit(1, "t7");
        assertThat(queues())
                .hasSize(1000)
                .first()
                .extracting(QueueStatus::tenant)
                .isEqualTo("t7");
    }
}
