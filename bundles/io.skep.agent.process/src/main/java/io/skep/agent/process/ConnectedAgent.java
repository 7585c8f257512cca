// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentService;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent whose tasks are done by programs, from the first configuration of its id until it is removed. What it says to
 * core of itself goes out one by one, in the order in which its configuration changed. Thread-safe.
 */
final class ConnectedAgent implements AgentConnector {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectedAgent.class);

    private final String id;
    private final AgentService agents;
    private final Tools tools;
    private final Survivors survivors;
    private final Map<AttemptRef, ProgramRun> runs = new ConcurrentHashMap<>();
    private final AtomicInteger queued = new AtomicInteger();
    private CompletableFuture<Void> last;
    private volatile boolean recovered;
    private volatile boolean leaving;
    private volatile boolean stopped;
    private volatile @Nullable Settings settings;

    /** @param cleared completes when nothing of an earlier server runs that can be found without asking core */
    ConnectedAgent(String id, AgentService agents, Tools tools, CompletableFuture<Void> cleared) {
        this.id = id;
        this.agents = agents;
        this.tools = tools;
        this.survivors = new Survivors(tools);
        this.last = cleared;
    }

    /** Connects it, or gives it other settings; running programs keep theirs. */
    void configure(Settings next, String source) {
        inTurn(() -> {
            leaving = false;
            return recover().thenCompose(ready -> connect(next, source));
        });
    }

    /**
     * Lets it end what it has and then removes it, unless it is configured again before.
     *
     * @param atMost how long its programs may go on; then they are ended, and their tasks go elsewhere. Null for as long as
     *     they like
     * @param removed run when it is gone
     */
    void leave(String reason, @Nullable Duration atMost, Runnable removed) {
        inTurn(() -> {
            leaving = true;
            return recover()
                    .thenCompose(ready -> ask(() -> agents.drain(id, reason)))
                    .handle((drained, failure) -> {
                        if (atMost != null) {
                            endAfter(atMost);
                        }
                        removeWhenIdle(reason, removed);
                        return null;
                    });
        });
    }

    /** Only what runs now: should it come back meanwhile and leave again, the new programs have their own time. */
    private void endAfter(Duration atMost) {
        List<ProgramRun> now = List.copyOf(runs.values());
        CompletableFuture<Void> limit = tools.workers().later(atMost, () -> {
            if (leaving) {
                now.forEach(run -> run.interrupt("the time that it had to end is over"));
            }
        });
        allDone().whenComplete((ended, failure) -> limit.cancel(false));
    }

    /** Ends its programs; the tasks go elsewhere or wait for the next start. */
    CompletableFuture<Void> stop(String reason) {
        stopped = true;
        runs.values().forEach(run -> run.interrupt(reason));
        return queue(() -> allDone().thenCompose(ended -> ask(() -> agents.disconnect(id, this))))
                .exceptionally(failure -> {
                    LOG.debug("agent {} was not disconnected", id, failure);
                    return null;
                });
    }

    /** Whether {@link #stop} was called; a stopped one does not come back. */
    boolean isStopped() {
        return stopped;
    }

    /** Whether nothing waits for its turn behind what is going on. */
    boolean isLast() {
        return queued.get() <= 1;
    }

    @Override
    public void assigned(Assignment assignment) {
        Task task = assignment.task();
        AttemptRef attempt = new AttemptRef(task.id(), task.token(), id);
        Settings current = settings;
        if (current == null || stopped) {
            tools.outcomes()
                    .fail(attempt, AttemptEnd.INTERRUPTED, "the agent stops", true)
                    .whenComplete((told, failure) -> LOG.debug("{} came too late", attempt, failure));
            return;
        }
        ProgramRun run = new ProgramRun(tools, current, task, attempt);
        if (runs.putIfAbsent(attempt, run) != null) {
            return;
        }
        run.done().whenComplete((ended, failure) -> runs.remove(attempt));
        tools.workers().execute(run::begin);
        if (stopped) {
            run.interrupt("the agent stops");
        }
    }

    @Override
    public void canceled(AttemptRef attempt, String cause) {
        ProgramRun run = runs.get(attempt);
        if (run != null) {
            run.drop(cause);
        }
    }

    @Override
    public void answered(AttemptRef attempt, String answer) {
        LOG.debug("{}: local programs ask nothing, so the answer goes nowhere", attempt);
    }

    private CompletionStage<?> connect(Settings next, String source) {
        Settings before = settings;
        settings = next;
        return ask(() -> agents.connect(next.spec(), this)).handle((agent, failure) -> {
            if (failure == null) {
                LOG.info(
                        "{}: agent {} runs {}, {} at once",
                        source,
                        id,
                        next.program(),
                        next.spec().slots());
            } else {
                settings = before;
                LOG.error("{}: agent {} was not taken: {}", source, id, failure.getMessage());
            }
            return null;
        });
    }

    /** Ends, once, what an earlier server left, before the first connection can bring new tasks. */
    private CompletableFuture<Void> recover() {
        if (recovered) {
            return CompletableFuture.completedFuture(null);
        }
        return ask(() -> CompletableFuture.completedFuture(agents.held(id)))
                .exceptionally(failure -> {
                    LOG.debug("agent {} holds nothing", id, failure);
                    return List.of();
                })
                .thenCompose(held -> survivors.end(id, held))
                .thenRun(() -> recovered = true);
    }

    private void removeWhenIdle(String reason, Runnable removed) {
        allDone().whenComplete((ended, failure) -> inTurn(() -> removeIfIdle(reason, removed)));
    }

    private CompletionStage<?> removeIfIdle(String reason, Runnable removed) {
        if (leaving && runs.isEmpty()) {
            LOG.info("agent {} is removed: {}", id, reason);
            return ask(() -> agents.remove(id, reason)).whenComplete((agent, failure) -> removed.run());
        }
        if (leaving) {
            removeWhenIdle(reason, removed);
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> allDone() {
        return CompletableFuture.allOf(
                runs.values().stream().map(ProgramRun::done).toArray(CompletableFuture<?>[]::new));
    }

    private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
        return tools.retries().call(() -> stopped, question);
    }

    /** One step after the other; a stopped agent takes none. */
    private void inTurn(Supplier<CompletionStage<?>> step) {
        queue(() -> stopped ? CompletableFuture.completedFuture(null) : step.get())
                .whenComplete((ended, failure) -> LOG.debug("agent {}: next step", id, failure));
    }

    private synchronized CompletableFuture<Void> queue(Supplier<CompletionStage<?>> step) {
        queued.incrementAndGet();
        CompletableFuture<Void> turn =
                last.thenComposeAsync(before -> step.get(), tools.workers()).thenApply(ended -> null);
        last = turn.handle((ended, failure) -> {
            queued.decrementAndGet();
            return null;
        });
        return turn;
    }
}
