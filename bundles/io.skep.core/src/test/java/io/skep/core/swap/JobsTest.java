// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skep.api.Refusal;
import io.skep.api.admin.SwapJob;
import io.skep.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobsTest {
    private final ManualClock clock = new ManualClock();
    private final Jobs jobs = new Jobs(clock);
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    @AfterEach
    void release() {
        released.complete(null);
    }

    private static Progress.Task task(String plugin) {
        return new Progress.Task(plugin, SwapJob.Kind.UPGRADE, "1", "2", "ann");
    }

    private SwapJob begin(String plugin) {
        return jobs.begin(task(plugin), progress -> {
            released.join();
            progress.end(SwapJob.Outcome.PROMOTED, "done");
        });
    }

    private Refusal refused(String plugin) {
        return catchThrowableOfType(Refusal.class, () -> begin(plugin));
    }

    @Test
    void job_isFound_whileItRuns_andAfterwards() {
        SwapJob begun = begin("p");
        assertThat(begun.outcome()).isEqualTo(SwapJob.Outcome.RUNNING);
        assertThat(jobs.running("p").id()).isEqualTo(begun.id());
        assertThat(jobs.whenIdle("p")).isNotDone();

        released.complete(null);

        get(jobs.whenIdle("p"));
        assertThat(jobs.running("p")).isNull();
        assertThat(jobs.find(begun.id()).orElseThrow().view().outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        assertThat(jobs.find("none")).isEmpty();
        assertThat(jobs.whenIdle("nobody")).isCompleted();
    }

    @Test
    void secondJobOfAPlugin_isRefused_andThatOfAnotherIsNot() {
        begin("p");

        assertThat(refused("p").reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(begin("q").plugin()).isEqualTo("q");
    }

    @Test
    void tooManyJobs_areRefused() {
        for (int i = 0; i < 32; i++) {
            begin("p" + i);
        }

        assertThat(refused("one-more").reason()).isEqualTo(Refusal.Reason.BUSY);
    }

    @Test
    void onlyTheMostRecentJobs_areKept() {
        released.complete(null);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 210; i++) {
            ids.add(begin("p").id());
            get(jobs.whenIdle("p"));
        }

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids.stream().filter(id -> jobs.find(id).isPresent()))
                .hasSize(200)
                .doesNotContain(ids.get(0));
        assertThat(jobs.find(ids.get(209))).isPresent();
    }

    @Test
    void defect_isTheEndOfTheJob() {
        SwapJob begun = jobs.begin(task("p"), progress -> {
            throw new AssertionError("defect");
        });

        SwapJob end = get(jobs.find(begun.id()).orElseThrow().ended());

        assertThat(end.outcome()).isEqualTo(SwapJob.Outcome.ROLLED_BACK);
        assertThat(end.reason()).isEqualTo("internal error: java.lang.AssertionError: defect");
        get(jobs.whenIdle("p"));
    }

    @Test
    void workInTurn_waitsForTheJob() {
        List<String> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> entered = new CompletableFuture<>();
        jobs.begin(task("p"), progress -> {
            entered.complete(null);
            released.join();
            order.add("job");
            progress.end(SwapJob.Outcome.PROMOTED, "done");
        });
        get(entered);
        CompletableFuture<Void> done = new CompletableFuture<>();
        jobs.inTurn("p", () -> {
            order.add("turn");
            done.complete(null);
        });

        released.complete(null);

        get(done);
        assertThat(order).containsExactly("job", "turn");
    }

    @Test
    void endOfAJob_isTold_beforeAnotherMayBegin() {
        CompletableFuture<Boolean> idleThen = new CompletableFuture<>();
        jobs.whenEnded(plugin -> idleThen.complete(jobs.running(plugin) == null));
        begin("p");
        CompletableFuture<Void> idle = jobs.whenIdle("p");

        released.complete(null);

        assertThat(get(idleThen)).isTrue();
        get(idle);
    }

    @Test
    void phases_areTimed() {
        Progress progress = new Progress("id", task("p"), clock);
        assertThat(progress.phaseName()).isEqualTo("begin");
        progress.reached(SwapJob.Phase.INSTALL, "installs");
        clock.advance(Duration.ofMillis(30));
        progress.reached(SwapJob.Phase.WARM_UP, "warms up");
        clock.advance(Duration.ofMillis(7));

        assertThat(progress.phaseName()).isEqualTo("warm-up");
        assertThat(progress.view().reason()).isEqualTo("warms up");
        assertThat(progress.view().phases())
                .containsExactly(
                        new SwapJob.Step(SwapJob.Phase.INSTALL, Duration.ofMillis(30)),
                        new SwapJob.Step(SwapJob.Phase.WARM_UP, Duration.ofMillis(7)));
        progress.drained(5, 1, 3);
        SwapJob end = progress.end(SwapJob.Outcome.PROMOTED, "done");
        clock.advance(Duration.ofMillis(100));

        assertThat(progress.view()).isEqualTo(end);
        assertThat(end.phases()).hasSize(2);
        assertThat(end.drained()).isEqualTo(5);
        assertThat(end.abandoned()).isEqualTo(1);
        assertThat(end.parked()).isEqualTo(3);
        assertThat(progress.ended()).isCompletedWithValue(end);
    }
}
