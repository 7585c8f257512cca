// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The types of events that hooks can be on, with the names by which hook systems call them. */
final class EventNames {
    /** Before a task is given to an agent. */
    static final String BEFORE_START = "task.before-start";

    /** Before a result of a task is taken. */
    static final String BEFORE_COMPLETION = "task.before-completion";

    /**
     * A type.
     *
     * @param type or several, with a star
     * @param also by which other names it is known; empty for none
     * @param meaning in words
     */
    record Name(String category, String type, String also, String meaning) {}

    static final List<Name> ALL = List.of(
            new Name(
                    "task", BEFORE_START, "PreToolUse, pre_tool_use", "a task is about to go to agents; can be vetoed"),
            new Name("task", BEFORE_COMPLETION, "", "an agent has brought a result; can be vetoed"),
            new Name("task", "task.submitted", "", "it was accepted and waits for others"),
            new Name("task", "task.queued", "", "it waits for an agent, at first or again"),
            new Name("task", "task.assigned", "node_executing", "it was given to an agent"),
            new Name("task", "task.working", "node_executing", "its agent has begun"),
            new Name("task", "task.progress", "Notification", "its agent says how it goes"),
            new Name("task", "task.input-required", "Notification", "its agent asks something"),
            new Name("task", "task.in-review", "", "its result is being checked"),
            new Name("task", "task.completed", "PostToolUse, post_tool_use, node_completed", "it ended with a result"),
            new Name("task", "task.failed", "Error, failure_detected", "it ended without a result"),
            new Name("task", "task.canceled", "Stop", "somebody ended it"),
            new Name("task", "task.rejected", "", "it ended before it began"),
            new Name("agent", "agent.active", "AgentStart, agent_state_changed", "it is alive and takes tasks"),
            new Name("agent", "agent.draining", "agent_state_changed", "it ends what it has"),
            new Name("agent", "agent.preparing", "", "it is about to sleep"),
            new Name("agent", "agent.asleep", "", "it takes no tasks until it is woken"),
            new Name("agent", "agent.waking", "", "it was woken, and is not back yet"),
            new Name("agent", "agent.unknown", "", "it was not heard of"),
            new Name("agent", "agent.lost", "SubagentStop, failure_detected", "it was not heard of for too long"),
            new Name("agent", "agent.removed", "AgentStop", "it is gone"),
            new Name("workflow", "workflow.*", "workflow_started, workflow_ended", "a run of a workflow, by its steps"),
            new Name("gate", "task.admitted", "QualityGate", "the checks before a start have passed"),
            new Name("gate", "gate.*", "QualityGate", "what the plugin with the gates tells of them"),
            new Name("session", "session.*", "session start, session end", "what the plugin with sessions tells"),
            new Name("plugin", "plugin.*", "", "a version of a plugin comes, is tried, serves, goes"),
            new Name("plugin", "balancing.*", "recovery_initiated", "what load balancing finds and does"),
            new Name("plugin", "memory.*", "semantic_query, semantic_update", "what the plugin with memory tells"),
            new Name("plugin", "message.*", "message_published, message_received", "what a plugin tells of messages"),
            new Name("system", "flag.changed", "", "a capability was switched"),
            new Name("system", "store.*", "", "what becomes of the store"),
            new Name("system", "server.*", "system_health_check", "what becomes of the server"));

    private EventNames() {}

    static boolean isBefore(String type) {
        return type.equals(BEFORE_START) || type.equals(BEFORE_COMPLETION);
    }

    /** Whether a value fits a pattern, which may have a star at its end. */
    static boolean fits(String pattern, String value) {
        return pattern.endsWith("*")
                ? value.startsWith(pattern.substring(0, pattern.length() - 1))
                : value.equals(pattern);
    }

    /** A text as it may stand in a sentence. */
    static String shown(@Nullable String text) {
        String line = String.valueOf(text)
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]+", " ")
                .strip();
        return line.length() > 500 ? line.substring(0, 499) + '…' : line;
    }
}
