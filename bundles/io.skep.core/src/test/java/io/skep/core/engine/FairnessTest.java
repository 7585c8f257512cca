// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.Assignment;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.EngineHarness;
import io.skep.core.TestSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairnessTest {
    private static EngineHarness with(TestSettings settings) {
        return new EngineHarness(settings.build(), 1);
    }

    private static TestSettings strict() {
        return EngineHarness.settings().with("backlogPercent", 0);
    }

    private static void submit(EngineHarness h, String tenant, int count, int priority) {
        TaskSpec spec = TaskSpec.of("x").tenant(tenant).priority(priority).build();
        for (int left = count; left > 0; left -= 1000) {
            h.get(h.tasks().submit(Collections.nCopies(Math.min(left, 1000), spec)));
        }
    }

    /** Whose tasks an agent gets when it takes one after the other and ends each at once. */
    private static List<String> served(EngineHarness h, int count) {
        List<String> tenants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Task task = h.claimOne("a");
            tenants.add(task.spec().tenant());
            h.complete(task, "1");
        }
        return tenants;
    }

    @Test
    void tenantWithAHundredTimesTheTasks_getsHalf() {
        EngineHarness h = with(strict());
        h.register("a", 1);
        submit(h, "flood", 2000, 9);
        submit(h, "small", 20, 0);

        assertThat(served(h, 40)).filteredOn("small"::equals).hasSize(20);
    }

    @Test
    void slotsInUse_count_whateverTheTasksTake() {
        EngineHarness h = with(strict());
        h.register("a", 8);
        submit(h, "long", 100, 5);
        assertThat(h.claim("a", 8)).hasSize(8);
        submit(h, "short", 100, 5);

        List<Task> longOnes = new ArrayList<>(
                h.get(h.tasks().list(io.skep.api.task.TaskQuery.newest(1000))).items());
        longOnes.removeIf(task -> !task.state().isHeld());
        for (int i = 0; i < 4; i++) {
            h.complete(longOnes.get(i), "1");
            assertThat(h.claimOne("a").spec().tenant()).isEqualTo("short");
        }
        h.complete(longOnes.get(4), "1");
        assertThat(h.claimOne("a").spec().tenant()).isEqualTo("long");
    }

    @Test
    void weights_shareTheSlots() {
        EngineHarness h = with(strict().weight("gold", 3));
        h.register("a", 1);
        submit(h, "gold", 100, 5);
        submit(h, "plain", 100, 5);

        assertThat(served(h, 40)).filteredOn("gold"::equals).hasSize(30);
    }

    @Test
    void newcomer_isNotOwedWhatItDidNotAskFor() {
        EngineHarness h = with(strict());
        h.register("a", 1);
        submit(h, "first", 100, 5);
        served(h, 50);
        submit(h, "second", 100, 5);

        assertThat(served(h, 20)).filteredOn("second"::equals).hasSizeBetween(9, 11);
    }

    @Test
    void lowPriority_comesBeforeTheNext_onceItHasWaitedAStep() {
        EngineHarness h = with(strict().with("ageingMillis", 60_000));
        h.register("a", 1);
        Task old = h.submit(TaskSpec.of("old").priority(4));
        h.advance(59);
        Task high = h.submit(TaskSpec.of("high").priority(5));
        h.advance(2);
        Task late = h.submit(TaskSpec.of("late").priority(5));

        for (Task expected : List.of(high, old, late)) {
            Task claimed = h.claimOne("a");
            assertThat(claimed.id()).isEqualTo(expected.id());
            h.complete(claimed, "1");
        }
    }

    @Test
    void withoutAgeing_priorityIsAll() {
        EngineHarness h = with(strict().with("ageingMillis", 0));
        h.register("a", 1);
        Task low = h.submit(TaskSpec.of("low").priority(4));
        h.advance(1_000_000);
        Task high = h.submit(TaskSpec.of("high").priority(5));

        assertThat(h.get(h.tasks().why(low.id())).reasons()).anyMatch(reason -> reason.startsWith("1 task"));
        assertThat(h.claimOne("a").id()).isEqualTo(high.id());
    }

    @Test
    void backlog_getsItsShare_whateverItsPriorityAndTenant() {
        EngineHarness h = with(EngineHarness.settings().with("ageingMillis", 0).with("backlogPercent", 10));
        h.register("a", 1);
        submit(h, "x", 5, 0);
        h.advance(1);
        submit(h, "x", 100, 9);

        List<Integer> priorities = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Task task = h.claimOne("a");
            priorities.add(task.spec().priority());
            h.complete(task, "1");
        }
        assertThat(priorities).filteredOn(priority -> priority == 0).hasSize(5);
        assertThat(priorities.subList(0, 9)).containsOnly(9);
    }

    @Test
    void retriedByRequest_isAsYoungAsTheRequest_andAFailedAttemptKeepsItsPlace() {
        EngineHarness h = with(strict());
        h.register("a", 1);
        Task failing = h.submit("failing");
        h.advance(1);
        Task waiting = h.submit("waiting");
        Task claimed = h.claimOne("a");
        h.get(h.attempts().fail(EngineHarness.ref(claimed), io.skep.api.task.AttemptEnd.FAILED, "no", true));
        h.advance(60);
        assertThat(h.task(failing).queuedAt()).isEqualTo(failing.submittedAt());
        Task again = h.claimOne("a");
        assertThat(again.id()).isEqualTo(failing.id());
        h.complete(again, "1");
        h.get(h.tasks().retry(failing.id()));

        assertThat(h.claimOne("a").id()).isEqualTo(waiting.id());
    }

    @Test
    void tenantsThatFillTheServer_leaveRoomForOthers_withinAQuarterMore() {
        EngineHarness h = with(EngineHarness.settings().with("maxLiveTasks", 100));
        submit(h, "flood", 100, 5);
        Refusal full = h.refusal(
                h.tasks().submit(List.of(TaskSpec.of("x").tenant("flood").build())));
        assertThat(full.reason()).isEqualTo(Refusal.Reason.BUSY);
        assertThat(full.retryAfter()).isPresent();
        assertThat(full.getMessage()).contains("100 of them of tenant flood");

        submit(h, "small", 25, 5);
        assertThat(h.refusal(h.tasks()
                                .submit(List.of(TaskSpec.of("x").tenant("small").build())))
                        .reason())
                .isEqualTo(Refusal.Reason.BUSY);
        assertThat(h.refusal(h.tasks()
                                .submit(List.of(TaskSpec.of("x").tenant("third").build())))
                        .reason())
                .isEqualTo(Refusal.Reason.BUSY);
    }

    /** Whatever comes and goes, nobody with a ready task is passed over for long. */
    @Test
    void everyTenant_isServedInTime_whateverCameBefore() {
        EngineHarness h = with(EngineHarness.settings());
        Random random = new Random(7);
        h.register("a", 4);
        Map<String, Integer> passedOver = new HashMap<>();
        Map<String, Integer> waiting = new HashMap<>();
        List<Task> held = new ArrayList<>();
        for (int round = 0; round < 600; round++) {
            String tenant = "t" + random.nextInt(4);
            int more = random.nextInt(10) == 0 ? 30 : 1;
            submit(h, tenant, more, random.nextInt(10));
            waiting.merge(tenant, more, Integer::sum);
            for (Assignment assignment : h.claim("a", 1 + random.nextInt(3))) {
                String its = assignment.task().spec().tenant();
                held.add(assignment.task());
                waiting.merge(its, -1, Integer::sum);
                waiting.forEach((name, count) -> {
                    if (count > 0 && !name.equals(its)) {
                        assertThat(passedOver.merge(name, 1, Integer::sum)).isLessThan(40);
                    }
                });
                passedOver.put(its, 0);
            }
            Collections.shuffle(held, random);
            for (int i = random.nextInt(4); i > 0 && !held.isEmpty(); i--) {
                h.complete(held.remove(held.size() - 1), "1");
            }
        }
        h.restart();
        assertThat(h.engine().dispatcher().tenantCount()).isEqualTo(4);
        waiting.forEach((tenant, count) ->
                assertThat(h.engine().dispatcher().liveOf(tenant)).isGreaterThanOrEqualTo(count));
    }
}
