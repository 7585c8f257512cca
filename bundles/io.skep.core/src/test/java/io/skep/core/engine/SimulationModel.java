// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.task.Assignment;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Selection;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Shard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What was acknowledged, and what must hold because of it. */
final class SimulationModel {
    private final EngineHarness h;
    private final Map<String, Known> known = new TreeMap<>();
    private final List<String> ids = new ArrayList<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, String> idsByKey = new HashMap<>();
    private final List<AssertionError> broken = new ArrayList<>();
    private final List<Reservation> reservations = new ArrayList<>();
    private EventCursor cursor = EventCursor.start(EngineHarness.SHARDS);

    /** What was acknowledged about one task. */
    private static final class Known {
        long lastToken;
        long completedBy;
        boolean retried;
        boolean isReviewed;
    }

    SimulationModel(EngineHarness h) {
        this.h = h;
    }

    List<String> ids() {
        return ids;
    }

    /** Runs {@code then} if the stage ends well; anything but a refusal or a failed store is a defect. */
    <T> void when(CompletionStage<T> stage, Consumer<T> then) {
        stage.whenComplete((value, failure) -> {
            try {
                if (failure == null) {
                    then.accept(value);
                } else {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    assertThat(cause).isInstanceOf(Refusal.class);
                }
            } catch (AssertionError error) {
                broken.add(error);
            }
        });
    }

    void submitted(TaskSpec spec, Submitted answer) {
        String id = answer.task().id();
        String key = spec.idempotencyKey();
        if (key != null) {
            String before = idsByKey.putIfAbsent(key, id);
            assertThat(id).as("the task of key %s", key).isEqualTo(before == null ? id : before);
            assertThat(answer.duplicate() || before == null).isTrue();
        }
        known.putIfAbsent(id, new Known());
        if (acknowledged.add(id)) {
            ids.add(id);
        } else {
            assertThat(answer.duplicate()).isTrue();
        }
    }

    void assigned(Assignment assignment) {
        Task task = assignment.task();
        Known it = known.computeIfAbsent(task.id(), id -> new Known());
        assertThat(task.token()).as("the token of %s", task).isGreaterThan(it.lastToken);
        it.lastToken = task.token();
    }

    void complete(AttemptRef ref, String result) {
        when(h.attempts().complete(List.of(new Completion(ref, result))).get(0), task -> {
            Known it = known.computeIfAbsent(ref.task(), id -> new Known());
            it.isReviewed |= task.state() != TaskState.COMPLETED;
            if (!it.retried && !it.isReviewed) {
                assertThat(it.completedBy).isIn(0L, ref.token());
            }
            it.completedBy = ref.token();
        });
    }

    void cancel(String id) {
        when(
                h.tasks().cancel(id, null),
                task -> assertThat(task.state().isTerminal()).isTrue());
    }

    void retry(String id) {
        Known it = known.get(id);
        it.retried = true;
        when(
                h.tasks().retry(id),
                task -> assertThat(task.state()).isIn(TaskState.QUEUED, TaskState.WORKING, TaskState.ASSIGNED));
    }

    void reserve(String agent, Duration atMost) {
        when(h.agents().reserve(agent, atMost), reservations::add);
    }

    List<Reservation> reservations() {
        return reservations;
    }

    List<Task> live() {
        return h.engine().state().shards().stream()
                .flatMap(shard -> shard.tasks().stream())
                .filter(task -> !task.state().isTerminal())
                .toList();
    }

    /** Follows the stream; what it is told has no gap, whatever happens to the server. */
    void readEvents(int max) {
        if (h.engine().trouble() != null) {
            return;
        }
        try {
            EventBatch batch = h.engine()
                    .events()
                    .next(cursor, max, Duration.ZERO)
                    .toCompletableFuture()
                    .join();
            assertThat(batch.events().size()).isLessThanOrEqualTo(max);
            EventCursor at = cursor;
            for (Event event : batch.events()) {
                assertThat(event.seq()).as("after %s", at).isEqualTo(at.seen(event.shard()) + 1);
                at = at.after(event);
            }
            assertThat(batch.next()).isEqualTo(at);
            cursor = at;
        } catch (CompletionException trimmed) {
            assertThat(trimmed.getCause()).isInstanceOf(Refusal.class);
            cursor = h.engine().events().end();
        }
    }

    /** What must hold whenever everything is durable and answered. */
    void check() {
        assertThat(broken).isEmpty();
        Map<String, Integer> held = new HashMap<>();
        for (Shard shard : h.engine().state().shards()) {
            long chars = 0;
            for (Task task : shard.tasks()) {
                checkAttempts(task);
                task.currentAttempt().ifPresent(attempt -> held.merge(attempt.agent(), 1, Integer::sum));
                chars += length(task.spec().input()) + length(task.result());
                chars += task.review() == null
                        ? 0
                        : task.review().attachments().values().stream()
                                .mapToInt(String::length)
                                .sum();
            }
            assertThat(shard.payloadChars()).isEqualTo(chars);
            assertThat(shard.liveCount()).isEqualTo((int)
                    shard.tasks().stream().filter(t -> !t.state().isTerminal()).count());
        }
        for (Agent agent : h.agents().list()) {
            assertThat(agent.busy()).as("slots of %s", agent).isEqualTo(held.getOrDefault(agent.id(), 0));
            assertThat(h.agents().held(agent.id())).hasSize(agent.busy());
        }
        checkReservations();
        checkAcknowledged();
        checkNobodyIdles();
        Replay.check(h);
    }

    /** Every slot that is held is one that somebody was promised, and free. */
    private void checkReservations() {
        Map<String, Integer> promised = new HashMap<>();
        reservations.removeIf(r -> h.engine().dispatcher().reservation(r.id()) == null);
        for (Reservation reservation : reservations) {
            assertThat(reservation.until()).isAfter(h.clock().instant());
            promised.merge(reservation.agent(), 1, Integer::sum);
        }
        for (Agent agent : h.agents().list()) {
            assertThat(agent.reserved()).as("%s", agent).isEqualTo(promised.getOrDefault(agent.id(), 0));
            assertThat(agent.reserved() == 0
                            || agent.busy() + agent.reserved() <= agent.spec().slots())
                    .as("%s", agent)
                    .isTrue();
        }
    }

    private static void checkAttempts(Task task) {
        for (int i = 0; i < task.attempts().size(); i++) {
            Attempt attempt = task.attempts().get(i);
            boolean current = i == task.attempts().size() - 1 && task.state().isHeld();
            assertThat(attempt.token()).isEqualTo(i + 1);
            assertThat(attempt.end() == null).as("%s", task).isEqualTo(current);
        }
        assertThat(task.waitingFor().isEmpty()).as("%s", task).isEqualTo(task.state() != TaskState.SUBMITTED);
    }

    private void checkAcknowledged() {
        known.forEach((id, it) -> {
            Task task =
                    h.tasks().find(id).toCompletableFuture().join().orElseThrow(() -> new AssertionError("lost " + id));
            assertThat(task.token()).isGreaterThanOrEqualTo(it.lastToken);
            if (it.completedBy != 0 && !it.retried && !it.isReviewed) {
                assertThat(task.state()).as("%s", task).isEqualTo(TaskState.COMPLETED);
                assertThat(task.token()).isEqualTo(it.completedBy);
            } else if (it.completedBy != 0) {
                assertThat(task.attempts().get((int) it.completedBy - 1).end())
                        .as("%s", task)
                        .isEqualTo(AttemptEnd.COMPLETED);
            }
        });
    }

    /** No task that could start waits while somebody who can do it asks for work: so none got out of the queue. */
    private void checkNobodyIdles() {
        for (AgentRuntime agent : h.engine().agents().all()) {
            AgentRecord record = agent.record();
            if (record.state() == AgentState.ACTIVE && (agent.connector() != null || agent.hasWaitingClaim())) {
                for (Task task : live()) {
                    boolean due = task.notBefore() == null
                            || !task.notBefore().isAfter(h.clock().instant());
                    assertThat(task.state() == TaskState.QUEUED
                                    && due
                                    && isFor(agent, task)
                                    && hasSlotFor(agent, task)
                                    && record.spec()
                                            .skillIds()
                                            .containsAll(task.spec().skills()))
                            .as("%s idles and %s waits", record, task)
                            .isFalse();
                }
            }
        }
    }

    private boolean isFor(AgentRuntime agent, Task task) {
        if (h.engine().checkpoints().waitsFor(task) != null) {
            return false;
        }
        Selection selection = task.selection();
        return selection == null
                ? !h.engine().routing().isBeingRanked(task)
                        && h.engine().checkpoints().waitsFor(task) == null
                : !selection.held()
                        && (selection.agent() == null || selection.agent().equals(agent.id()));
    }

    private boolean hasSlotFor(AgentRuntime agent, Task task) {
        Reservation reservation =
                h.engine().dispatcher().reservation(task.spec().reservation());
        return reservation == null
                ? agent.used() < agent.slots()
                : reservation.agent().equals(agent.id());
    }

    void checkEnd() {
        assertThat(live()).isEmpty();
    }

    private static long length(String text) {
        return text == null ? 0 : text.length();
    }
}
