// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.codec.TaskCodec;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes durable changes to the projection, behind the log. Of a task that changed several times since the last write
 * only the newest is written, so that falling behind makes it faster. Offering never blocks.
 */
final class Projector implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Projector.class);
    /** How long changes are gathered, so that a task that runs through its states at once is written once. */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int CHUNK = 2000;
    private static final long RETRY_MILLIS = 1000;
    /** How often it is looked whether tasks are past their time, at the latest; while some are, more often. */
    private static final long EXPIRE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long EXPIRE_NEXT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Projection projection;
    private final Duration history;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Task> pending = new LinkedHashMap<>();
    private final long[] offered;
    /** Where the log ended at the start. */
    private final long[] recovered;

    private final AtomicLongArray applied;
    private boolean closed;
    private long expireAt = System.nanoTime();

    /** {@code history} is how long after its end a task is kept, zero for ever. */
    Projector(Projection projection, int shards, Duration history, Clock clock) {
        this.projection = projection;
        this.history = history;
        this.clock = clock;
        this.offered = new long[shards];
        this.recovered = new long[shards];
        this.applied = new AtomicLongArray(shards);
        for (int shard = 0; shard < shards; shard++) {
            applied.set(shard, projection.applied(shard));
            offered[shard] = applied.get(shard);
        }
    }

    /** The number of the last record of each shard that the projection contains. */
    long[] applied() {
        long[] copy = new long[applied.length()];
        for (int shard = 0; shard < copy.length; shard++) {
            copy[shard] = applied.get(shard);
        }
        return copy;
    }

    /**
     * A task that the projection contains; blocks.
     *
     * @throws StoreException if it cannot be read
     */
    Optional<Task> task(String id) {
        return projection.task(id).map(body -> {
            try {
                return TaskCodec.decode(body);
            } catch (IOException unreadable) {
                throw new StoreException("task " + id + " in the projection cannot be read", unreadable);
            }
        });
    }

    /** Records that are durable and not yet written. */
    long lag() {
        lock.lock();
        try {
            long lag = 0;
            for (int shard = 0; shard < offered.length; shard++) {
                lag += offered[shard] - applied.get(shard);
            }
            return lag;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the projection has everything that was in the log at the start. */
    boolean hasCaughtUp() {
        lock.lock();
        try {
            for (int shard = 0; shard < recovered.length; shard++) {
                if (applied.get(shard) < recovered[shard]) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What was found in the log after what the projection contains. */
    void offerRecovered(int shard, Collection<Task> tasks, long seq) {
        lock.lock();
        try {
            tasks.forEach(task -> pending.put(task.id(), task));
            offered[shard] = seq;
            recovered[shard] = seq;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What has become durable, in order. */
    void offer(List<Turn.Logged> logged) {
        lock.lock();
        try {
            boolean waitsForAny = pending.isEmpty();
            for (Turn.Logged entry : logged) {
                Task task = entry.change().task();
                if (task != null) {
                    pending.put(task.id(), task);
                }
                offered[entry.shard()] = entry.seq();
            }
            if (waitsForAny || pending.size() >= CHUNK) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets {@link #run} end when everything is written. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            Batch batch = next(GATHER_NANOS);
            while (batch != null && write(batch)) {
                expireWhenDue();
                batch = next(GATHER_NANOS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (StoreException broken) {
            LOG.error("the projection stopped; lists are stale until the server restarts", broken);
        }
    }

    /** Writes everything that is pending, for tests that have no thread. */
    void drain() {
        try {
            while (lag() > 0) {
                Batch batch = next(0);
                if (batch == null || !write(batch)) {
                    return;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything that was pending at one moment, and the positions that hold once all of it is written. */
    private record Batch(List<Task> tasks, long[] positions) {}

    private @Nullable Batch next(long gatherNanos) throws InterruptedException {
        lock.lock();
        try {
            while (pending.isEmpty() && isCurrent()) {
                if (closed) {
                    return null;
                }
                if (changed.awaitNanos(expireAt - System.nanoTime()) <= 0) {
                    return new Batch(List.of(), offered.clone());
                }
            }
            long left = gatherNanos;
            while (left > 0 && pending.size() < CHUNK && !closed) {
                left = changed.awaitNanos(left);
            }
            Batch batch = new Batch(new ArrayList<>(pending.values()), offered.clone());
            pending.clear();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private boolean isCurrent() {
        for (int shard = 0; shard < offered.length; shard++) {
            if (offered[shard] != applied.get(shard)) {
                return false;
            }
        }
        return true;
    }

    /** False if the server stopped before there was space; the log still has what was not written. */
    private boolean write(Batch batch) throws InterruptedException {
        long[] unmoved = new long[batch.positions().length];
        Arrays.fill(unmoved, -1);
        int from = 0;
        do {
            int to = Math.min(batch.tasks().size(), from + CHUNK);
            List<TaskRow> rows = new ArrayList<>(to - from);
            batch.tasks().subList(from, to).forEach(task -> rows.add(row(task)));
            if (!writeWhenSpace(rows, to == batch.tasks().size() ? batch.positions() : unmoved)) {
                return false;
            }
            from = to;
        } while (from < batch.tasks().size());
        for (int shard = 0; shard < batch.positions().length; shard++) {
            applied.set(shard, batch.positions()[shard]);
        }
        return true;
    }

    private boolean writeWhenSpace(List<TaskRow> rows, long[] positions) throws InterruptedException {
        while (!tryWrite(rows, positions)) {
            lock.lock();
            try {
                if (closed || (!changed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS) && closed)) {
                    return false;
                }
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    private boolean tryWrite(List<TaskRow> rows, long[] positions) {
        try {
            projection.write(rows, positions);
            return true;
        } catch (StoreFullException full) {
            LOG.warn("the projection waits for space: {}", full.getMessage());
            return false;
        }
    }

    private void expireWhenDue() {
        if (!history.isZero() && System.nanoTime() - expireAt >= 0) {
            expireAt = System.nanoTime() + (expire() == CHUNK ? EXPIRE_NEXT_NANOS : EXPIRE_NANOS);
        }
    }

    /** Drops what is past its time, but not too much at once; answers how much. */
    int expire() {
        try {
            return projection.expire(clock.instant().minus(history).toEpochMilli(), CHUNK);
        } catch (StoreFullException full) {
            LOG.warn("old tasks cannot be dropped from the projection: {}", full.getMessage());
            return 0;
        }
    }

    /** A task as the projection keeps it. */
    static TaskRow row(Task task) {
        TaskSpec spec = task.spec();
        Attempt last = task.attempts().isEmpty()
                ? null
                : task.attempts().get(task.attempts().size() - 1);
        String name = spec.name();
        return new TaskRow(
                task.id(),
                spec.tenant(),
                task.state().wire(),
                last == null ? null : last.agent(),
                name == null ? spec.description() : name + '\n' + spec.description(),
                task.submittedAt().toEpochMilli(),
                task.state().isTerminal() ? task.since().toEpochMilli() : null,
                spec.idempotencyKey(),
                TaskCodec.encode(task));
    }
}
