// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.event.EventStream;
import io.skep.api.store.LogStore;
import io.skep.api.store.StoreFullException;
import io.skep.api.task.Task;
import io.skep.core.CoreSettings;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Dispatcher;
import io.skep.core.state.Ids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides everything, on one thread: takes commands, changes the state in memory, matches tasks and agents, and sends
 * each round's changes to the log. One thread for all shards is no limit: it decides faster than any store syncs
 * (docs/benchmarks.md), and needs no lock. {@link #ask} may be called by any thread.
 */
public final class Engine implements Journal.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final int MAX_COMMANDS = 1024;
    private static final long MAX_BYTES = 8L << 20;
    private static final long MAX_IDLE_MILLIS = 60_000;
    private static final long PROBE_MILLIS = 500;

    private final LogStore log;
    private final Clock clock;
    private final CoreSettings settings;
    private final Ids ids;
    private final AgentPool agents = new AgentPool();
    private final Timers timers = new Timers();
    private final Dispatcher dispatcher;
    private final Slots slots;
    private final Routing routing;
    private final Advised advised;
    private final Checkpoints checkpoints;
    private final Trees trees;
    private final Lifecycle lifecycle;
    private final Dormancy dormancy;
    private final Liveness liveness;
    private final Journal journal;
    private final Housekeeping housekeeping;
    private final Projector projector;
    private final EventLog events;
    private final Executor readers;
    private final TaskWaits waits;
    private final Mailbox mailbox;
    private final Rebuild rebuild;
    private volatile State state;
    private volatile @Nullable Throwable trouble;

    /** Reads the state from the log; {@link #step} and {@link #finish} then do the work. */
    public Engine(Parts parts, CoreSettings settings) {
        this.log = parts.log();
        this.clock = parts.clock();
        this.settings = settings;
        this.readers = parts.readers();
        this.ids = new Ids(parts.random());
        this.dispatcher = new Dispatcher(agents, settings.fairness());
        this.slots = new Slots(dispatcher, timers);
        this.mailbox = new Mailbox(settings.maxMailbox());
        this.trees = new Trees(timers, settings.maxCycles());
        this.routing = new Routing(this, agents, dispatcher, timers, parts.router());
        this.advised = new Advised(agents, timers, routing);
        this.checkpoints = new Checkpoints(this, routing, timers, parts.checker());
        Connectors connectors = new Connectors(parts.connectors());
        this.lifecycle = new Lifecycle(agents, dispatcher, checkpoints, timers, trees, connectors, parts.random());
        this.dormancy = new Dormancy(this, dispatcher, timers, connectors, parts.sleeper());
        this.liveness = new Liveness(agents, timers, parts.random());
        this.journal = new Journal(log, this);
        this.projector = new Projector(parts.projection(), log.shards(), settings.history(), clock);
        this.events = new EventLog(log, parts.readers(), settings.maxWaits());
        this.waits = new TaskWaits(settings.maxWaits());
        Snapshots snapshots = new Snapshots(
                journal,
                log,
                projector,
                parts.readers(),
                new Snapshots.Policy(settings.snapshotRecords(), settings.retainedEvents()));
        this.housekeeping = new Housekeeping(settings, projector, trees, snapshots);
        this.rebuild = new Rebuild(this, log, settings.restartGrace());
        this.state = rebuild.state(now(), true);
    }

    /** Everything in memory. */
    public State state() {
        return state;
    }

    /** The agents with what is not durable of them. */
    public AgentPool agents() {
        return agents;
    }

    /** Which task stands where in the queue; the engine's thread only. */
    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Holds slots for tasks to come; within a command. */
    public Slots slots() {
        return slots;
    }

    /** Makes ids; the engine's thread only. */
    public Ids ids() {
        return ids;
    }

    /** The limits. */
    public CoreSettings settings() {
        return settings;
    }

    /** Everything that happened. */
    public EventStream events() {
        return events;
    }

    /** Who waits for the end of a task. */
    public TaskWaits waits() {
        return waits;
    }

    /** Runs reads of the store. */
    public Executor readers() {
        return readers;
    }

    /** Writes the projection; to be run by a thread of its owner. */
    public Runnable projector() {
        return projector;
    }

    /** Records that the projection has yet to write. */
    public long projectionLag() {
        return projector.lag();
    }

    /** Whether the projection has everything that was in the log at the start. */
    public boolean projectionHasCaughtUp() {
        return projector.hasCaughtUp();
    }

    /** Records appended since the start. */
    public long records() {
        return journal.records();
    }

    /** Turns with changes since the start. */
    public long commits() {
        return journal.commits();
    }

    /** Why changes are refused at the moment, if they are. */
    public @Nullable String trouble() {
        Throwable cause = trouble;
        return cause == null ? null : cause.getMessage();
    }

    /** Says that an agent was heard of; within a command. */
    public void heard(Turn turn, AgentRuntime agent) {
        liveness.heard(turn, agent);
    }

    /** Begins to look after a pull agent that registered; within a command. */
    public void watch(AgentRuntime agent) {
        liveness.watch(agent);
    }

    /** Looks at something later; within a command. */
    public void later(Instant when, Command<?> look) {
        timers.at(when, look::decide);
    }

    /** Does something when this turn's ready tasks have been given out; within a command. */
    public void afterDispatch(Turn turn, Runnable then) {
        turn.afterDispatch(then);
    }

    /** Lets a task's agent know that the answer came; within a command. */
    public void answered(Turn turn, Task task, String answer) {
        lifecycle.answered(turn, task, answer);
    }

    /** Parents and children; within a command. */
    public Trees trees() {
        return trees;
    }

    /** Has a command decided. The answer comes when every change that it shows is durable. */
    public <T> CompletableFuture<T> ask(Command<T> command) {
        return mailbox.ask(command);
    }

    /**
     * One turn: waits for something to do and does it.
     *
     * @param mostMillis how long to wait at most
     */
    public void step(long mostMillis) throws InterruptedException {
        if (trouble != null) {
            standStill(mostMillis);
            return;
        }
        long idle = timers.millisToNext(clock.instant(), mostMillis);
        Mailbox.Request<?> first = mailbox.poll(idle);
        Turn turn = new Turn(this, now(), state);
        timers.run(turn);
        advised.expire(turn);
        lifecycle.followUp(turn);
        Mailbox.@Nullable Request<?> next = first;
        for (int count = 1; next != null; count++) {
            decide(turn, next);
            next = count < MAX_COMMANDS && turn.bytes() < MAX_BYTES ? mailbox.poll(0) : null;
        }
        lifecycle.followUp(turn);
        checkpoints.run(turn);
        routing.run();
        do {
            dispatcher.run(turn.now(), (task, agent) -> lifecycle.assign(turn, task, agent));
        } while (dormancy.run(turn));
        agents.takeFilled().forEach(claim -> turn.answer(claim.answer(), claim.taken()));
        turn.runAfterDispatch();
        housekeeping.run(turn);
        if (!turn.isEmpty()) {
            journal.seal(turn);
        }
    }

    /** {@link #step} as often as it takes until stopped. */
    public void run() throws InterruptedException {
        while (!mailbox.isClosed()) {
            stepOrStop();
        }
        refuseAll(Mailbox.stopping());
    }

    // A defect must not end this thread in silence, with everybody waiting: the server says that it is not ready, and
    // refuses.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void stepOrStop() throws InterruptedException {
        try {
            step(MAX_IDLE_MILLIS);
        } catch (RuntimeException defect) {
            LOG.error("the engine cannot go on", defect);
            trouble = defect;
        }
    }

    /** Waits for the next turn to become durable, and gives its answers. */
    public void finish() throws InterruptedException {
        journal.finishNext();
    }

    /** Finishes what is known to be durable, without waiting, and writes the projection; for tests without threads. */
    public void settle() {
        journal.finishKnown();
        projector.drain();
    }

    /** Refuses everything from now on, what waits included; what was decided is still made durable and answered. */
    public void close() {
        mailbox.close();
        projector.close();
    }

    /** Whether everything decided has been answered. */
    public boolean isIdle() {
        return journal.isIdle();
    }

    @Override
    public void durable(List<Turn.Logged> logged) {
        events.publish(logged);
        projector.offer(logged);
        waits.ended(logged);
    }

    @Override
    public RuntimeException failed(Throwable cause) {
        if (trouble == null) {
            trouble = cause;
            LOG.error("the store refuses changes: {}", cause.getMessage());
            mailbox.wake();
        }
        return refusal(cause);
    }

    /** Which agents tasks are for; within a command. */
    public Routing routing() {
        return routing;
    }

    /** What is advised about agents; within a command. */
    public Advised advised() {
        return advised;
    }

    /** Whether tasks may start, and results count; within a command. */
    public Checkpoints checkpoints() {
        return checkpoints;
    }

    /** Who sleeps; within a command. */
    public Dormancy dormancy() {
        return dormancy;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    Projector projection() {
        return projector;
    }

    Timers timers() {
        return timers;
    }

    /** The time. */
    public Clock clock() {
        return clock;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    // A command that throws something unforeseen is a defect; its caller is told, the others go on.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private <T> void decide(Turn turn, Mailbox.Request<T> request) {
        try {
            T answer = request.command().decide(turn);
            lifecycle.followUp(turn);
            turn.answer(request.answer(), answer);
        } catch (Refusal refusal) {
            turn.answer(failure -> request.answer().completeExceptionally(failure == null ? refusal : failure));
        } catch (RuntimeException defect) {
            LOG.error("a command failed", defect);
            turn.answer(failure -> request.answer().completeExceptionally(defect));
        }
    }

    /** While the store is full or has stopped: refuses everything; goes on when it can be written again. */
    private void standStill(long mostMillis) throws InterruptedException {
        Throwable cause = Objects.requireNonNull(trouble);
        Mailbox.Request<?> first = mailbox.poll(Math.min(mostMillis, PROBE_MILLIS));
        if (first != null) {
            first.answer().completeExceptionally(refusal(cause));
        }
        refuseAll(refusal(cause));
        if (cause instanceof StoreFullException && journal.isIdle() && log.probe()) {
            state = rebuild.state(now(), false);
            events.resync();
            journal.resume();
            trouble = null;
            LOG.info("the store takes changes again");
        }
    }

    private void refuseAll(RuntimeException refusal) {
        agents.takeWaiting().forEach(claim -> claim.answer().completeExceptionally(refusal));
        mailbox.refuseAll(refusal);
    }

    private static RuntimeException refusal(Throwable cause) {
        return cause instanceof StoreFullException
                ? Refusal.retryLater(
                        Refusal.Reason.STORE_FULL, String.valueOf(cause.getMessage()), Duration.ofSeconds(5))
                : Refusal.of(Refusal.Reason.UNAVAILABLE, "the store has stopped: " + cause.getMessage());
    }
}
