// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SubmitTest {
    private final EngineHarness h =
            new EngineHarness(EngineHarness.settings().with("retainedTasks", 16).build(), 1);

    private Submitted again(TaskSpec spec) {
        return h.get(h.tasks().submit(List.of(spec))).get(0);
    }

    /** Ends so many other tasks that ended ones are forgotten. */
    private void forgetEnded() {
        for (int i = 0; i < 200; i++) {
            h.get(h.tasks().cancel(h.submit("filler").id(), null));
        }
    }

    @Test
    void task_isSubmittedClaimedAndCompleted() {
        h.register("a", 1, "java");
        Task task = h.submit(TaskSpec.of("build").skills("java").input("{\"n\":1}"));
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);

        Task claimed = h.claimOne("a");
        assertThat(claimed.id()).isEqualTo(task.id());
        assertThat(claimed.state()).isEqualTo(TaskState.WORKING);
        assertThat(h.get(h.agents()
                                .find("a")
                                .map(CompletableFuture::completedFuture)
                                .orElseThrow())
                        .busy())
                .isEqualTo(1);
        assertThat(h.agents().held("a")).containsExactly(claimed);

        CompletableFuture<Task> end =
                h.tasks().awaitEnd(task.id(), Duration.ofMinutes(5)).toCompletableFuture();
        assertThat(end).isNotDone();
        Task completed = h.complete(claimed, "{\"ok\":true}");
        assertThat(completed.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(end.join()).isEqualTo(completed);
        assertThat(h.task(task)).isEqualTo(completed);
        assertThat(h.agents().held("a")).isEmpty();
    }

    @Test
    void completeWithoutResult_meansNull() {
        h.register("a", 1);
        h.submit("x");

        assertThat(h.complete(h.claimOne("a"), null).result()).isEqualTo("null");
    }

    @Test
    void sameKey_answersTheFirstTask() {
        TaskSpec spec = TaskSpec.of("x").idempotencyKey("k").build();
        Submitted first = again(spec);
        Submitted second = again(spec);

        assertThat(first.duplicate()).isFalse();
        assertThat(second.duplicate()).isTrue();
        assertThat(second.task().id()).isEqualTo(first.task().id());
        assertThat(again(spec.toBuilder().tenant("other").build()).duplicate()).isFalse();
    }

    @Test
    void sameKeyOfAnotherTask_isAConflict() {
        again(TaskSpec.of("x").idempotencyKey("k").build());

        Refusal refusal = h.refusal(
                h.tasks().submit(List.of(TaskSpec.of("y").idempotencyKey("k").build())));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refusal.field()).contains("idempotencyKey");
    }

    @Test
    void sameKeyOfTwoTenantsInOneSubmission_makesTwoTasks() {
        TaskSpec spec = TaskSpec.of("x").idempotencyKey("k").build();

        assertThat(h.get(h.tasks()
                        .submit(List.of(spec, spec.toBuilder().tenant("other").build()))))
                .extracting(Submitted::duplicate)
                .containsExactly(false, false);
    }

    @Test
    void whatIsOfAnotherTenant_isNotThere_asAWholeOrToWaitFor() {
        Task blue = h.submit(TaskSpec.of("x").tenant("blue"));
        for (TaskSpec spec : List.of(
                TaskSpec.of("part").tenant("red").parent(blue.id()).build(),
                TaskSpec.of("next").tenant("red").dependsOn(blue.id()).build())) {
            Refusal refusal = h.refusal(h.tasks().submit(List.of(spec)));
            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID);
            assertThat(refusal).hasMessageContaining("there is no task").hasMessageContaining("of tenant red");
            h.get(h.tasks().submit(List.of(spec.toBuilder().tenant("blue").build())));
        }
    }

    @Test
    void sameKey_afterTheTaskWasForgotten_isReadFromTheProjection() {
        TaskSpec spec = TaskSpec.of("x").idempotencyKey("k").build();
        Task first = again(spec).task();
        h.get(h.tasks().cancel(first.id(), "so"));
        forgetEnded();
        assertThat(h.engine().state().find(first.id())).isNull();

        Submitted second = again(spec);

        assertThat(second.duplicate()).isTrue();
        assertThat(second.task().id()).isEqualTo(first.id());
        assertThat(second.task().state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.refusal(h.tasks()
                                .submit(List.of(spec.toBuilder().input("1").build())))
                        .reason())
                .isEqualTo(Refusal.Reason.CONFLICT);
    }

    @Test
    void sameKeyOfAChild_beforeItIsProjected_answersTheFirstTask() {
        h.stopProjecting();
        for (int i = 0; i < 20; i++) {
            Task parent = h.submit("parent " + i);
            TaskSpec child = TaskSpec.of("child")
                    .parent(parent.id())
                    .idempotencyKey("k" + i)
                    .build();
            Task first = again(child).task();
            assertThat(first.shard()).isEqualTo(parent.shard());
            assertThat(again(child).task().id()).isEqualTo(first.id());
        }
    }

    @Test
    void dependencyOnAForgottenTaskNamedByItsKey_isMet() {
        TaskSpec first = TaskSpec.of("x").name("first").idempotencyKey("k").build();
        h.register("a", 1);
        again(first);
        h.complete(h.claimOne("a"), "1");
        forgetEnded();

        List<Submitted> answers = h.get(h.tasks()
                .submit(List.of(first, TaskSpec.of("y").dependsOn("first").build())));

        assertThat(answers.get(0).duplicate()).isTrue();
        assertThat(answers.get(1).task().state()).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void dependencyOnAForgottenTask_isMet_andOnNoTaskIsRefused() {
        h.register("a", 1);
        Task first = h.submit("x");
        h.complete(h.claimOne("a"), "1");
        forgetEnded();

        assertThat(h.submit(TaskSpec.of("y").dependsOn(first.id())).state()).isEqualTo(TaskState.QUEUED);
        Refusal refusal = h.refusal(
                h.tasks().submit(List.of(TaskSpec.of("x").dependsOn("nobody").build())));
        assertThat(refusal.field()).contains("dependsOn");
        assertThat(refusal.getMessage()).contains("nobody");
    }

    @Test
    void dependencyNamedTwice_andEndedAlready_isMetOnce() {
        h.register("a", 1);
        Task first = h.submit("x");
        h.complete(h.claimOne("a"), "1");

        assertThat(h.submit(TaskSpec.of("y").dependsOn(first.id(), first.id())).state())
                .isEqualTo(TaskState.QUEUED);
    }

    @Test
    void refusedSubmission_createsNothing() {
        int before = h.engine().state().liveCount();

        h.refusal(h.tasks()
                .submit(List.of(
                        TaskSpec.of("good").build(),
                        TaskSpec.of("bad").dependsOn("nobody").build())));

        assertThat(h.engine().state().liveCount()).isEqualTo(before);
    }

    @Test
    void forgottenTask_isFoundListedAndRetried() {
        Task task = h.submit("forgettable");
        h.get(h.tasks().cancel(task.id(), "so"));
        forgetEnded();

        assertThat(h.task(task).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.get(h.tasks().awaitEnd(task.id(), Duration.ZERO)).state()).isEqualTo(TaskState.CANCELED);
        assertThat(h.get(h.tasks().why(task.id())).reasons()).containsExactly("so");
        assertThat(h.get(h.tasks().cancel(task.id(), null)).cause()).isEqualTo("so");
        assertThat(h.refusal(h.tasks().answer(task.id(), "1")).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.get(h.tasks().retry(task.id())).state()).isEqualTo(TaskState.QUEUED);
        h.register("a", 1);
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    @Test
    void list_pagesThroughEverything() {
        for (int i = 0; i < 25; i++) {
            h.submit("t" + i);
        }
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            Page<Task> page =
                    h.get(h.tasks().list(new TaskQuery(java.util.Set.of(), null, null, null, null, null, 10, cursor)));
            page.items().forEach(task -> seen.add(task.id()));
            cursor = page.next();
        } while (cursor != null);
        assertThat(seen).hasSize(25).doesNotHaveDuplicates();
        assertThat(h.refusal(h.tasks().list(TaskQuery.newest(0))).field()).contains("limit");
    }

    @Test
    void whatIsNotThere_isNotFound() {
        String none = "00-000000000000000000000";
        for (Refusal refusal : List.of(
                h.refusal(h.tasks().awaitEnd(none, Duration.ZERO)),
                h.refusal(h.tasks().why(none)),
                h.refusal(h.tasks().cancel(none, null)),
                h.refusal(h.tasks().retry(none)),
                h.refusal(h.tasks().answer(none, "1")),
                h.refusal(h.attempts().claim("nobody", 1, Duration.ZERO)),
                h.refusal(h.agents().heartbeat("nobody", null)),
                h.refusal(h.agents().drain("nobody", null)),
                h.refusal(h.agents().remove("nobody", null)))) {
            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
        }
        assertThat(h.get(h.tasks().find("../../etc/passwd"))).isEmpty();
    }

    @Test
    void registeredTwice_isAConflictUnlessReplaced() {
        String secret = h.get(h.agents().register(agent("a", 1), false)).secret();

        assertThat(h.refusal(h.agents().register(agent("a", 2), false)).field()).contains("id");
        assertThat(h.get(h.agents().register(agent("a", 2), true)).secret()).isNotEqualTo(secret);
        assertThat(h.agents().list()).hasSize(1);
        assertThat(h.agents().find("a").orElseThrow().spec().slots()).isEqualTo(2);
    }
}
