// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.event.Event;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One transition, told as what its subject became. The log is a sequence of these: replaying puts each in place, so what
 * a version of the code decided stays decided under every later version (docs/decisions/0001).
 *
 * @param type the event type, for instance {@code task.completed}
 * @param at when
 * @param task the task after the change, or null
 * @param agent the agent after the change, or null
 */
public record Change(
        String type,
        Instant at,
        @Nullable Task task,
        @Nullable AgentRecord agent) {
    /** The type of a change that brings only a line of progress. */
    public static final String PROGRESS = "task.progress";

    public Change {
        Objects.requireNonNull(type);
        Objects.requireNonNull(at);
        if ((task == null) == (agent == null)) {
            throw new IllegalArgumentException("a change has one subject");
        }
    }

    /** A task came into its state. */
    public static Change of(Task task, Instant at) {
        return new Change("task." + task.state().wire(), at, task, null);
    }

    /** A task's agent said how it goes. */
    public static Change progress(Task task, Instant at) {
        return new Change(PROGRESS, at, task, null);
    }

    /** An agent came into its state. */
    public static Change of(AgentRecord agent, Instant at) {
        return new Change("agent." + agent.state().wire(), at, null, agent);
    }

    /** What readers of the event stream are told. */
    public Event event(int shard, long seq) {
        if (task != null) {
            Attempt last = task.attempts().isEmpty()
                    ? null
                    : task.attempts().get(task.attempts().size() - 1);
            String cause = type.equals(PROGRESS) && task.progress() != null ? task.progress() : task.cause();
            return new Event(shard, seq, at, type, task.id(), cause, last == null ? null : last.agent(), task.token());
        }
        AgentRecord subject = Objects.requireNonNull(agent);
        return new Event(shard, seq, at, type, subject.id(), subject.cause(), subject.id(), 0);
    }
}
