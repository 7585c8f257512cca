// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.BulkJob;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BulkJobsTest {
    private EngineHarness h = new EngineHarness();

    private static BulkRequest request(BulkRequest.Action action, TaskState... states) {
        return new BulkRequest(
                action, new TaskQuery(Set.of(states), null, null, null, null, null, 1, null), 9, null, false);
    }

    private static BulkRequest dry(BulkRequest r) {
        return new BulkRequest(r.action(), r.query(), r.priority(), r.reason(), true);
    }

    private BulkJob begin(BulkRequest request) {
        return h.get(h.tasks().bulk(request));
    }

    private BulkJob end(BulkRequest request) {
        String id = begin(request).id();
        for (int i = 0; i < 100; i++) {
            BulkJob job = h.get(h.tasks().awaitBulk(id, Duration.ZERO));
            if (job.endedAt() != null) {
                return job;
            }
        }
        throw new AssertionError("the job does not end");
    }

    private void submit(int count, int priority) {
        TaskSpec spec = TaskSpec.of("x").priority(priority).build();
        h.get(h.tasks().submit(Collections.nCopies(count, spec)));
    }

    @Test
    void cancel_endsWhatMatches_andADryRunOnlyCounts() {
        submit(250, 5);
        h.register("a", 1);
        Task working = h.claimOne("a");

        BulkJob counted = end(dry(request(BulkRequest.Action.CANCEL, TaskState.QUEUED)));

        assertThat(counted.changed()).isEqualTo(249);
        assertThat(counted.sample()).hasSize(BulkJob.MAX_SAMPLE);
        assertThat(h.engine().state().liveCount()).isEqualTo(250);
        BulkJob done = end(request(BulkRequest.Action.CANCEL, TaskState.QUEUED));
        assertThat(done.changed()).isEqualTo(249);
        assertThat(done.error()).isNull();
        assertThat(h.engine().state().liveCount()).isEqualTo(1);
        assertThat(h.task(working).state()).isEqualTo(TaskState.WORKING);
        assertThat(h.get(h.tasks().find(done.sample().get(0))).orElseThrow().cause())
                .isEqualTo("canceled by bulk job " + done.id());
        assertThat(end(request(BulkRequest.Action.CANCEL)).skipped()).isEqualTo(249);
    }

    @Test
    void others_comeInBetween() {
        submit(250, 5);
        begin(request(BulkRequest.Action.CANCEL));
        Task task = h.submit("another");
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(h.engine().state().liveCount()).isPositive();
    }

    @Test
    void job_restsAfterAPageThatTookLong_andGoesOn() throws Exception {
        submit(250, 5);
        String id = h.tasks()
                .bulk(request(BulkRequest.Action.CANCEL))
                .toCompletableFuture()
                .join()
                .id();
        h.clock().advance(Duration.ofSeconds(1));
        long begun = System.nanoTime();
        BulkJob job = view(id);
        while (job.endedAt() == null && System.nanoTime() - begun < 60_000_000_000L) {
            job = view(id);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
        assertThat(job.changed()).isEqualTo(250);
        assertThat(job.error()).isNull();
    }

    private BulkJob view(String id) throws Exception {
        h.run();
        return h.tasks().awaitBulk(id, Duration.ZERO).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void prioritize_movesWhatWaits_durably() {
        submit(3, 1);
        h.advance(1);
        h.register("a", 9);
        Task low = h.claimOne("a");
        Task later = h.submit(TaskSpec.of("later").priority(5));

        BulkJob done = end(request(BulkRequest.Action.PRIORITIZE, TaskState.QUEUED));

        assertThat(done.changed()).isEqualTo(3);
        h.restart();
        assertThat(h.task(later).spec().priority()).isEqualTo(9);
        assertThat(h.task(later).spec().description()).isEqualTo("later");
        assertThat(h.task(low).spec().priority()).isEqualTo(1);
        h.get(h.agents().heartbeat("a", null));
        assertThat(h.claim("a", 9)).hasSize(3).allMatch(a -> a.task().spec().priority() == 9);
    }

    @Test
    void retry_sparesTheQuarantined_andReleaseTakesThem() {
        h.register("a", 9);
        List<Task> failed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int attempts = i == 0 ? 2 : 1;
            failed.add(h.submit(TaskSpec.of("x").retry(new RetryPolicy(attempts, Duration.ZERO, Duration.ZERO))));
            for (int attempt = 0; attempt < attempts; attempt++) {
                h.run();
                h.get(h.attempts().fail(ref(h.claimOne("a")), AttemptEnd.FAILED, "no", true));
            }
        }
        BulkJob retried = end(request(BulkRequest.Action.RETRY, TaskState.FAILED));
        assertThat(retried.changed()).isEqualTo(2);
        assertThat(retried.skipped()).isEqualTo(1);
        BulkJob released = end(request(BulkRequest.Action.RELEASE));
        assertThat(released.sample()).containsExactly(failed.get(0).id());
        assertThat(failed).allMatch(task -> h.task(task).state() == TaskState.QUEUED);
    }

    @Test
    void retry_stopsWhereNoMoreTasksMayBeLive() {
        h = new EngineHarness(EngineHarness.settings().with("maxLiveTasks", 10).build(), 1);
        submit(8, 5);
        end(request(BulkRequest.Action.CANCEL));
        submit(5, 5);

        BulkJob done = end(request(BulkRequest.Action.RETRY, TaskState.CANCELED));

        assertThat(done.changed()).isEqualTo(5);
        assertThat(done.error()).isEqualTo("10 tasks have not ended, which is the limit");
    }

    @Test
    void stopped_endsAfterItsStep() {
        submit(500, 5);
        BulkJob job = begin(request(BulkRequest.Action.CANCEL));
        h.tasks().stopBulk(job.id());
        h.tasks().stopBulk("bulk-0");
        h.run();
        BulkJob ended = h.get(h.tasks().awaitBulk(job.id(), Duration.ZERO));
        assertThat(ended.error()).isEqualTo("it was stopped by request");
        assertThat(h.engine().state().liveCount()).isPositive();
    }

    @Test
    void tooManyAtOnce_areBusy_andWhatIsWrongIsNamed() {
        submit(1000, 5);
        for (int i = 0; i < 4; i++) {
            h.tasks().bulk(dry(request(BulkRequest.Action.CANCEL)));
        }
        assertThat(h.refusal(h.tasks().bulk(request(BulkRequest.Action.CANCEL))).reason())
                .isEqualTo(Refusal.Reason.BUSY);
        BulkRequest wrong = new BulkRequest(BulkRequest.Action.PRIORITIZE, TaskQuery.newest(1), 10, null, false);
        assertThat(h.refusal(h.tasks().bulk(wrong)).field()).contains("priority");
        BulkRequest noReason = new BulkRequest(BulkRequest.Action.CANCEL, TaskQuery.newest(1), 0, "", false);
        assertThat(h.refusal(h.tasks().bulk(noReason)).field()).contains("reason");
        assertThat(h.refusal(h.tasks().awaitBulk("bulk-0", Duration.ZERO)).reason())
                .isEqualTo(Refusal.Reason.NOT_FOUND);
    }

    @Test
    void endedJobs_areForgotten_theOldestFirst() {
        String first = end(request(BulkRequest.Action.RELEASE)).id();
        for (int i = 0; i < 110; i++) {
            end(request(BulkRequest.Action.RELEASE));
        }
        assertThat(h.refusal(h.tasks().awaitBulk(first, Duration.ZERO)).reason())
                .isEqualTo(Refusal.Reason.NOT_FOUND);
    }
}
