// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.task.Task;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final EventCursor START = EventCursor.start(EngineHarness.SHARDS);

    private final EngineHarness h = new EngineHarness(
            EngineHarness.settings()
                    .with("maxWaits", 2)
                    .with("snapshotRecords", 10)
                    .with("retainedEvents", 0)
                    .with("retainedTasks", 16)
                    .build(),
            1);

    private EventBatch next(EventCursor from, int max) {
        return h.get(h.engine().events().next(from, max, Duration.ZERO));
    }

    @Test
    void everyChange_isAnEventInOrder() {
        h.register("a", 1);
        Task task = h.submit("x");
        h.get(h.attempts().heartbeat(EngineHarness.ref(h.claimOne("a")), "half way"));
        h.get(h.tasks().cancel(task.id(), "enough"));

        List<Event> events = h.events(START);

        assertThat(events)
                .extracting(Event::type)
                .containsSubsequence("task.queued", "task.working", "task.progress", "task.canceled")
                .contains("agent.active");
        Event progress = events.stream()
                .filter(e -> e.type().equals("task.progress"))
                .findFirst()
                .orElseThrow();
        assertThat(progress.cause()).isEqualTo("half way");
        assertThat(progress.agent()).isEqualTo("a");
        assertThat(progress.token()).isEqualTo(1);
        assertThat(h.engine().events().end()).isEqualTo(next(START, 1000).next());
    }

    @Test
    void readInSmallPieces_fromMemoryOrFromTheLog_isTheSame() {
        for (int i = 0; i < 5; i++) {
            h.get(h.tasks().cancel(h.submit("x").id(), null));
            h.advance(1);
        }
        List<Event> fromMemory = h.events(START);
        h.restart();
        List<Event> fromLog = h.events(START);
        List<Event> pieces = new ArrayList<>();
        EventCursor at = START;
        for (EventBatch batch = next(at, 1); !batch.events().isEmpty(); batch = next(batch.next(), 1)) {
            assertThat(batch.events()).hasSize(1);
            pieces.addAll(batch.events());
            at = EventCursor.parse(batch.next().toString());
        }

        assertThat(fromMemory).hasSize(10);
        assertThat(fromLog).isEqualTo(fromMemory);
        assertThat(pieces).containsExactlyInAnyOrderElementsOf(fromMemory);
        assertThat(at).isEqualTo(h.engine().events().end());
    }

    @Test
    void clockSetBack_leavesTheOrderWithinAShard() {
        List<Turn.Logged> logged = new ArrayList<>();
        Task task = h.submit("x");
        EventLog events = new EventLog(h.log(), Runnable::run, 2);
        EventCursor from = events.end();
        long seq = from.seen(1);
        for (int i = 1; i <= 5; i++) {
            Instant at = Instant.EPOCH.plusSeconds(100 - i);
            logged.add(new Turn.Logged(1, seq + i, io.skep.core.state.Change.of(task, at), new byte[0]));
        }
        events.publish(logged);

        EventBatch batch = h.get(events.next(from, 100, Duration.ZERO));

        assertThat(batch.events()).extracting(Event::seq).containsExactly(seq + 1, seq + 2, seq + 3, seq + 4, seq + 5);
        assertThat(batch.next().seen(1)).isEqualTo(seq + 5);
    }

    @Test
    void waitingReader_isWokenByTheNextEvent() {
        EventCursor end = h.engine().events().end();
        var next = h.engine().events().next(end, 10, Duration.ofSeconds(50)).toCompletableFuture();
        assertThat(next).isNotDone();

        Task task = h.submit("x");

        assertThat(next.join().events()).extracting(Event::subject).containsExactly(task.id());
        assertThat(next.join().next()).isEqualTo(h.engine().events().end());
    }

    @Test
    void eventsAreToldOnlyWhenDurable() {
        h.log().manual();
        EventCursor end = h.engine().events().end();
        h.tasks().submit(List.of(io.skep.api.task.TaskSpec.of("x").build()));
        h.run();
        assertThat(next(end, 10).events()).isEmpty();

        h.log().sync();
        h.run();

        assertThat(next(end, 10).events()).hasSize(1);
    }

    @Test
    void moreWaitsThanAllowed_areBusy() {
        EventCursor end = h.engine().events().end();
        var first = h.engine().events().next(end, 10, Duration.ofSeconds(50));
        var second = h.engine().events().next(end, 10, Duration.ofSeconds(50));

        assertThat(h.refusal(h.engine().events().next(end, 10, Duration.ofSeconds(50)))
                        .reason())
                .isEqualTo(Refusal.Reason.BUSY);
        h.submit("x");
        assertThat(h.get(first).events()).isNotEmpty();
        assertThat(h.get(second).events()).isNotEmpty();
    }

    @Test
    void canceledWait_leavesItsPlaceToOthers() {
        EventCursor end = h.engine().events().end();
        for (int i = 0; i < 10; i++) {
            var gone = h.engine().events().next(end, 10, Duration.ofSeconds(50)).toCompletableFuture();
            assertThat(gone).isNotDone();
            gone.cancel(true);
        }
        var stays = h.engine().events().next(end, 10, Duration.ofSeconds(50)).toCompletableFuture();

        h.submit("x");

        assertThat(h.get(stays).events()).hasSize(1);
    }

    @Test
    void waitCanceledBeforeItBegins_neverBegins() {
        List<Runnable> later = new ArrayList<>();
        EventLog events = new EventLog(h.log(), later::add, 1);
        EventCursor end = events.end();
        var gone = events.next(end, 10, Duration.ofSeconds(50)).toCompletableFuture();
        gone.cancel(true);
        later.forEach(Runnable::run);
        later.clear();

        var stays = events.next(end, 10, Duration.ofSeconds(50)).toCompletableFuture();
        later.forEach(Runnable::run);

        assertThat(stays).isNotDone();
    }

    @Test
    void waitThatIsOver_isAnsweredEmpty_andFreesItsPlace() {
        EventCursor end = h.engine().events().end();
        for (int i = 0; i < 3; i++) {
            var next = h.engine().events().next(end, 10, Duration.ofMillis(1)).toCompletableFuture();

            EventBatch nothing = next.orTimeout(30, TimeUnit.SECONDS).join();

            assertThat(nothing).isEqualTo(new EventBatch(List.of(), end));
        }
    }

    @Test
    void trimmedPosition_isNotFound() {
        for (int i = 0; i < 100; i++) {
            h.get(h.tasks().cancel(h.submit("x").id(), null));
        }
        h.restart();

        assertThat(h.refusal(h.engine().events().next(START, 10, Duration.ZERO)).reason())
                .isEqualTo(Refusal.Reason.NOT_FOUND);
        assertThat(h.events(h.engine().events().end())).isEmpty();
    }

    @Test
    void absurdRequests_areRefused() {
        assertThat(h.refusal(h.engine().events().next(EventCursor.start(3), 1, Duration.ZERO))
                        .field())
                .contains("from");
        for (int max : new int[] {0, -1, 10_001}) {
            assertThat(h.refusal(h.engine().events().next(START, max, Duration.ZERO))
                            .field())
                    .contains("max");
        }
        assertThat(h.refusal(h.engine().events().next(START, 1, Duration.ofSeconds(61)))
                        .reason())
                .isEqualTo(Refusal.Reason.INVALID);
        assertThat(h.refusal(h.engine().events().next(START, 1, Duration.ofSeconds(-1)))
                        .reason())
                .isEqualTo(Refusal.Reason.INVALID);
    }

    @Test
    void busyReaders_refuseAndDoNotStopThePublisher() {
        boolean[] full = new boolean[1];
        EventLog events = new EventLog(
                h.log(),
                task -> {
                    if (full[0]) {
                        throw new RejectedExecutionException("full");
                    }
                    task.run();
                },
                2);
        EventCursor end = events.end();
        var waiting = events.next(end, 10, Duration.ofSeconds(50));
        full[0] = true;
        Task task = h.submit("x");

        events.publish(List.of(new Turn.Logged(
                task.shard(),
                end.seen(task.shard()) + 1,
                io.skep.core.state.Change.of(task, h.clock().instant()),
                new byte[0])));

        assertThat(h.refusal(waiting).reason()).isEqualTo(Refusal.Reason.BUSY);
        assertThat(h.refusal(events.next(end, 10, Duration.ZERO)).reason()).isEqualTo(Refusal.Reason.BUSY);
    }
}
