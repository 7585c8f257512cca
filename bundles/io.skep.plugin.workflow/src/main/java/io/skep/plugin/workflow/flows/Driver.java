// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Follower;
import io.skep.plugin.workflow.base.Turns;
import io.skep.plugin.workflow.base.Workers;
import io.skep.plugin.workflow.flows.StepRun.Undo;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries runs on: when one of its tasks has ended, when somebody ordered something, and every now and then. Each pass
 * looks at the run and its tasks, keeps what becomes of it, and only then does what follows from that; what was kept is told
 * as events in the next one. Passes and orders
 * of one run are one after the other. Thread-safe.
 */
final class Driver implements Follower.Reader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);
    private static final int LANES = 64;
    private static final int THREADS = 2;
    private static final Duration REST = Duration.ofMillis(500);
    private static final Duration LOOK_AT_ALL = Duration.ofSeconds(10);
    private static final Duration LOOK_AT_BUDGETS = Duration.ofSeconds(2);
    private static final Set<String> ENDS = Set.of("task.completed", "task.failed", "task.canceled", "task.rejected");

    private final TaskService tasks;
    private final Runs runs;
    private final Trial trial;
    private final Results results;
    private final Telling telling;
    /** Its own, so that runs, which can wait, keep nobody from answering a call. */
    private final ThreadPoolExecutor threads = Workers.pool("skep-workflow-run", THREADS);

    private final Clock clock;
    private final Follower follower;
    /** Each run has its lane, several share one. */
    private final List<Turns> lanes = Stream.generate(Turns::new).limit(LANES).toList();
    /** Runs of which a pass waits for its turn; of those that go on. */
    private final Set<String> queued = ConcurrentHashMap.newKeySet();
    /** Runs that could not go on and are tried again; of those that go on. */
    private final Map<String, Later> again = new ConcurrentHashMap<>();
    /** Runs with a budget, of those that go on: what their tasks use is looked at while they do. */
    private final Set<String> limited = ConcurrentHashMap.newKeySet();
    /** The run of each task that is waited for. */
    private final Map<String, String> owners = new ConcurrentHashMap<>();

    /** When a run is looked at again, and how long that was put off. */
    private record Later(long at, Duration delay) {
        static Later after(@Nullable Later before) {
            Duration delay = before == null ? REST : before.delay().multipliedBy(2);
            Duration bounded = delay.compareTo(LOOK_AT_ALL) < 0 ? delay : LOOK_AT_ALL;
            return new Later(System.nanoTime() + bounded.toNanos(), bounded);
        }

        boolean isDue() {
            return System.nanoTime() - at >= 0;
        }
    }

    private volatile EventCursor cursor;
    private volatile boolean closed;
    /** Until the first look says otherwise: what was ordered before is done once, and all are looked at. */
    private boolean wasPassive = true;

    private volatile long lookedAt = System.nanoTime();
    private volatile long lookedAtBudgets = System.nanoTime();

    Driver(Orchestrator orchestrator, Runs runs, Trial trial, Codec codec, Clock clock) {
        this.tasks = orchestrator.tasks();
        this.runs = runs;
        this.trial = trial;
        this.results = new Results(tasks, codec);
        this.telling = new Telling(orchestrator);
        this.clock = clock;
        this.cursor = orchestrator.events().end();
        this.follower = new Follower(orchestrator.events(), this, "skep-workflow-runs");
    }

    void start() {
        follower.start();
    }

    @Override
    public void close() {
        closed = true;
        follower.close();
        threads.shutdownNow();
    }

    @Override
    public void begin(EventCursor at) {
        cursor = at;
        wakeAll();
    }

    @Override
    public void told(EventBatch batch) {
        for (Event event : batch.events()) {
            String owner = ENDS.contains(event.type()) ? owners.get(event.subject()) : null;
            if (owner != null) {
                wake(owner);
            }
        }
        cursor = batch.next();
    }

    /** Looks again where that is due, and takes over when this generation has come to serve. */
    @Override
    public Duration rest() {
        boolean passive = trial.isPassive();
        boolean due = System.nanoTime() - lookedAt > LOOK_AT_ALL.toNanos();
        if (wasPassive && !passive) {
            trial.settle().whenComplete((settled, refused) -> wakeAll());
        } else if (due) {
            wakeAll();
        }
        if (System.nanoTime() - lookedAtBudgets > LOOK_AT_BUDGETS.toNanos()) {
            lookedAtBudgets = System.nanoTime();
            limited.forEach(this::wake);
        }
        wasPassive = passive;
        again.forEach((id, later) -> {
            if (later.isDue()) {
                wake(id);
            }
        });
        return REST;
    }

    @Override
    public EventCursor cursor() {
        return cursor;
    }

    private void wakeAll() {
        lookedAt = System.nanoTime();
        runs.unsettled().forEach(this::wake);
    }

    /** Does an order at a run when its turn comes, and then what follows. Ends as a {@link Declination} if it cannot. */
    CompletionStage<Run> order(String id, UnaryOperator<Run> what) {
        return lane(id).next(() -> {
                    Run run = runs.find(id).orElseThrow(() -> Sight.none(id));
                    Run next = what.apply(run);
                    return Run.same(next, run) ? CompletableFuture.completedFuture(run) : runs.put(next);
                })
                .thenApply(kept -> {
                    wake(id);
                    return kept;
                });
    }

    private void putOff(String id) {
        again.compute(id, (run, before) -> before == null || before.isDue() ? Later.after(before) : before);
    }

    private Turns lane(String id) {
        return lanes.get(Math.floorMod(id.hashCode(), LANES));
    }

    /** Has a run looked at when its turn comes. */
    void wake(String id) {
        if (closed || trial.isPassive() || !queued.add(id)) {
            return;
        }
        Later before = again.get(id);
        lane(id).next(() -> {
                    queued.remove(id);
                    return pass(id);
                })
                .whenComplete((more, failed) -> {
                    if (failed != null && !closed) {
                        LOG.debug("run {} could not go on; it is tried again", id, failed);
                        putOff(id);
                        return;
                    }
                    if (before != null) {
                        // It went well, unless it was put off again meanwhile.
                        again.computeIfPresent(id, (run, now) -> Run.same(now, before) ? null : now);
                    }
                    if (Boolean.TRUE.equals(more)) {
                        wake(id);
                    }
                });
    }

    /** One look at a run; completes with whether another may lead further. */
    private CompletionStage<Boolean> pass(String id) {
        Run run = runs.find(id).filter(found -> !found.isSettled()).orElse(null);
        if (run == null || closed || trial.isPassive()) {
            again.remove(id);
            limited.remove(id);
            return CompletableFuture.completedFuture(false);
        }
        track(run);
        CompletionStage<Integer> told = telling.tell(run);
        return results.tasks(Progress.looked(run, clock.instant()))
                .thenCompose(seen -> compute(
                                () -> Progress.next(run, seen, clock.instant().toString()))
                        .thenCombine(told, (next, count) -> told(run, next, count))
                        .thenCompose(next -> keep(run, next))
                        .thenCompose(next ->
                                stopUnwanted(next, seen).thenCompose(stopped -> act(next, Spent.of(next, seen))))
                        .thenApply(next -> !Run.same(next, run)));
    }

    /** What could not be told is told later. */
    private Run told(Run run, Run next, int count) {
        if (count < run.untold()) {
            putOff(run.id());
        }
        return next.told(count);
    }

    private CompletionStage<Run> keep(Run before, Run next) {
        if (Run.same(next, before)) {
            return CompletableFuture.completedFuture(next);
        }
        return runs.put(next).thenCompose(kept -> {
            again.remove(next.id());
            track(next);
            return next.isOver() ? runs.trim().thenApply(trimmed -> next) : CompletableFuture.completedFuture(next);
        });
    }

    /** Knows from now on which tasks the run waits for, and no longer those that have ended. */
    private void track(Run run) {
        run.steps().forEach(step -> {
            step.tasks().forEach(item -> owners.remove(item.task()));
            Undo undo = step.undo();
            if (undo != null && undo.task() != null) {
                owners.remove(undo.task());
            }
        });
        Progress.awaited(run).forEach(task -> owners.put(task, run.id()));
        if (run.template().budget() != null && !run.isOver()) {
            limited.add(run.id());
        } else {
            limited.remove(run.id());
        }
    }

    private CompletionStage<Void> stopUnwanted(Run run, Map<String, Optional<Task>> seen) {
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        for (String task : Progress.unwanted(run, seen, clock.instant().toString())) {
            done = done.thenCompose(before -> tasks.cancel(task, "run " + run.id() + " of a workflow does not need it"))
                    .thenAccept(canceled -> {});
        }
        return done;
    }

    /** Makes the tasks of what begins, and keeps which they are. */
    private CompletionStage<Run> act(Run run, Spent spent) {
        List<CompletionStage<UnaryOperator<Run>>> begun = new ArrayList<>();
        for (int i = 0; i < run.steps().size() && !run.isOver(); i++) {
            Undo undo = run.step(i).undo();
            if (run.step(i).is(StepRun.STARTING)) {
                begun.add(begin(run, i, spent));
            } else if (undo != null && undo.state().equals(StepRun.STARTING)) {
                begun.add(undo(run, i));
            }
        }
        CompletionStage<Run> next = CompletableFuture.completedFuture(run);
        for (CompletionStage<UnaryOperator<Run>> one : begun) {
            next = next.thenCombine(one, (now, change) -> change.apply(now));
        }
        return next.thenCompose(now -> keep(run, now));
    }

    private CompletionStage<UnaryOperator<Run>> begin(Run run, int index, Spent spent) {
        Beginning beginning = new Beginning(run, index, clock.instant(), spent);
        return submit(run, beginning.needed(), beginning::tasks)
                .handle((ids, refused) -> change(run, refused, now -> {
                    String at = clock.instant().toString();
                    StepRun step = now.step(index);
                    if (refused != null) {
                        return now.with(index, step.ended(StepRun.FAILED, said(refused), at, now.lastOrder() + 1));
                    } else if (ids.isEmpty()) {
                        return now.with(index, step.now(StepRun.SKIPPED, "its condition does not hold", at));
                    }
                    StepRun running = step.running(ids.get(), at);
                    return now.with(
                            index,
                            ids.get().isEmpty()
                                    ? running.ended(StepRun.COMPLETED, "the list is empty", at, now.lastOrder() + 1)
                                    : running);
                }));
    }

    private CompletionStage<UnaryOperator<Run>> undo(Run run, int index) {
        Beginning beginning = new Beginning(run, index, clock.instant(), run.used());
        return submit(run, beginning.neededForCompensation(), values -> List.of(beginning.compensation(values)))
                .handle((ids, refused) -> change(run, refused, now -> {
                    Undo next = refused != null
                            ? new Undo(StepRun.FAILED, null, Run.line(said(refused)))
                            : new Undo(StepRun.RUNNING, ids.orElse(List.of()).get(0), "");
                    return now.with(index, now.step(index).with(next));
                }));
    }

    /** Which tasks those become, all or none; empty if there shall be none. */
    private CompletionStage<Optional<List<String>>> submit(Run run, Set<String> needed, Specs specs) {
        return results.values(run, needed)
                .thenCompose(values -> compute(() -> Optional.ofNullable(specs.of(values))))
                .thenCompose(made -> made.filter(list -> !list.isEmpty()).isPresent()
                        ? tasks.submit(made.get())
                                .thenApply(answers -> Optional.of(answers.stream()
                                        .map(Submitted::task)
                                        .map(Task::id)
                                        .toList()))
                        : CompletableFuture.completedFuture(made.map(none -> List.<String>of())));
    }

    /** Too much to do is nobody's fault: it is done later. */
    private <T> CompletableFuture<T> compute(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(full);
        }
    }

    /** The tasks that values become. */
    @FunctionalInterface
    private interface Specs {
        @Nullable
        List<TaskSpec> of(Values values);
    }

    /** What could not be done and may be done later leaves the run as it is, to be looked at again soon. */
    private UnaryOperator<Run> change(Run run, @Nullable Throwable refused, UnaryOperator<Run> how) {
        if (refused != null && mayPass(cause(refused))) {
            LOG.debug("a step of run {} cannot begin yet", run.id(), refused);
            putOff(run.id());
            return now -> now;
        }
        return how;
    }

    /** Only what is said to be wrong with the step itself is held against it. */
    private boolean mayPass(Throwable cause) {
        return closed
                || !(cause instanceof Declination
                        || (cause instanceof Refusal refusal
                                && !refusal.reason().isRetryable()));
    }

    private static String said(Throwable failure) {
        return Run.line(String.valueOf(cause(failure).getMessage()));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
