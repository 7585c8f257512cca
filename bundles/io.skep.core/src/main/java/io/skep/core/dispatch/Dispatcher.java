// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.agent.Reservation;
import io.skep.api.task.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings ready tasks and free slots together: the first task by priority and age among those that some agent can take,
 * to the least loaded agent that has its skills. A task that names a reservation waits for that slot alone while the
 * reservation lasts, and then as any other. Used by the engine's thread only.
 */
public final class Dispatcher {
    private final AgentPool pool;
    private final Map<Set<String>, ReadyQueue> queues = new HashMap<>();
    private final Reservations reservations;

    /** Over the agents of {@code pool}. */
    public Dispatcher(AgentPool pool) {
        this.pool = pool;
        this.reservations = new Reservations(pool);
    }

    /** What is done with a match; it must make the task leave the queue. */
    public interface Assign {
        void assign(Task task, AgentRuntime agent);
    }

    /** Holds a slot of an agent that has a free one. */
    public void reserve(Reservation reservation, AgentRuntime agent) {
        reservations.add(reservation, agent);
    }

    /** The reservation of that id, while it lasts. */
    public @Nullable Reservation reservation(@Nullable String id) {
        return reservations.find(id);
    }

    /** Ends a reservation, if it lasts: the slot is free for anybody, the tasks that waited for it are for any agent. */
    public void endReservation(String id) {
        reservations.end(id).forEach(this::ready);
    }

    /** The reservations that the agent, as it is now, cannot keep; they are to be ended. */
    public Set<String> brokenReservations(String agent) {
        return reservations.broken(agent);
    }

    /** The task could start now. */
    public void ready(Task task) {
        Reservations.Held held = reservations.of(task);
        if (held != null) {
            reservations.ready(held, task);
            return;
        }
        queues.computeIfAbsent(task.spec().skills(), ReadyQueue::new).tasks().add(task);
    }

    /** The task, as it was given to {@link #ready}, is not ready any more. */
    public void unready(Task task) {
        Reservations.Held held = reservations.of(task);
        if (held != null) {
            reservations.unready(held, task);
            return;
        }
        ReadyQueue queue = queues.get(task.spec().skills());
        if (queue != null) {
            queue.tasks().remove(task);
            if (queue.tasks().isEmpty()) {
                queues.remove(task.spec().skills());
            }
        }
    }

    /** How many ready tasks of the same skills, or of the same reservation, stand before this one. */
    public int tasksBefore(Task task) {
        Reservations.Held held = reservations.of(task);
        if (held != null) {
            return held.tasks().headSet(task).size();
        }
        ReadyQueue queue = queues.get(task.spec().skills());
        return queue == null ? 0 : queue.tasks().headSet(task).size();
    }

    /** Forgets every ready task and every reservation. */
    public void reset() {
        queues.clear();
        reservations.reset();
    }

    /** Matches until no ready task finds a free slot. */
    public void run(Assign assign) {
        runReserved(assign);
        while (true) {
            Task first = null;
            AgentRuntime its = null;
            for (ReadyQueue queue : queues.values()) {
                if (first == null || ReadyQueue.FIRST.compare(queue.tasks().first(), first) < 0) {
                    @Nullable AgentRuntime agent = queue.choose(pool);
                    if (agent != null) {
                        first = queue.tasks().first();
                        its = agent;
                    }
                }
            }
            if (first == null || its == null) {
                return;
            }
            assign.assign(first, its);
        }
    }

    /** Whatever else is ready: a reserved slot is for those who named it. */
    private void runReserved(Assign assign) {
        for (Reservations.Held held : reservations.wanted()) {
            AgentRuntime agent = pool.find(held.agent());
            if (agent != null && agent.takesReserved()) {
                Task first = held.tasks().first();
                endReservation(held.id());
                assign.assign(first, agent);
            }
        }
    }
}
