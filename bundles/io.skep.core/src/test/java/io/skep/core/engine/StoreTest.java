// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentState;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Completion;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.DirectExecutor;
import io.skep.core.EngineHarness;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Shard;
import io.skep.testkit.InMemoryProjection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class StoreTest {
    private final FaultyLog[] faulty = new FaultyLog[1];
    private final EngineHarness h = new EngineHarness(
            EngineHarness.settings()
                    .with("snapshotRecords", 10)
                    .with("retainedTasks", 40)
                    .with("retainedEvents", 40)
                    .build(),
            1,
            log -> faulty[0] = new FaultyLog(log));

    private Map<String, Task> memory() {
        Map<String, Task> all = new HashMap<>();
        h.engine().state().shards().forEach(s -> s.tasks().forEach(t -> all.put(t.id(), t)));
        return all;
    }

    private Set<AgentRecord> agents() {
        Set<AgentRecord> all = new HashSet<>();
        h.engine().state().shards().forEach(s -> all.addAll(s.agents()));
        return all;
    }

    @Test
    void fullStore_refusesChanges_andGoesOnWhenThereIsSpace() {
        h.register("a", 5);
        Task before = h.submit("before");
        Task claimed = h.claimOne("a");
        Map<String, Task> state = memory();
        var waiting = h.attempts().claim("a", 1, Duration.ofSeconds(50)).toCompletableFuture();
        h.run();

        h.log().full(true);
        Refusal first = h.refusal(h.tasks().submit(List.of(TaskSpec.of("x").build())));
        Refusal second = h.refusal(h.attempts()
                .complete(List.of(new Completion(ref(claimed), "1")))
                .get(0));

        assertThat(first.reason()).isEqualTo(Refusal.Reason.STORE_FULL);
        assertThat(first.reason().httpStatus()).isEqualTo(507);
        assertThat(first.retryAfter()).isPresent();
        assertThat(second.reason()).isEqualTo(Refusal.Reason.STORE_FULL);
        assertThat(h.engine().trouble()).contains("space");
        assertThat(h.refusal(waiting).reason()).isEqualTo(Refusal.Reason.STORE_FULL);
        assertThat(h.get(h.tasks().find(before.id()))).as("reads go on").isPresent();

        h.log().full(false);
        h.run();
        assertThat(h.engine().trouble()).isNull();
        assertThat(memory()).isEqualTo(state);
        assertThat(h.complete(claimed, "1").state()).isEqualTo(TaskState.COMPLETED);
        assertThat(h.submit("after").state()).isEqualTo(TaskState.QUEUED);
        assertThat(h.agents().find("a").orElseThrow().state()).isEqualTo(AgentState.ACTIVE);
    }

    @Test
    void agentRegisteredIntoAFullStore_isNotThere() {
        h.log().full(true);
        h.refusal(h.agents().register(agent("a", 1), false));
        h.log().full(false);
        h.run();

        assertThat(h.agents().list()).isEmpty();
        h.register("a", 1);
        h.advance(30);
        assertThat(h.agents().find("a").orElseThrow().state()).isEqualTo(AgentState.UNKNOWN);
    }

    @Test
    void repeatedSubmission_ofOneThatDidNotBecomeDurable_isNotAcknowledged() {
        TaskSpec spec = TaskSpec.of("x").idempotencyKey("k").build();
        h.log().manual();
        var first = h.tasks().submit(List.of(spec));
        h.run();
        var second = h.tasks().submit(List.of(spec));
        var end = h.tasks().awaitEnd("none", Duration.ZERO);
        h.run();
        h.log().full(true);
        h.log().sync();

        assertThat(h.refusal(first).reason()).isEqualTo(Refusal.Reason.STORE_FULL);
        assertThat(h.refusal(second).reason()).isEqualTo(Refusal.Reason.STORE_FULL);
        assertThat(h.refusal(end).reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
    }

    @Test
    void endOfATask_isToldWhenItIsDurable() {
        Task task = h.submit("x");
        h.log().manual();
        h.tasks().cancel(task.id(), null);
        h.run();

        var end = h.tasks().awaitEnd(task.id(), Duration.ofSeconds(50)).toCompletableFuture();
        h.run();
        assertThat(end).isNotDone();
        h.log().sync();

        assertThat(h.get(end).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void endThatDidNotBecomeDurable_isNotTold() {
        Task task = h.submit("x");
        h.log().manual();
        h.tasks().cancel(task.id(), null);
        h.run();
        var end = h.tasks().awaitEnd(task.id(), Duration.ofSeconds(50));
        h.run();
        h.log().full(true);
        h.log().sync();

        assertThat(h.refusal(end).reason()).isEqualTo(Refusal.Reason.STORE_FULL);
    }

    @Test
    void stoppedStore_makesEverythingUnavailable() {
        h.register("a", 1);
        h.log().stop();

        Refusal first = h.refusal(h.tasks().submit(List.of(TaskSpec.of("x").build())));
        h.run();

        assertThat(first.reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(h.refusal(h.agents().heartbeat("a", null)).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(h.engine().trouble()).isNotNull();
    }

    @Test
    void fencedServer_isUnavailable() {
        for (int shard = 0; shard < EngineHarness.SHARDS; shard++) {
            h.log().fence(shard);
        }
        assertThat(h.refusal(h.tasks().submit(List.of(TaskSpec.of("x").build())))
                        .reason())
                .isEqualTo(Refusal.Reason.UNAVAILABLE);
    }

    /** Keys of tasks in each shard. */
    private List<String> keyOfEachShard() {
        Map<Integer, String> keys = new HashMap<>();
        for (int i = 0; keys.size() < EngineHarness.SHARDS; i++) {
            keys.putIfAbsent(h.engine().state().shardOfKey("default", "k" + i), "k" + i);
        }
        return List.copyOf(keys.values());
    }

    @Test
    void turnThatFailedInPart_isPublishedProjectedAndTakenBack() {
        RecordingConnector connector = new RecordingConnector();
        h.get(h.agents().connect(agent("c", 10), connector));
        EventCursor from = h.engine().events().end();

        faulty[0].fault = shard -> shard == 2 ? new StoreFullException("full") : null;
        List<CompletionStage<List<Submitted>>> oneTurn = submitToEachShard();
        oneTurn.forEach(stage -> assertThat(h.refusal(stage).reason()).isEqualTo(Refusal.Reason.STORE_FULL));
        assertThat(connector.assigned).isEmpty();
        faulty[0].fault = shard -> null;
        h.run();

        assertThat(memory()).hasSize(3);
        assertThat(memory().values()).as("given out anew").allMatch(t -> t.token() == 2);
        assertThat(memory().values()).allMatch(t -> t.attempts().get(0).end() == AttemptEnd.INTERRUPTED);
        assertThat(connector.assigned).hasSize(3);
        assertThat(h.get(h.tasks().list(TaskQuery.newest(10))).items()).hasSize(3);
        List<Event> events = h.events(from);
        assertThat(events.stream().filter(e -> e.type().equals("task.assigned")).count())
                .isEqualTo(6);
        EventCursor at = from;
        for (Event event : events) {
            assertThat(event.seq()).isEqualTo(at.seen(event.shard()) + 1);
            at = at.after(event);
        }
        assertThat(submitToEachShard().stream()
                        .filter(stage -> h.get(stage).get(0).duplicate())
                        .count())
                .isEqualTo(3);
    }

    /** Four submissions that wait for the same turn. */
    private List<CompletionStage<List<Submitted>>> submitToEachShard() {
        List<CompletionStage<List<Submitted>>> stages = new ArrayList<>();
        for (String key : keyOfEachShard()) {
            stages.add(h.tasks()
                    .submit(List.of(TaskSpec.of("x").idempotencyKey(key).build())));
        }
        return stages;
    }

    @Test
    void taskWhoseDependencyDidNotBecomeDurable_doesNotWaitForEver() {
        List<String> keys = keyOfEachShard();
        Task there = h.submit(TaskSpec.of("parent").idempotencyKey(keys.get(2)));
        Task here = h.submit(TaskSpec.of("parent").idempotencyKey(keys.get(1)));
        TaskSpec first = TaskSpec.of("x").name("first").parent(there.id()).build();
        TaskSpec second = TaskSpec.of("y").dependsOn("first").parent(here.id()).build();
        faulty[0].fault = shard -> shard == 2 ? new StoreFullException("full") : null;
        h.refusal(h.tasks().submit(List.of(first, second)));
        faulty[0].fault = shard -> null;
        h.run();

        assertThat(memory().values())
                .filteredOn(t -> t.spec().description().equals("y"))
                .singleElement()
                .satisfies(t -> assertThat(t.state()).isEqualTo(TaskState.REJECTED))
                .satisfies(t -> assertThat(t.cause()).contains("did not become durable"));
    }

    @Test
    void removalThatFailedInPart_isFinished() {
        h.register("a", 1);
        int other = (h.engine().state().shardOfAgent("a").number() + 1) % EngineHarness.SHARDS;
        String key = keyOfEachShard().get(other);
        Task task = h.submit(TaskSpec.of("x").idempotencyKey(key));
        h.claimOne("a");
        faulty[0].fault = shard -> shard == other ? new StoreFullException("full") : null;
        h.refusal(h.agents().remove("a", null));
        faulty[0].fault = shard -> null;
        h.run();

        assertThat(h.agents().list()).isEmpty();
        assertThat(h.task(task).attempts().get(0).end()).isEqualTo(AttemptEnd.INTERRUPTED);
        h.register("a", 1);
        assertThat(h.claimOne("a").id()).isEqualTo(task.id());
    }

    private void work(int rounds) {
        h.register("a", 3);
        h.register("b", 3);
        for (int i = 0; i < rounds; i++) {
            h.submit(TaskSpec.of("t" + i).input("\"" + "x".repeat(i % 7) + "\""));
            Task task = h.claimOne(i % 2 == 0 ? "a" : "b");
            if (i % 3 == 0) {
                h.get(h.attempts().fail(ref(task), AttemptEnd.FAILED, "broken", false));
            } else {
                h.complete(task, "\"" + i + "\"");
            }
            h.clock().advance(Duration.ofMillis(3));
        }
        h.submit("waits");
        h.submit("runs");
        h.claimOne("a");
        h.run();
    }

    @Test
    void stateAfterARestart_equalsTheStateBefore() {
        work(400);
        for (int shard = 0; shard < EngineHarness.SHARDS; shard++) {
            assertThat(h.log().snapshot(shard)).isPresent();
            assertThat(h.log().firstSeq(shard)).as("trimmed").isGreaterThan(1);
        }
        Map<String, Task> before = memory();
        Set<String> agentsBefore = new HashSet<>();
        agents().forEach(a -> agentsBefore.add(a.id() + a.registeredAt() + a.secretHash() + a.spec()));

        h.restart();

        Map<String, Task> after = memory();
        assertThat(after).containsAllEntriesOf(before);
        after.keySet().removeAll(before.keySet());
        assertThat(after.values()).allMatch(t -> t.state().isTerminal());
        Set<String> agentsAfter = new HashSet<>();
        agents().forEach(a -> agentsAfter.add(a.id() + a.registeredAt() + a.secretHash() + a.spec()));
        assertThat(agentsAfter).isEqualTo(agentsBefore);
        assertThat(h.engine().state().liveCount()).isEqualTo(2);
    }

    @Test
    void lostProjection_isRebuiltAsFarAsTheLogReaches() {
        EngineHarness small = new EngineHarness(
                EngineHarness.settings()
                        .with("snapshotRecords", 10)
                        .with("retainedTasks", 16)
                        .with("retainedEvents", 400)
                        .build(),
                1);
        small.register("a", 1);
        for (int i = 0; i < 300; i++) {
            small.submit("x");
            small.complete(small.claimOne("a"), "1");
        }
        InMemoryProjection lost = new InMemoryProjection(EngineHarness.SHARDS);

        Engine again = new Engine(
                new Parts(
                        small.log(),
                        lost,
                        small.clock(),
                        new Random(1),
                        Runnable::run,
                        new DirectExecutor(),
                        Router.NONE,
                        Checker.NONE,
                        Sleeper.NONE),
                small.engine().settings());
        again.settle();

        for (Shard shard : again.state().shards()) {
            assertThat(small.log().firstSeq(shard.number())).isGreaterThan(1);
            assertThat(lost.applied(shard.number())).isEqualTo(shard.seq());
            shard.tasks().forEach(task -> assertThat(lost.task(task.id())).isPresent());
        }
        int kept =
                again.state().shards().stream().mapToInt(s -> s.tasks().size()).sum();
        assertThat(lost.tasks(TaskQuery.newest(1000)).items())
                .as("forgotten ones too")
                .hasSizeGreaterThan(kept);
    }

    @Test
    void logThatTheProjectionStillNeeds_isNotTrimmed() {
        h.stopProjecting();
        work(100);

        for (int shard = 0; shard < EngineHarness.SHARDS; shard++) {
            assertThat(h.log().snapshot(shard)).isPresent();
            assertThat(h.log().firstSeq(shard))
                    .isLessThanOrEqualTo(h.projection().applied(shard) + 1);
        }
    }

    @Test
    void unreadableRecord_isNamed_andNothingStarts() {
        h.submit("x");
        h.log().append(h.log().acquire(1), h.log().lastSeq(1) + 1, List.of(new byte[] {'{'}));

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(h::restart)
                .withMessageContaining("of shard 1 cannot be read");
    }

    @Test
    void unreadableSnapshot_isNamed_andNothingStarts() {
        h.submit(TaskSpec.of("x").idempotencyKey(keyOfEachShard().get(1)));
        h.log().keepSnapshot(h.log().acquire(1), new io.skep.api.store.Snapshot(1, new byte[] {'['}));

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(h::restart)
                .withMessageContaining("the snapshot of shard 1");
    }

    @Test
    void snapshotThatCannotBeKept_isTriedAgainLater() {
        h.register("a", 1);
        for (int shard = 0; shard < EngineHarness.SHARDS; shard++) {
            assertThat(h.log().snapshot(shard)).isEmpty();
        }
        for (int i = 0; i < 30; i++) {
            h.get(h.tasks().cancel(h.submit("x").id(), null));
        }
        assertThat(java.util.stream.IntStream.range(0, EngineHarness.SHARDS)
                        .anyMatch(s -> h.log().snapshot(s).isPresent()))
                .isTrue();
    }
}
