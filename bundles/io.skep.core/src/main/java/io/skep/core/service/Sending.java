// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.StateChange.Delegation;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.engine.Turn;
import io.skep.core.state.Transitions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says which agent a waiting task is for; within commands. */
final class Sending {
    private Sending() {}

    /** Somebody says so, whatever was said before. */
    static Task route(Turn turn, Task task, String agent) {
        requireQueued(task);
        requireSkills(task, Agents.existing(turn, agent));
        String reason = "it was sent to " + agent + " by request";
        return select(turn, task, new Selection(agent, false, null, List.of(), List.of(reason), turn.now()));
    }

    /** What routing has found gives way to another agent. */
    static Task move(Turn turn, Task task, String from, String to, String reason) {
        requireQueued(task);
        Selection selection = task.selection();
        if (selection == null || !from.equals(selection.agent())) {
            throw conflict("task " + task.id() + " does not wait for agent " + from + " any more");
        }
        if (selection.decision() == null) {
            throw conflict("task " + task.id() + " was sent to agent " + from + " by request, and stays");
        }
        requireAble(task, Agents.existing(turn, to));
        return select(turn, task, selection.moved(to, reason, turn.now()));
    }

    /** Whether the task has been delegated since it was queued last, and the agent may still get it or has it. */
    static boolean isDelegated(Task task) {
        Selection selection = task.selection();
        return !task.state().isTerminal() && selection != null && selection.delegated();
    }

    /**
     * Looks whether the task can be delegated; nothing has changed.
     *
     * @throws Refusal if not
     */
    static void requireDelegable(Turn turn, Task task, Delegation delegation) {
        requireQueued(task);
        requireAble(task, Agents.existing(turn, delegation.agent()));
    }

    /** The task is for that agent, and is not delegated again. */
    static Task delegate(Turn turn, Task task, Delegation delegation) {
        List<String> reasons = List.of(delegation.reason());
        return select(turn, task, new Selection(delegation.agent(), false, null, List.of(), reasons, turn.now(), true));
    }

    private static Task select(Turn turn, Task task, @Nullable Selection selection) {
        turn.selected(Transitions.select(task, selection));
        return Objects.requireNonNull(turn.state().find(task.id()));
    }

    private static void requireQueued(Task task) {
        if (task.state() != TaskState.QUEUED) {
            throw conflict("task " + task.id() + " is " + task.state().wire() + " and waits for no agent");
        }
    }

    private static void requireAble(Task task, AgentRuntime agent) {
        AgentState state = agent.record().state();
        if (state != AgentState.ACTIVE && !state.isSleepy()) {
            throw conflict("agent " + agent.id() + " is "
                    + agent.record().state().wire() + " (" + agent.record().cause() + ")");
        }
        requireSkills(task, agent);
    }

    private static void requireSkills(Task task, AgentRuntime agent) {
        if (!agent.record().spec().skillIds().containsAll(task.spec().skills())) {
            throw conflict(
                    "agent " + agent.id() + " lacks a skill of " + task.spec().skills());
        }
    }

    private static Refusal conflict(String message) {
        return Refusal.of(Refusal.Reason.CONFLICT, message);
    }
}
