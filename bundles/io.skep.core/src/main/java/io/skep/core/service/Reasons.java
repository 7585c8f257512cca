// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.Why;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Dispatcher;
import io.skep.core.engine.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Why a task waits, or why it has its agent, in sentences. */
final class Reasons {
    private Reasons() {}

    static Why of(Turn turn, Dispatcher dispatcher, Task task) {
        List<String> reasons = new ArrayList<>();
        switch (task.state()) {
            case SUBMITTED -> task.waitingFor().forEach(id -> reasons.add("it waits for task " + id + state(turn, id)));
            case QUEUED -> queued(turn, dispatcher, task, reasons);
            case ASSIGNED, WORKING, INPUT_REQUIRED -> held(task, reasons);
            default -> {
                return ended(task);
            }
        }
        return new Why(task.id(), task.state(), reasons);
    }

    static Why ended(Task task) {
        return new Why(task.id(), task.state(), List.of(task.cause()));
    }

    private static void queued(Turn turn, Dispatcher dispatcher, Task task, List<String> reasons) {
        Instant notBefore = task.notBefore();
        if (notBefore != null && notBefore.isAfter(turn.now())) {
            reasons.add("it must not start before " + notBefore);
        }
        Reservation reservation = dispatcher.reservation(task.spec().reservation());
        if (reservation != null) {
            reasons.add("it waits for the reserved slot of agent " + reservation.agent() + " until "
                    + reservation.until() + ", then for any");
            reasons.add(dispatcher.tasksBefore(task) + " tasks with the same reservation stand before it");
        } else {
            unreserved(turn, dispatcher, task, reasons);
        }
        if (!task.attempts().isEmpty()) {
            reasons.add(task.cause());
        }
    }

    private static void unreserved(Turn turn, Dispatcher dispatcher, Task task, List<String> reasons) {
        List<Agent> able = new ArrayList<>();
        for (AgentRuntime agent : turn.agents().all()) {
            if (agent.record().spec().skillIds().containsAll(task.spec().skills())) {
                able.add(agent.view());
            }
        }
        if (able.isEmpty()) {
            reasons.add("no registered agent has the skills " + task.spec().skills());
        } else {
            crowd(able, reasons);
            reasons.add(dispatcher.tasksBefore(task) + " tasks with the same skills stand before it");
        }
    }

    private static void crowd(List<Agent> able, List<String> reasons) {
        long active = able.stream().filter(a -> a.state() == AgentState.ACTIVE).count();
        long full = able.stream()
                .filter(a -> a.state() == AgentState.ACTIVE
                        && a.busy() + a.reserved() >= a.spec().slots())
                .count();
        if (active == 0) {
            reasons.add("of " + able.size() + " agents with its skills none is active: "
                    + able.get(0).id() + " is " + able.get(0).state().wire() + " ("
                    + able.get(0).cause() + ")");
        } else if (full == active) {
            reasons.add("all slots of the " + active + " active agents with its skills are in use or reserved");
        } else {
            reasons.add((active - full) + " active agents with its skills have free slots and do not ask for work now");
        }
    }

    private static void held(Task task, List<String> reasons) {
        Attempt attempt = task.currentAttempt().orElseThrow();
        reasons.add("agent " + attempt.agent() + " got it at " + attempt.assignedAt()
                + (task.spec().reservation() == null ? "" : " for its reservation or, if that was over,")
                + " as the least loaded of those with its skills " + task.spec().skills());
        if (task.attempts().size() > 1) {
            Attempt before = task.attempts().get(task.attempts().size() - 2);
            reasons.add("attempt " + before.token() + " by " + before.agent() + " ended: " + before.cause());
        }
    }

    private static String state(Turn turn, String id) {
        Task task = turn.state().find(id);
        return task == null ? "" : ", which is " + task.state().wire();
    }
}
