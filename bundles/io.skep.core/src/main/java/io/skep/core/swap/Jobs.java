// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.Refusal;
import io.skep.api.admin.SwapJob;
import io.skep.core.plugin.CoreThreads;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of plugins that are under way, one of each plugin at a time, and the most recent that have ended. Each runs
 * on a thread of its own. Thread-safe.
 */
final class Jobs {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int MAX_RUNNING = 32;
    private static final int MAX_ENDED = 200;

    private final Clock clock;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();
    private final Map<String, Progress> running = new HashMap<>();
    private final Map<String, CompletableFuture<Void>> idle = new HashMap<>();
    private final Map<String, Progress> recent = new LinkedHashMap<>();
    private volatile Consumer<String> ended = plugin -> {};

    /** Carries a job out, which ends its progress. */
    interface Work {
        void run(Progress progress);
    }

    Jobs(Clock clock) {
        this.clock = clock;
    }

    /** Does something about a plugin whenever a job of it has ended, on the thread of the job. */
    void whenEnded(Consumer<String> then) {
        ended = then;
    }

    /**
     * Begins a job.
     *
     * @throws Refusal if another one of the plugin is under way, or too many of all
     */
    SwapJob begin(Progress.Task task, Work work) {
        Progress progress = enter(task);
        start(task.plugin(), () -> carryOut(progress, work));
        return progress.view();
    }

    /**
     * Whether a job of a plugin may begin.
     *
     * @throws Refusal naming the one that is under way
     */
    synchronized void requireIdle(String plugin) {
        Progress other = running.get(plugin);
        if (other != null) {
            SwapJob job = other.view();
            throw Refusal.of(
                    Refusal.Reason.CONFLICT,
                    "plugin",
                    "job " + job.id() + " of " + job.actor() + " is under way: "
                            + job.kind().wire() + " of " + plugin + (job.to() == null ? "" : " to " + job.to()));
        }
    }

    private synchronized Progress enter(Progress.Task task) {
        requireIdle(task.plugin());
        if (running.size() >= MAX_RUNNING) {
            throw Refusal.of(Refusal.Reason.BUSY, MAX_RUNNING + " changes of plugins are under way");
        }
        Progress progress =
                new Progress("swap-" + Long.toString(clock.millis(), 36) + "-" + lastId.incrementAndGet(), task, clock);
        running.put(task.plugin(), progress);
        idle.put(task.plugin(), new CompletableFuture<>());
        recent.put(progress.view().id(), progress);
        if (recent.size() > MAX_ENDED) {
            recent.values().stream()
                    .filter(old -> old.ended().isDone())
                    .map(old -> old.view().id())
                    .findFirst()
                    .ifPresent(recent::remove);
        }
        return progress;
    }

    // Whatever goes wrong in there is the end of the job, which must not stay under way for ever.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void carryOut(Progress progress, Work work) {
        ReentrantLock turn = turn(progress.plugin());
        turn.lock();
        try {
            work.run(progress);
        } catch (Throwable defect) {
            LOG.error("the change of plugin {} failed", progress.plugin(), defect);
            progress.end(SwapJob.Outcome.ROLLED_BACK, "internal error: " + defect);
        } finally {
            turn.unlock();
            CompletableFuture<Void> over = leave(progress.plugin());
            ended.accept(progress.plugin());
            over.complete(null);
        }
    }

    private synchronized CompletableFuture<Void> leave(String plugin) {
        running.remove(plugin);
        return Objects.requireNonNull(idle.remove(plugin));
    }

    /** Does something about a plugin when no job of it is under way, on a thread of its own. */
    void inTurn(String plugin, Runnable work) {
        start(plugin, () -> {
            ReentrantLock turn = turn(plugin);
            turn.lock();
            try {
                work.run();
            } finally {
                turn.unlock();
            }
        });
    }

    private ReentrantLock turn(String plugin) {
        return turns.computeIfAbsent(plugin, p -> new ReentrantLock(true));
    }

    private static void start(String plugin, Runnable work) {
        CoreThreads.daemon(work, "skep-swap-" + plugin).start();
    }

    synchronized Optional<Progress> find(String id) {
        return Optional.ofNullable(recent.get(id));
    }

    synchronized @Nullable SwapJob running(String plugin) {
        Progress progress = running.get(plugin);
        return progress == null ? null : progress.view();
    }

    /** Ends when another job of a plugin may begin; at once if none is under way. */
    synchronized CompletableFuture<Void> whenIdle(String plugin) {
        return idle.getOrDefault(plugin, CompletableFuture.completedFuture(null));
    }
}
