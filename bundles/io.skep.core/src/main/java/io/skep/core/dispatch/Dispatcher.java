// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.task.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings ready tasks and free slots together: the first task by priority and age among those that some agent can take,
 * to the least loaded agent that has its skills. Used by the engine's thread only.
 */
public final class Dispatcher {
    private final AgentPool pool;
    private final Map<Set<String>, ReadyQueue> queues = new HashMap<>();

    /** Over the agents of {@code pool}. */
    public Dispatcher(AgentPool pool) {
        this.pool = pool;
    }

    /** What is done with a match; it must make the task leave the queue. */
    public interface Assign {
        void assign(Task task, AgentRuntime agent);
    }

    /** The task could start now. */
    public void ready(Task task) {
        queues.computeIfAbsent(task.spec().skills(), ReadyQueue::new).tasks().add(task);
    }

    /** The task, as it was given to {@link #ready}, is not ready any more. */
    public void unready(Task task) {
        ReadyQueue queue = queues.get(task.spec().skills());
        if (queue != null) {
            queue.tasks().remove(task);
            if (queue.tasks().isEmpty()) {
                queues.remove(task.spec().skills());
            }
        }
    }

    /** How many ready tasks of the same skills stand before this one. */
    public int tasksBefore(Task task) {
        ReadyQueue queue = queues.get(task.spec().skills());
        return queue == null ? 0 : queue.tasks().headSet(task).size();
    }

    /** Forgets every ready task. */
    public void reset() {
        queues.clear();
    }

    /** Matches until no ready task finds a free slot. */
    public void run(Assign assign) {
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
}
