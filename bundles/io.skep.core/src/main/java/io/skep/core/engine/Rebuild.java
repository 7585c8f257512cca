// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.AgentState;
import io.skep.api.store.LogStore;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Shard;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds everything in memory from the log: at the start, and when changes could not be made durable and so never
 * happened. Used by the engine's thread only.
 */
final class Rebuild {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

    private final Engine engine;
    private final LogStore log;
    private final Duration grace;

    /** {@code grace} is how long agents and leases are given to be heard of. */
    Rebuild(Engine engine, LogStore log, Duration grace) {
        this.engine = engine;
        this.log = log;
        this.grace = grace;
    }

    /**
     * Reads the state anew.
     *
     * @param first whether the server starts; else it goes on after changes could not be made durable. Of a turn over
     *     several shards a part may be durable all the same, of which nobody was told
     */
    State state(Instant now, boolean first) {
        Projector projector = engine.projection();
        long begun = System.nanoTime();
        List<Recovery.Recovered> recovered = new Recovery(log).readAll(projector.applied());
        long read = System.nanoTime();
        State state =
                new State(recovered.stream().map(Recovery.Recovered::shard).toList());
        engine.lifecycle().reset(state);
        engine.dormancy().reset();
        enlist(state, now);
        engine.checkpoints().restored(state);
        for (Task task : byAge(state.shards())) {
            engine.lifecycle().index(null, task, now, grace);
        }
        for (Recovery.Recovered entry : recovered) {
            Shard shard = entry.shard();
            projector.offerRecovered(shard.number(), entry.unprojected(), shard.seq());
        }
        engine.timers().at(now, turn -> {
            state.shards()
                    .forEach(shard -> engine.lifecycle().resume(turn, new ArrayList<>(shard.tasks()), projector::task));
            if (first) {
                engine.agents().all().forEach(agent -> restarted(turn, agent.record()));
            } else {
                engine.agents().all().forEach(agent -> takeBack(turn, agent));
            }
            engine.agents().all().forEach(agent -> engine.dormancy().resume(turn, agent, first));
        });
        LOG.info(
                "{} tasks that have not ended, {} agents; read in {} ms, indexed in {} ms",
                state.liveCount(),
                engine.agents().size(),
                TimeUnit.NANOSECONDS.toMillis(read - begun),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - read));
        return state;
    }

    /**
     * Every task, about in the order in which they came to wait: the queues, which are ordered so, take them two times
     * faster than in any order. A sort of numbers, each a time and a place.
     */
    private static List<Task> byAge(List<Shard> shards) {
        List<Task> tasks = new ArrayList<>();
        shards.forEach(shard -> tasks.addAll(shard.tasks()));
        long first = Long.MAX_VALUE;
        for (Task task : tasks) {
            first = Math.min(first, task.submittedAt().toEpochMilli());
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(tasks.size());
        long[] keys = new long[tasks.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (tasks.get(i).submittedAt().toEpochMilli() - first) << bits | i;
        }
        Arrays.parallelSort(keys);
        List<Task> ordered = new ArrayList<>(keys.length);
        for (long key : keys) {
            ordered.add(tasks.get((int) (key & (1L << bits) - 1)));
        }
        return ordered;
    }

    /** After a restart nobody is known to be there; that is no reason to think that anybody is gone. */
    private static void restarted(Turn turn, AgentRecord agent) {
        if (agent.state() == AgentState.ACTIVE) {
            turn.put(agent.in(AgentState.UNKNOWN, "not heard of since the server restarted", turn.now()));
        }
    }

    /** A connector may not have been told of an assignment that is durable, and nothing would ever end that. */
    private static void takeBack(Turn turn, AgentRuntime agent) {
        if (agent.connector() == null) {
            return;
        }
        for (String id : agent.heldTasks()) {
            Task task = turn.state().task(id);
            if (task.state() == TaskState.ASSIGNED) {
                turn.put(Transitions.endAttempt(
                        task, AttemptEnd.INTERRUPTED, "the store was full when it was given out", true, 0, turn.now()));
            }
        }
    }

    private void enlist(State state, Instant now) {
        AgentPool agents = engine.agents();
        Set<String> known = new HashSet<>();
        for (Shard shard : state.shards()) {
            for (AgentRecord record : shard.agents()) {
                known.add(record.id());
                Duration lease = record.spec().lease();
                Instant until = now.plus(grace.compareTo(lease) > 0 ? grace : lease);
                agents.put(record, until);
                AgentRuntime agent = Objects.requireNonNull(agents.find(record.id()));
                agent.renewLease(until);
                if (!record.connected()) {
                    engine.watch(agent);
                }
            }
        }
        agents.retain(known);
    }
}
