// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.Assignment;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpec.DependencyFailure;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DependencyTest {
    private final EngineHarness h = new EngineHarness();

    @BeforeEach
    void register() {
        h.register("a", 10_000);
    }

    /** Two tasks of different shards, found by trying keys. */
    private static String[] keysOfTwoShards(EngineHarness h) {
        String first = "k0";
        int other = 1;
        while (h.engine().state().shardOfKey("default", "k" + other)
                == h.engine().state().shardOfKey("default", first)) {
            other++;
        }
        return new String[] {first, "k" + other};
    }

    @Test
    void dependentTask_acrossShards_startsWhenTheOtherIsCompleted() {
        String[] keys = keysOfTwoShards(h);
        Task first = h.submit(TaskSpec.of("first").idempotencyKey(keys[0]));
        Task second = h.submit(TaskSpec.of("second").idempotencyKey(keys[1]).dependsOn(first.id()));
        assertThat(second.shard()).isNotEqualTo(first.shard());
        assertThat(second.state()).isEqualTo(TaskState.SUBMITTED);
        assertThat(h.get(h.tasks().why(second.id())).reasons())
                .containsExactly("it waits for task " + first.id() + ", which is queued");

        List<Assignment> claimed = h.claim("a", 10);
        assertThat(claimed).hasSize(1);
        h.complete(claimed.get(0).task(), "1");

        assertThat(h.task(second).state()).isEqualTo(TaskState.QUEUED);
        assertThat(h.claimOne("a").id()).isEqualTo(second.id());
    }

    @Test
    void dependentTask_afterARestartBeforeItFollowed_goesOn() {
        String[] keys = keysOfTwoShards(h);
        Task first = h.submit(TaskSpec.of("first").idempotencyKey(keys[0]));
        Task second = h.submit(TaskSpec.of("second").idempotencyKey(keys[1]).dependsOn(first.id()));
        Task claimed = h.claimOne("a");
        Task done =
                io.skep.core.state.Transitions.complete(claimed, "1", h.clock().instant());
        byte[] record = io.skep.core.codec.ChangeCodec.encode(
                io.skep.core.state.Change.of(done, h.clock().instant()), claimed);
        int shard = first.shard();
        h.log().append(h.log().acquire(shard), h.log().lastSeq(shard) + 1, List.of(record));

        h.restart();

        assertThat(h.task(first).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(h.task(second).state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void failedDependency_isWhatTheSubmitterChose() {
        Task first = h.submit("first");
        Task rejected = h.submit(TaskSpec.of("r").dependsOn(first.id()));
        Task canceled = h.submit(TaskSpec.of("c").dependsOn(first.id()).onDependencyFailure(DependencyFailure.CANCEL));
        Task runs = h.submit(TaskSpec.of("w").dependsOn(first.id()).onDependencyFailure(DependencyFailure.RUN));
        Task behind = h.submit(TaskSpec.of("b").dependsOn(rejected.id()));

        h.get(h.tasks().cancel(first.id(), "so"));

        assertThat(h.task(rejected).state()).isEqualTo(TaskState.REJECTED);
        assertThat(h.task(rejected).cause()).contains(first.id(), "canceled");
        assertThat(h.task(canceled).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.task(runs).state()).isEqualTo(TaskState.QUEUED);
        assertThat(h.task(behind).state()).isEqualTo(TaskState.REJECTED);
        assertThat(h.submit(TaskSpec.of("late").dependsOn(first.id())).state()).isEqualTo(TaskState.REJECTED);
    }

    @Test
    void namesWithinASubmission_mayPointForward() {
        List<Submitted> answers = h.get(h.tasks()
                .submit(List.of(
                        TaskSpec.of("last")
                                .name("last")
                                .dependsOn("first", "middle")
                                .build(),
                        TaskSpec.of("middle").name("middle").dependsOn("first").build(),
                        TaskSpec.of("first").name("first").build())));

        assertThat(answers.get(0).task().waitingFor())
                .containsExactlyInAnyOrder(
                        answers.get(1).task().id(), answers.get(2).task().id());
        for (int i = 2; i >= 0; i--) {
            Task claimed = h.claimOne("a");
            assertThat(claimed.id()).isEqualTo(answers.get(i).task().id());
            h.complete(claimed, "1");
        }
    }

    @Test
    void circle_isRefusedNamingTheField() {
        Refusal refusal = h.refusal(h.tasks()
                .submit(List.of(
                        TaskSpec.of("free").name("free").build(),
                        TaskSpec.of("a").name("a").dependsOn("b").build(),
                        TaskSpec.of("b").name("b").dependsOn("a", "free").build())));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID);
        assertThat(refusal.field()).contains("[1].dependsOn");
        assertThat(h.refusal(h.tasks()
                                .submit(List.of(TaskSpec.of("a")
                                        .name("a")
                                        .dependsOn("a")
                                        .build())))
                        .field())
                .contains("dependsOn");
    }

    /** One chain of 2,000, in two submissions. */
    private List<Task> chain() {
        List<Task> chain = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            List<TaskSpec> specs = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                String before = i > 0
                        ? "n" + (i - 1)
                        : chain.isEmpty() ? null : chain.get(999).id();
                specs.add(TaskSpec.of("link")
                        .name("n" + i)
                        .dependsOn(before == null ? List.of() : List.of(before))
                        .build());
            }
            h.get(h.tasks().submit(specs)).forEach(s -> chain.add(s.task()));
        }
        return chain;
    }

    @Test
    void longChain_whoseHeadIsCanceled_isRejectedToItsEnd() {
        List<Task> chain = chain();

        h.get(h.tasks().cancel(chain.get(0).id(), "so"));

        assertThat(h.engine().state().liveCount()).isZero();
        assertThat(h.task(chain.get(1999)).state()).isEqualTo(TaskState.REJECTED);
    }

    @Test
    void longChain_runsInOrder() {
        List<Task> chain = chain();
        for (Task link : chain) {
            Task claimed = h.claimOne("a");
            assertThat(claimed.id()).isEqualTo(link.id());
            h.complete(claimed, "1");
        }
        assertThat(h.engine().state().liveCount()).isZero();
    }

    @Test
    void canceledParent_takesItsDescendantsWithIt() {
        Task parent = h.submit("parent");
        Task child = h.submit(TaskSpec.of("child").parent(parent.id()));
        Task grandchild = h.submit(TaskSpec.of("grandchild").parent(child.id()));
        Task other = h.submit("other");
        assertThat(grandchild.shard()).isEqualTo(parent.shard());

        h.get(h.tasks().cancel(parent.id(), "enough"));

        assertThat(h.task(child).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.task(child).cause()).isEqualTo("its parent " + parent.id() + " was canceled");
        assertThat(h.task(grandchild).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.task(other).state()).isEqualTo(TaskState.QUEUED);
        assertThat(h.get(h.tasks().cancel(parent.id(), "again")).cause()).isEqualTo("enough");
    }

    @Test
    void retriedChild_isItsParentsChildAgain() {
        Task parent = h.submit("parent");
        Task child = h.submit(TaskSpec.of("child").parent(parent.id()));
        h.get(h.tasks().cancel(child.id(), "so"));
        assertThat(h.engine().trees().childCount(parent.id())).isZero();
        assertThat(h.get(h.tasks().retry(child.id())).state()).isEqualTo(TaskState.QUEUED);
        assertThat(h.refusal(h.tasks().retry(child.id())).reason()).isEqualTo(Refusal.Reason.CONFLICT);

        h.get(h.tasks().cancel(parent.id(), "so"));

        assertThat(h.task(child).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void childOfAnEndedOrMissingParent_isRefused() {
        Task parent = h.submit("parent");
        h.get(h.tasks().cancel(parent.id(), "so"));

        assertThat(h.refusal(h.tasks()
                                .submit(List.of(
                                        TaskSpec.of("x").parent(parent.id()).build())))
                        .reason())
                .isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.refusal(h.tasks()
                                .submit(List.of(TaskSpec.of("x").parent("none").build())))
                        .field())
                .contains("parent");
    }
}
