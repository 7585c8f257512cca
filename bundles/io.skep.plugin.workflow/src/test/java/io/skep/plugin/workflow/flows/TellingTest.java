// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.skep.api.Refusal;
import io.skep.api.plugin.Notice;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.flows.StepRun.Undo;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What of a run is told, and what is not yet. */
class TellingTest {
    private static final String AT = "2026-01-01T00:00:00Z";
    private static final Codec CODEC = new Codec();
    private final Refusal busy = Refusal.of(Refusal.Reason.BUSY, "too many");

    private final FakeOrchestrator orchestrator = new FakeOrchestrator();
    private final Telling telling = new Telling(orchestrator);

    private static Run run() {
        return run("w-1");
    }

    private static Run run(String id) {
        TemplateSpec template = CODEC.read("{\"steps\":[{\"id\":\"a\",\"description\":\"x\"}]}", TemplateSpec.class);
        return Run.of(new Run.Started(id, "n", 1, template, NullNode.getInstance(), null, null), AT);
    }

    private int told(Run run) {
        return telling.tell(run).toCompletableFuture().join();
    }

    @Test
    void everyTransition_isTold_inOrder() {
        Run run = run();
        run = run.with(0, run.step(0).now(StepRun.STARTING, "", AT));
        run = run.with(0, run.step(0).ended(StepRun.FAILED, "task t: it broke", AT, 1));
        run = Orders.resume(Orders.pause(run, AT), AT);
        run = run.now(Run.FAILING, "step a: it broke", AT);
        run = run.with(0, run.step(0).with(new Undo(StepRun.FAILED, null, "no agent")));
        run = run.ended(Run.FAILED, "step a", AT);
        run = Orders.rerun(run, Map.of(), null, AT);

        assertThat(told(run)).isEqualTo(9).isEqualTo(run.untold());

        assertThat(orchestrator.notices())
                .containsExactly(
                        new Notice("workflow.started", "w-1", "workflow n"),
                        new Notice("workflow.step.starting", "w-1", "step a"),
                        new Notice("workflow.step.failed", "w-1", "step a: task t: it broke"),
                        new Notice("workflow.paused", "w-1", "workflow n"),
                        new Notice("workflow.resumed", "w-1", "workflow n"),
                        new Notice("workflow.failing", "w-1", "workflow n: step a: it broke"),
                        new Notice("workflow.step.compensation-failed", "w-1", "step a: no agent"),
                        new Notice("workflow.failed", "w-1", "workflow n: step a"),
                        new Notice("workflow.rerun", "w-1", "workflow n: with a"));
    }

    @Test
    void whatWasTold_isNotToldAgain() {
        Run run = run();
        run = run.told(told(run));
        run = Orders.pause(run, AT);

        assertThat(told(run)).isOne();

        assertThat(orchestrator.notices())
                .extracting(Notice::type)
                .containsExactly("workflow.started", "workflow.paused");
        assertThat(told(run.told(1))).isZero();
        assertThat(run.told(1).history()).hasSize(2);
    }

    @Test
    void whatIsRefusedAtOnce_isNotOvertaken() {
        Run run = Orders.resume(Orders.pause(run(), AT), AT);
        orchestrator.telling(notice -> notice.type().equals("workflow.paused")
                ? CompletableFuture.failedFuture(busy)
                : CompletableFuture.completedFuture(null));

        assertThat(told(run)).isOne();

        assertThat(orchestrator.notices())
                .extracting(Notice::type)
                .containsExactly("workflow.started", "workflow.paused");
        assertThat(run.told(1).toTell()).extracting(Run.Moment::what).containsExactly("paused", "resumed");
    }

    @Test
    void whatIsRefusedLater_isToldAgain_withAllThatFollowed() {
        Run run = Orders.resume(Orders.pause(run(), AT), AT);
        List<CompletableFuture<Void>> durable = new ArrayList<>();
        orchestrator.telling(notice -> {
            durable.add(new CompletableFuture<>());
            return durable.get(durable.size() - 1);
        });

        CompletionStage<Integer> told = telling.tell(run);
        assertThat(durable).hasSize(3);
        durable.get(2).complete(null);
        durable.get(0).complete(null);
        assertThat(told.toCompletableFuture()).isNotDone();
        durable.get(1).completeExceptionally(busy);

        assertThat(told.toCompletableFuture()).isCompletedWithValue(1);
    }

    @Test
    void transitions_thatWereNotTold_stayInTheHistory_upToALimit() {
        Run run = run();
        for (int i = 0; i < 450; i++) {
            run = run.noting(AT, null, "x");
        }
        assertThat(run.toTell())
                .hasSize(451)
                .first()
                .extracting(Run.Moment::what)
                .isEqualTo("started");
        for (int i = 0; i < 450; i++) {
            run = run.noting(AT, null, "y");
        }
        assertThat(run.toTell()).hasSize(500);
        assertThat(run.told(400).toTell()).hasSize(100);
        assertThat(run.told(400).history()).hasSize(200);
    }

    @Test
    void runThatHasEnded_isNotForgotten_beforeThatIsTold() {
        Settings settings = Settings.DEFAULT.withFlows(new Settings.Flows(2, 3, 1));
        Runs runs = new Runs(new InMemoryPluginState(), CODEC, () -> settings);
        List<Run> ended = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Run run = run("w-" + i).ended(Run.COMPLETED, "", AT);
            ended.add(run);
            runs.put(run);
        }

        runs.trim();
        assertThat(runs.unsettled()).hasSize(3);
        ended.forEach(run -> runs.put(run.told(2)));
        assertThat(runs.unsettled()).isEmpty();
        runs.trim();

        assertThat(runs.list()).hasSize(1);
    }

    @Test
    void runsThatHaveEnded_areForgottenInTheEnd_ifNothingCanBeTold() {
        Runs runs = new Runs(new InMemoryPluginState(), CODEC, () -> Settings.DEFAULT);
        for (int i = 0; i < 320; i++) {
            runs.put(run("w-" + i).ended(Run.COMPLETED, "", AT));
        }

        runs.trim();

        assertThat(runs.unsettled()).hasSize(300);
    }

    @Test
    void transition_thatAnotherVersionHasWritten_canBeTold() {
        Run run = run();
        assertThat(Telling.notice(run, new Run.Moment(AT, "s".repeat(3000), "Über alles!" + "z".repeat(200))))
                .satisfies(notice -> {
                    assertThat(notice.type())
                            .startsWith("workflow.step.-ber-alles-z")
                            .hasSize(128);
                    assertThat(notice.cause()).hasSize(2000);
                });
        assertThat(Telling.notice(run, new Run.Moment(AT, null, "")).type()).isEqualTo("workflow.changed");
    }

    @Test
    void run_thatWasKeptByAVersionThatToldNothing_hasNothingToTell() throws Exception {
        String json = CODEC.write(Orders.pause(run(), AT)).replace(",\"untold\":2", "");
        assertThat(json).doesNotContain("untold");

        Run read = CODEC.readKept(json, Run.class);

        assertThat(read.history()).hasSize(2);
        assertThat(read.toTell()).isEmpty();
    }
}
