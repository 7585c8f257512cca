// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static EngineHarness with(String name, long value) {
        return new EngineHarness(EngineHarness.settings().with(name, value).build(), 1);
    }

    private static void busy(Refusal refusal) {
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.BUSY);
        assertThat(refusal.retryAfter()).isPresent();
    }

    private static List<TaskSpec> one() {
        return List.of(TaskSpec.of("x").build());
    }

    @Test
    void moreLiveTasksThanAllowed_areBusy_untilSomeEnd() {
        EngineHarness h = with("maxLiveTasks", 3);
        Task first = h.submit("1");
        h.submit("2");
        busy(h.refusal(h.tasks().submit(Collections.nCopies(2, one().get(0)))));
        h.submit("3");
        busy(h.refusal(h.tasks().submit(one())));

        h.get(h.tasks().cancel(first.id(), null));

        h.submit("4");
    }

    @Test
    void fullMailbox_isBusy() {
        EngineHarness h = with("maxMailbox", 16);
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            asked.add(h.tasks().submit(one()).toCompletableFuture());
        }
        var tooMany = h.tasks().submit(one());

        busy(h.refusal(tooMany));
        assertThat(asked).allMatch(stage -> !stage.isCompletedExceptionally());
    }

    @Test
    void moreWaitingClaimsThanAllowed_areBusy_andALookIsNot() {
        EngineHarness h = with("maxWaits", 2);
        h.register("a", 5);
        for (int i = 0; i < 2; i++) {
            h.attempts().claim("a", 1, Duration.ofSeconds(50));
        }
        busy(h.refusal(h.attempts().claim("a", 1, Duration.ofSeconds(50))));
        assertThat(h.claim("a", 1)).isEmpty();
    }

    @Test
    void moreWaitsForAnEndThanAllowed_areBusy_untilSomeEnd() {
        EngineHarness h = with("maxWaits", 2);
        Task task = h.submit("x");
        var first = h.tasks().awaitEnd(task.id(), Duration.ofMinutes(5));
        var second = h.tasks().awaitEnd(task.id(), Duration.ofMinutes(5));
        busy(h.refusal(h.tasks().awaitEnd(task.id(), Duration.ofMinutes(5))));

        h.get(h.tasks().cancel(task.id(), null));

        assertThat(h.get(first)).isEqualTo(h.get(second)).isEqualTo(h.task(task));
        assertThat(h.get(h.tasks().awaitEnd(task.id(), Duration.ofMinutes(5)))).isEqualTo(h.task(task));
    }

    @Test
    void projectionFarBehind_isBusy_untilItCatchesUp() {
        EngineHarness h = with("maxProjectionLag", 1000);
        h.stopProjecting();
        h.get(h.tasks().submit(Collections.nCopies(1000, one().get(0))));
        h.submit("x");
        assertThat(h.engine().projectionLag()).isEqualTo(1001);
        busy(h.refusal(h.tasks().submit(one())));

        h.engine().settle();

        assertThat(h.engine().projectionLag()).isZero();
        h.submit("y");
    }

    @Test
    void payloadBeyondTwiceTheLimit_isBusy() {
        EngineHarness h = with("maxPayloadChars", 1_000_000);
        String input = "\"" + "x".repeat(200_000) + "\"";
        for (int i = 0; i < 9; i++) {
            h.submit(TaskSpec.of("x").input(input));
        }
        busy(h.refusal(h.tasks().submit(List.of(TaskSpec.of("x").input(input).build()))));
        h.submit("without input");
    }

    @Test
    void payloadBeyondTheLimit_makesEndedTasksBeForgotten() {
        EngineHarness h = with("maxPayloadChars", 1_000_000);
        for (int i = 0; i < 30; i++) {
            Task task = h.submit(TaskSpec.of("x").input("\"" + "x".repeat(100_000) + "\""));
            h.get(h.tasks().cancel(task.id(), null));
        }
        assertThat(h.engine().state().payloadChars()).isLessThan(1_500_000);
    }

    @Test
    void moreAgentsThanAllowed_areBusy_andReplacingIsNot() {
        EngineHarness h = with("maxAgents", 2);
        h.register("a", 1);
        h.register("b", 1);

        assertThat(h.refusal(h.agents().register(agent("c", 1), false)).reason())
                .isEqualTo(Refusal.Reason.BUSY);
        assertThat(h.refusal(h.agents().connect(agent("c", 1), new RecordingConnector()))
                        .reason())
                .isEqualTo(Refusal.Reason.BUSY);
        h.get(h.agents().register(agent("a", 3), true));
    }

    @Test
    void unknownSkill_isRefusedNamingIt_unlessAllowed() {
        EngineHarness strict = new EngineHarness();
        strict.register("a", 1, "java");
        Refusal refusal = strict.refusal(strict.tasks()
                .submit(List.of(
                        TaskSpec.of("x").build(),
                        TaskSpec.of("x").skills("java", "cobol").build())));
        assertThat(refusal.field()).contains("[1].skills");
        assertThat(refusal.getMessage()).contains("cobol");
        strict.get(strict.agents().remove("a", null));
        assertThat(strict.refusal(strict.tasks()
                                .submit(List.of(TaskSpec.of("x").skills("java").build())))
                        .field())
                .contains("skills");

        EngineHarness open = with("rejectUnknownSkills", 0);
        Task task = open.submit(TaskSpec.of("x").skills("cobol"));
        assertThat(open.get(open.tasks().why(task.id())).reasons())
                .containsExactly("no registered agent has the skills [cobol]");
    }

    @Test
    void tooDeepOrTooManyChildren_areRefused() {
        EngineHarness deep = with("maxDepth", 3);
        String parent = deep.submit("1").id();
        for (int i = 2; i <= 3; i++) {
            parent = deep.submit(TaskSpec.of("" + i).parent(parent)).id();
        }
        assertThat(deep.refusal(deep.tasks()
                                .submit(List.of(TaskSpec.of("4").parent(parent).build())))
                        .field())
                .contains("parent");

        EngineHarness wide = with("maxChildren", 2);
        Task root = wide.submit("root");
        TaskSpec child = TaskSpec.of("child").parent(root.id()).build();
        wide.get(wide.tasks().submit(List.of(child, child)));
        assertThat(wide.refusal(wide.tasks().submit(List.of(child))).field()).contains("parent");
    }

    @Test
    void absurdRequestsOfAgents_areRefused() {
        EngineHarness h = new EngineHarness();
        h.register("a", 1);
        for (int max : new int[] {0, -1, 1001, Integer.MIN_VALUE}) {
            assertThat(h.refusal(h.attempts().claim("a", max, Duration.ZERO)).field())
                    .contains("max");
        }
        for (Duration wait : List.of(
                Duration.ofMillis(-1),
                Duration.ofSeconds(61),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(h.refusal(h.attempts().claim("a", 1, wait)).field()).contains("wait");
        }
        for (Duration wait : List.of(Duration.ofMillis(-1), Duration.ofMinutes(6))) {
            assertThat(h.refusal(h.tasks().awaitEnd("x", wait)).field()).contains("wait");
        }
    }

    @Test
    void defectOfOneCommand_isToldToItsCallerOnly() {
        EngineHarness h = new EngineHarness();
        CompletableFuture<?> broken = h.engine().ask(turn -> {
            throw new IllegalStateException("defect");
        });
        Task task = h.submit("x");

        assertThat(broken).isCompletedExceptionally();
        assertThat(h.task(task)).isEqualTo(task);
    }

    @Test
    void closedEngine_refuses() {
        EngineHarness h = new EngineHarness();
        h.engine().close();

        assertThat(h.refusal(h.tasks().submit(one())).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
    }
}
