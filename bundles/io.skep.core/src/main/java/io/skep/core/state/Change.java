// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.event.Event;
import io.skep.api.task.Attempt;
import io.skep.api.task.Selection;
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
 * @param plugin the plugin after the change, or null
 * @param document the document of a plugin after the change, or null
 * @param note what happened to something of which the log keeps no state, or null
 */
public record Change(
        String type,
        Instant at,
        @Nullable Task task,
        @Nullable AgentRecord agent,
        @Nullable PluginRecord plugin,
        @Nullable StateDocument document,
        @Nullable Note note) {
    /** The type of a change that brings only a line of progress. */
    public static final String PROGRESS = "task.progress";

    /** The type of a change that brings only what was used of a budget. */
    public static final String USAGE = "task.usage";

    /** The type of a change that brings only another priority. */
    public static final String PRIORITY = "task.priority";

    /** The type of a change that brings only which agent a task is for. */
    public static final String SELECTED = "task.selected";

    /** The type of a change that brings only that a task has passed the checks before its start. */
    public static final String ADMITTED = "task.admitted";

    /** The type of a change of a plugin's document. */
    public static final String DOCUMENT = "plugin.state";

    /**
     * Something that happened, and nothing more.
     *
     * @param subject to whom or what
     * @param cause why, in words
     */
    public record Note(String subject, String cause) {
        public Note {
            Objects.requireNonNull(subject);
            Objects.requireNonNull(cause);
        }
    }

    public Change {
        Objects.requireNonNull(type);
        Objects.requireNonNull(at);
        if (one(task) + one(agent) + one(plugin) + one(document) + one(note) != 1) {
            throw new IllegalArgumentException("a change has one subject");
        }
    }

    private static int one(@Nullable Object subject) {
        return subject == null ? 0 : 1;
    }

    /** A task came into its state. */
    public static Change of(Task task, Instant at) {
        return new Change("task." + task.state().wire(), at, task, null, null, null, null);
    }

    /** A task's agent said how it goes. */
    public static Change progress(Task task, Instant at) {
        return new Change(PROGRESS, at, task, null, null, null, null);
    }

    /** The task's agent said what it has used, or the task's tree has used more of its budget. */
    public static Change usage(Task task, Instant at) {
        return new Change(USAGE, at, task, null, null, null, null);
    }

    /** The task got another priority. */
    public static Change priority(Task task, Instant at) {
        return new Change(PRIORITY, at, task, null, null, null, null);
    }

    /** It was said which agent the task is for. */
    public static Change selected(Task task, Instant at) {
        return new Change(SELECTED, at, task, null, null, null, null);
    }

    /** The task has passed the checks before its start; {@code Task.cause} says how. */
    public static Change admitted(Task task, Instant at) {
        return new Change(ADMITTED, at, task, null, null, null, null);
    }

    /** An agent came into its state. */
    public static Change of(AgentRecord agent, Instant at) {
        return new Change("agent." + agent.state().wire(), at, null, agent, null, null, null);
    }

    /** Something happened to a plugin. */
    public static Change of(PluginRecord plugin, String what, Instant at) {
        return new Change("plugin." + what, at, null, null, plugin, null, null);
    }

    /** A plugin wrote or removed a document. */
    public static Change of(StateDocument document, Instant at) {
        return new Change(DOCUMENT, at, null, null, null, document, null);
    }

    /** Something happened to something of which the log keeps no state. */
    public static Change note(String type, String subject, String cause, Instant at) {
        return new Change(type, at, null, null, null, null, new Note(subject, cause));
    }

    /** What readers of the event stream are told. */
    public Event event(int shard, long seq) {
        if (task != null) {
            Attempt last = task.attempts().isEmpty()
                    ? null
                    : task.attempts().get(task.attempts().size() - 1);
            Selection selection = task.selection();
            if (type.equals(SELECTED)) {
                String why = selection == null ? "it is to be ranked anew" : String.join("; ", selection.reasons());
                String its = selection == null ? null : selection.agent();
                return new Event(shard, seq, at, type, task.id(), why, its, task.token());
            }
            String cause = type.equals(PROGRESS) && task.progress() != null ? task.progress() : task.cause();
            return new Event(shard, seq, at, type, task.id(), cause, last == null ? null : last.agent(), task.token());
        } else if (agent != null) {
            return new Event(shard, seq, at, type, agent.id(), agent.cause(), agent.id(), 0);
        } else if (plugin != null) {
            return new Event(shard, seq, at, type, plugin.name(), plugin.cause(), null, 0);
        } else if (document != null) {
            return new Event(shard, seq, at, type, document.plugin(), document.key(), null, 0);
        }
        Note what = Objects.requireNonNull(note);
        return new Event(shard, seq, at, type, what.subject(), what.cause(), null, 0);
    }
}
