// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentConnector;
import io.skep.api.task.Assignment;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Dispatcher;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a change of a task: it becomes ready or busy, a timer is set, those that wait for it go on. The first
 * half keeps indexes that can be built anew from the state; the second makes further changes. Used by the engine's
 * thread only.
 */
final class Lifecycle {
    /** The lease of an attempt that has none: its connector answers for it. */
    static final Instant NO_LEASE = Instant.parse("9999-12-31T23:59:59Z");

    private final AgentPool agents;
    private final Dispatcher dispatcher;
    private final Checkpoints checkpoints;
    private final Timers timers;
    private final Connectors connectors;
    private final RandomGenerator random;
    private final Trees trees;
    /** The queued tasks that wait for their time, and are not ready yet. */
    private final Set<String> delayed = new HashSet<>();

    private final Map<String, Set<String>> dependents = new HashMap<>();
    private final Deque<Task> ended = new ArrayDeque<>();

    Lifecycle(
            AgentPool agents,
            Dispatcher dispatcher,
            Checkpoints checkpoints,
            Timers timers,
            Trees trees,
            Connectors connectors,
            RandomGenerator random) {
        this.random = random;
        this.trees = trees;
        this.agents = agents;
        this.dispatcher = dispatcher;
        this.checkpoints = checkpoints;
        this.timers = timers;
        this.connectors = connectors;
    }

    /** A task changed; {@code before} is null if it is new. */
    void changed(Turn turn, @Nullable Task before, Task task) {
        index(before, task, turn.now(), Duration.ZERO);
        if (task.state() == TaskState.QUEUED
                && (before == null || !Objects.equals(before.queuedAt(), task.queuedAt()))) {
            dispatcher.arrived(task, turn.now());
        }
        if (before != null && before.state().isHeld() && !task.state().isHeld()) {
            tellAgent(turn, task);
            forgetFormers(turn, task);
        }
        if (task.state().isTerminal() && (before == null || !before.state().isTerminal())) {
            ended.add(task);
        }
        trees.changed(turn, before, task);
    }

    /** A version of the agent that was replaced and has nothing left to end is gone. */
    private void forgetFormers(Turn turn, Task task) {
        AgentRuntime agent = agents.find(lastAgent(task));
        if (agent == null || agent.record().formers().isEmpty()) {
            return;
        }
        List<AgentRecord.Former> formers = agent.record().formers();
        List<AgentRecord.Former> holding =
                AgentRecord.holding(formers, turn.state().assignedAt(agent.heldTasks()));
        if (holding.size() < formers.size()) {
            turn.put(agent.record().with(holding));
        }
    }

    /** Builds the indexes for one task; {@code grace} is added to leases after a restart. */
    void index(@Nullable Task before, Task task, Instant now, Duration grace) {
        boolean wasLive = before != null && !before.state().isTerminal();
        boolean isLive = !task.state().isTerminal();
        if (isLive && !wasLive) {
            dispatcher.live(task.spec().tenant(), 1);
        }
        if (before != null) {
            unindex(before, task);
        } else {
            enter(task);
        }
        switch (task.state()) {
            case QUEUED -> queue(task, now);
            case ASSIGNED, WORKING, INPUT_REQUIRED -> {
                if (before == null || !before.state().isHeld()) {
                    hold(task, now, grace);
                }
            }
            case IN_REVIEW -> checkpoints.review(task);
            default -> {}
        }
        if (wasLive && !isLive) {
            dispatcher.live(task.spec().tenant(), -1);
        }
    }

    /** Goes on with what waits for the tasks that ended in this turn. */
    void followUp(Turn turn) {
        for (Task done = ended.poll(); done != null; done = ended.poll()) {
            leave(done);
            Set<String> waiting = dependents.remove(done.id());
            if (waiting != null) {
                for (String id : waiting) {
                    Task task = turn.state().find(id);
                    if (task != null && task.state() == TaskState.SUBMITTED) {
                        turn.put(Transitions.resolve(task, done, turn.now()));
                    }
                }
            }
        }
    }

    /**
     * Goes on where the last server, or the last turn before the store was full, may have stopped between an end and what
     * follows from it.
     *
     * @param forgotten reads a task that is not in memory, if there is one
     */
    void resume(Turn turn, Collection<Task> tasks, Function<String, Optional<Task>> forgotten) {
        for (Task task : tasks) {
            if (task.state() == TaskState.SUBMITTED) {
                task.waitingFor().forEach(id -> resume(turn, task.id(), id, forgotten));
            } else if (task.state().isHeld() && agents.find(lastAgent(task)) == null) {
                turn.put(Transitions.endAttempt(
                        task, AttemptEnd.INTERRUPTED, "its agent was removed", true, 0, turn.now()));
            }
        }
        followUp(turn);
    }

    private void resume(Turn turn, String id, String dependencyId, Function<String, Optional<Task>> forgotten) {
        Task inMemory = turn.state().find(dependencyId);
        Task dependency = inMemory == null ? forgotten.apply(dependencyId).orElse(null) : inMemory;
        Task task = turn.state().task(id);
        if (dependency != null && dependency.state().isTerminal()) {
            ended.add(dependency);
        } else if (dependency == null && !task.state().isTerminal()) {
            // Submitted together in a turn of which only a part became durable; nobody was told that it was accepted.
            String cause = "task " + dependencyId + ", on which it depends, did not become durable";
            turn.put(Transitions.end(task, TaskState.REJECTED, cause, turn.now()));
        }
    }

    /** Forgets everything; the tasks of {@code next} are indexed from now on. */
    void reset(State next) {
        trees.reset(next::find);
        dispatcher.reset();
        checkpoints.reset();
        agents.reset();
        timers.clear();
        delayed.clear();
        dependents.clear();
        ended.clear();
    }

    private void enter(Task task) {
        if (!task.state().isTerminal()) {
            trees.enter(task);
        }
        for (String dependency : task.waitingFor()) {
            dependents.computeIfAbsent(dependency, d -> new LinkedHashSet<>()).add(task.id());
        }
        Instant deadline = task.spec().deadline();
        if (deadline != null && !task.state().isTerminal()) {
            timers.at(deadlineOf(task), deadline, turn -> deadlinePassed(turn, task.id()));
        }
    }

    private void leave(Task task) {
        timers.forget(deadlineOf(task));
        trees.leave(task);
    }

    private void unindex(Task before, Task task) {
        if (before.state() == TaskState.QUEUED) {
            if (!delayed.remove(before.id())) {
                checkpoints.unready(before, task.state() == TaskState.QUEUED);
            }
            timers.forget(before.id());
        }
        if (before.state() == TaskState.IN_REVIEW) {
            checkpoints.reviewed(before);
            timers.forget(before.id());
        }
        if (before.state().isHeld() && !task.state().isHeld()) {
            timers.forget(before.id());
            agents.release(lastAgent(before), before.id());
            dispatcher.held(before.spec().tenant(), -1);
            tookTime(task);
        }
        if (before.state().isTerminal() && !task.state().isTerminal()) {
            enter(task);
        }
    }

    private void tookTime(Task task) {
        Attempt attempt = task.attempts().get(task.attempts().size() - 1);
        AgentRuntime agent = agents.find(attempt.agent());
        boolean byItself = attempt.end() == AttemptEnd.COMPLETED || attempt.end() == AttemptEnd.FAILED;
        if (agent != null && byItself && attempt.endedAt() != null) {
            agent.attemptTook(Duration.between(attempt.assignedAt(), attempt.endedAt()));
        }
    }

    private void queue(Task task, Instant now) {
        Instant notBefore = task.notBefore();
        if (notBefore == null || !notBefore.isAfter(now)) {
            checkpoints.ready(task);
        } else {
            delayed.add(task.id());
            timers.at(task.id(), notBefore, turn -> {
                Task current = turn.state().find(task.id());
                if (current != null
                        && current.state() == TaskState.QUEUED
                        && current.since().equals(task.since())) {
                    delayed.remove(task.id());
                    checkpoints.ready(current);
                }
            });
        }
    }

    private void hold(Task task, Instant now, Duration grace) {
        Attempt attempt = task.currentAttempt().orElseThrow();
        AgentRuntime agent = agents.find(attempt.agent());
        boolean connected = agent != null && agent.record().connected();
        Duration lease = agent == null ? grace : max(agent.record().spec().lease(), grace);
        Instant until = connected ? NO_LEASE : now.plus(lease);
        agents.hold(attempt.agent(), task.id(), task.token(), until);
        dispatcher.held(task.spec().tenant(), 1);
        if (!connected) {
            watchLease(task.id(), task.token(), until);
            Duration timeout = task.spec().attemptTimeout();
            if (timeout != null) {
                timers.at(
                        task.id(), attempt.assignedAt().plus(timeout), turn -> timedOut(turn, task.id(), task.token()));
            }
        }
    }

    private void watchLease(String id, long token, Instant until) {
        timers.at(id, until, turn -> {
            Task task = turn.state().find(id);
            if (task == null || !task.state().isHeld() || task.token() != token) {
                return;
            }
            AgentRuntime agent = agents.find(lastAgent(task));
            Instant renewed = agent == null ? null : agent.attemptLease(id, token);
            if (task.state() == TaskState.INPUT_REQUIRED && agent != null) {
                watchLease(id, token, turn.now().plus(agent.record().spec().lease()));
            } else if (renewed != null && renewed.isAfter(turn.now())) {
                watchLease(id, token, renewed);
            } else {
                turn.put(Transitions.endAttempt(
                        task, AttemptEnd.LOST, "its lease ran out", true, random.nextDouble(), turn.now()));
            }
        });
    }

    private void timedOut(Turn turn, String id, long token) {
        Task task = turn.state().find(id);
        if (task != null && task.state().isHeld() && task.token() == token) {
            String cause = "it took longer than " + task.spec().attemptTimeout();
            turn.put(Transitions.endAttempt(task, AttemptEnd.TIMED_OUT, cause, true, random.nextDouble(), turn.now()));
        }
    }

    private static void deadlinePassed(Turn turn, String id) {
        Task task = turn.state().find(id);
        if (task != null && !task.state().isTerminal()) {
            turn.put(Transitions.end(task, TaskState.FAILED, "its deadline passed", turn.now()));
        }
    }

    /** An agent whose attempt was ended by somebody else is to stop. */
    private void tellAgent(Turn turn, Task task) {
        Attempt attempt = task.attempts().get(task.attempts().size() - 1);
        AttemptEnd end = attempt.end();
        AgentRuntime agent = agents.find(attempt.agent());
        if (agent == null || end == AttemptEnd.COMPLETED || end == AttemptEnd.FAILED) {
            return;
        }
        String cause = Objects.requireNonNullElse(attempt.cause(), task.cause());
        AgentConnector connector = agent.connector();
        if (connector != null) {
            AttemptRef ref = new AttemptRef(task.id(), attempt.token(), attempt.agent());
            turn.afterwards(() -> connectors.call(connector, c -> c.canceled(ref, cause)));
        } else {
            agent.tell(new AgentCommand(AgentCommand.Kind.CANCEL, task.id(), attempt.token(), cause));
        }
    }

    /** A connector learns of an answer at once; a pull agent by its heartbeat, for which it has a whole lease. */
    void answered(Turn turn, Task task, String answer) {
        AgentRuntime agent = agents.find(lastAgent(task));
        if (agent != null && !agent.record().connected()) {
            agent.renewAttempt(task.id(), turn.now().plus(agent.record().spec().lease()));
        }
        AgentConnector connector = agent == null ? null : agent.connector();
        if (connector != null) {
            AttemptRef ref = new AttemptRef(task.id(), task.token(), lastAgent(task));
            turn.afterwards(() -> connectors.call(connector, c -> c.answered(ref, answer)));
        }
    }

    /** Gives a ready task to an agent, or ends it if its tree has nothing left to use. */
    void assign(Turn turn, Task task, AgentRuntime agent) {
        if (!trees.mayBegin(turn, task, agent)) {
            followUp(turn);
            return;
        }
        AgentConnector connector = agent.connector();
        turn.put(Transitions.assign(task, agent.id(), connector == null, turn.now()));
        Slots.forget(timers, task.spec().reservation());
        Task assigned = turn.state().task(task.id());
        Assignment assignment = new Assignment(
                assigned, Objects.requireNonNullElse(agent.attemptLease(task.id(), assigned.token()), NO_LEASE));
        if (connector != null) {
            turn.afterwards(() -> connectors.call(connector, c -> c.assigned(assignment)));
        } else {
            // It waited for this until now, so it was there until now.
            agent.renewLease(turn.now().plus(agent.record().spec().lease()));
            agents.fill(agent, assignment);
        }
    }

    /** Owns the timer of a task's deadline, which outlasts its attempts. */
    private static String deadlineOf(Task task) {
        return task.id() + "/deadline";
    }

    private static String lastAgent(Task task) {
        return task.attempts().get(task.attempts().size() - 1).agent();
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
