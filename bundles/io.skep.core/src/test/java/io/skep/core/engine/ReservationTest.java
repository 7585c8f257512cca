// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.Reservation;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReservationTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final EngineHarness h = new EngineHarness();

    private RecordingConnector connect(String id, int slots, String... skills) {
        RecordingConnector connector = new RecordingConnector();
        h.get(h.agents().connect(agent(id, slots, skills), connector));
        return connector;
    }

    private Reservation reserve(String agent) {
        return h.get(h.agents().reserve(agent, MINUTE));
    }

    private static TaskSpec named(Reservation reservation) {
        return TaskSpec.of("named").skills("s").reservation(reservation.id()).build();
    }

    private Task submit(TaskSpec spec) {
        return h.get(h.tasks().submit(List.of(spec))).get(0).task();
    }

    private String agentOf(Task task) {
        return h.task(task)
                .currentAttempt()
                .map(attempt -> attempt.agent())
                .orElse(h.task(task).state().wire());
    }

    private int reserved(String agent) {
        return h.agents().find(agent).orElseThrow().reserved();
    }

    @Test
    void reservedSlot_isKeptFree_forTheTaskThatNamesIt_whateverElseWaits() {
        connect("a", 1, "s");
        Reservation reservation = reserve("a");
        assertThat(reservation.until()).isEqualTo(h.clock().instant().plus(MINUTE));
        assertThat(reserved("a")).isEqualTo(1);
        Task urgent = submit(TaskSpec.of("x").skills("s").priority(9).build());
        assertThat(agentOf(urgent)).isEqualTo("queued");
        assertThat(h.get(h.tasks().why(urgent.id())).reasons().get(0)).contains("in use or reserved");

        Task named = submit(named(reservation));

        assertThat(agentOf(named)).isEqualTo("a");
        assertThat(agentOf(urgent)).isEqualTo("queued");
        assertThat(reserved("a")).isZero();
        assertThat(h.get(h.tasks().why(named.id())).reasons().get(0)).contains("reservation");
    }

    @Test
    void reservedSlots_countAsUsed_whenTheLeastLoadedIsChosen() {
        connect("a", 2, "s");
        connect("b", 3, "s");
        reserve("a");
        reserve("a");

        assertThat(agentOf(submit(TaskSpec.of("1").skills("s").build()))).isEqualTo("b");
        assertThat(agentOf(submit(TaskSpec.of("2").skills("s").build()))).isEqualTo("b");
        assertThat(agentOf(submit(TaskSpec.of("3").skills("s").build()))).isEqualTo("b");
        assertThat(agentOf(submit(TaskSpec.of("4").skills("s").build()))).isEqualTo("queued");
    }

    @Test
    void moreReservationsThanFreeSlots_areAConflict() {
        connect("a", 2, "s");
        submit(TaskSpec.of("x").skills("s").build());
        reserve("a");

        Refusal refusal = h.refusal(h.agents().reserve("a", MINUTE));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refusal.getMessage()).isEqualTo("all 2 slots of agent a are in use or reserved");
    }

    @Test
    void agentThatIsNotActive_orNotThere_orAbsurdTimes_areRefused() {
        connect("a", 1, "s");
        h.get(h.agents().drain("a", "for repair"));

        assertThat(h.refusal(h.agents().reserve("a", MINUTE)).getMessage())
                .isEqualTo("agent a is draining (for repair)");
        assertThat(h.refusal(h.agents().reserve("z", MINUTE)).reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
        for (Duration absurd : List.of(Duration.ZERO, Duration.ofMillis(-1), MINUTE.multipliedBy(6))) {
            assertThat(h.refusal(h.agents().reserve("a", absurd)).field()).contains("atMost");
        }
        assertThat(h.refusal(h.tasks()
                                .submit(List.of(
                                        TaskSpec.of("x").reservation("a b").build())))
                        .field())
                .contains("reservation");
    }

    @Test
    void reservationThatRanOut_leavesTheSlotAndItsTasksToAnybody() {
        RecordingConnector a = connect("a", 1, "s");
        connect("b", 1, "s");
        submit(TaskSpec.of("x").skills("s").build());
        Reservation reservation = reserve("b");
        h.get(h.agents().disconnect("b", new RecordingConnector()));
        h.register("pull", 1, "s");
        Reservation silent = reserve("pull");
        Task waits = submit(named(silent));
        assertThat(agentOf(waits)).isEqualTo("queued");
        assertThat(h.get(h.tasks().why(waits.id())).reasons().get(0))
                .isEqualTo("it waits for the reserved slot of agent pull until " + silent.until() + ", then for any");
        h.complete(a.assigned.get(0).task(), "1");
        assertThat(agentOf(waits)).as("a is free, but it has a slot of its own").isEqualTo("queued");

        h.advance(MINUTE);

        assertThat(agentOf(waits)).isIn("a", "b");
        assertThat(reserved("b")).isZero();
        assertThat(reserved("pull")).isZero();
        assertThat(agentOf(submit(named(reservation)))).as("over, so any").isIn("a", "b");
        assertThat(h.engine().timers().size()).isLessThan(5);
    }

    @Test
    void released_isOverAtOnce_andTwiceIsNothing() {
        connect("a", 1, "s");
        Reservation reservation = reserve("a");
        Task waits = submit(TaskSpec.of("x").skills("s").build());
        int timers = h.engine().timers().size();

        h.get(h.agents().release(reservation.id()));
        h.get(h.agents().release(reservation.id()));
        h.get(h.agents().release("unknown"));

        assertThat(reserved("a")).isZero();
        assertThat(agentOf(waits)).isEqualTo("a");
        assertThat(h.engine().timers().size()).isEqualTo(timers - 1);
    }

    @Test
    void oneReservation_isOneSlot_andTheNextTaskOfItIsForAnybody() {
        h.register("a", 2, "s");
        connect("b", 1, "s");
        Reservation reservation = reserve("a");
        Task first = submit(named(reservation));
        Task second = submit(named(reservation));
        assertThat(agentOf(second)).isEqualTo("queued");
        assertThat(h.get(h.tasks().why(second.id())).reasons().get(1))
                .isEqualTo("1 tasks with the same reservation stand before it");

        assertThat(h.claimOne("a").id()).isEqualTo(first.id());

        assertThat(agentOf(second)).isEqualTo("b");
    }

    @Test
    void skillsThatTheAgentLacks_areRefusedNamingTheField_whileTheReservationLasts() {
        connect("a", 1, "s");
        connect("b", 1, "t");
        Reservation reservation = reserve("a");
        TaskSpec wrong =
                TaskSpec.of("x").skills("t").reservation(reservation.id()).build();

        Refusal refusal = h.refusal(h.tasks().submit(List.of(wrong)));

        assertThat(refusal.field()).contains("reservation");
        assertThat(refusal.getMessage()).contains("agent a", "t");
        assertThat(h.refusal(h.tasks().submit(List.of(named(reservation), wrong)))
                        .field())
                .contains("[1].reservation");
        h.get(h.agents().release(reservation.id()));
        assertThat(agentOf(submit(wrong))).isEqualTo("b");
    }

    @Test
    void agentThatDrainsGoesOrCanDoLess_breaksItsReservations() {
        connect("b", 9, "s");
        for (Runnable change : List.<Runnable>of(
                () -> h.get(h.agents().drain("a", null)),
                () -> h.get(h.agents().remove("a", null)),
                () -> h.get(h.agents().register(agent("a", 2, "t"), true)),
                () -> h.get(h.agents().register(agent("a", 1, "s"), true)))) {
            h.get(h.agents().register(agent("a", 2, "s", "t"), true));
            reserve("a");
            Reservation reservation = reserve("a");
            Task waits = submit(named(reservation));
            assertThat(agentOf(waits)).isEqualTo("queued");

            change.run();

            assertThat(agentOf(waits)).isEqualTo("b");
            assertThat(h.agents().find("a").map(a -> a.reserved()).orElse(0)).isZero();
        }
    }

    @Test
    void lostAgent_breaksItsReservations_anUnknownOneKeepsThem() {
        h.register("a", 1, "s");
        Reservation reservation = h.get(h.agents().reserve("a", Duration.ofMinutes(5)));
        Task waits = submit(named(reservation));
        h.advance(EngineHarness.LEASE);
        assertThat(reserved("a")).isEqualTo(1);
        connect("b", 1, "s");
        assertThat(agentOf(waits)).isEqualTo("queued");

        h.advance(EngineHarness.LEASE);

        assertThat(agentOf(waits)).isEqualTo("b");
    }

    @Test
    void restart_forgetsReservations_andTheirTasksAreForAnybody() {
        connect("a", 1, "s");
        Task waits = submit(named(reserve("a")).toBuilder()
                .notBefore(h.clock().instant().plusSeconds(5))
                .build());
        h.restart();
        assertThat(reserved("a")).isZero();
        connect("b", 1, "s");

        h.advance(5);

        assertThat(agentOf(waits)).isEqualTo("b");
    }

    @Test
    void taskThatBecomesReadyLater_findsItsSlot() {
        connect("a", 1, "s");
        connect("b", 1, "s");
        Reservation reservation = reserve("b");
        Task before = submit(TaskSpec.of("before").skills("s").build());
        Task after =
                submit(named(reservation).toBuilder().dependsOn(before.id()).build());
        assertThat(agentOf(after)).isEqualTo("submitted");

        h.complete(h.task(before), "1");

        assertThat(agentOf(after)).isEqualTo("b");
        assertThat(h.get(h.tasks().cancel(after.id(), null)).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void canceledTask_leavesTheReservationToTheNext() {
        h.register("a", 1, "s");
        Reservation reservation = reserve("a");
        Task canceled = submit(named(reservation));
        h.get(h.tasks().cancel(canceled.id(), null));
        Task next = submit(named(reservation));

        assertThat(h.claimOne("a").id()).isEqualTo(next.id());
    }

    @Test
    void fullStore_forgetsReservations() {
        connect("a", 1, "s");
        reserve("a");
        h.log().full(true);
        h.tasks().submit(List.of(TaskSpec.of("x").build()));
        h.run();
        h.log().full(false);
        h.run();

        assertThat(reserved("a")).isZero();
        assertThat(agentOf(submit(TaskSpec.of("y").skills("s").build()))).isEqualTo("a");
    }
}
