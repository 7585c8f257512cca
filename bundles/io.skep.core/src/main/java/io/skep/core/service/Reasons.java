// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.plugin.Advice;
import io.skep.api.task.Attempt;
import io.skep.api.task.Review;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.Why;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Dispatcher;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Turn;
import io.skep.core.state.AgentRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a task waits, or why it has its agent, in sentences. */
final class Reasons {
    private Reasons() {}

    static Why of(Turn turn, Engine engine, Task task) {
        List<String> reasons = new ArrayList<>();
        switch (task.state()) {
            case SUBMITTED -> task.waitingFor().forEach(id -> reasons.add("it waits for task " + id + state(turn, id)));
            case QUEUED -> {
                queued(turn, engine, task, reasons);
                reasons.addAll(engine.trees().left(task));
            }
            case ASSIGNED, WORKING, INPUT_REQUIRED -> held(turn, task, reasons);
            case IN_REVIEW -> inReview(engine, task, reasons);
            default -> {
                return ended(task);
            }
        }
        return new Why(task.id(), task.state(), reasons);
    }

    static Why ended(Task task) {
        return new Why(task.id(), task.state(), List.of(task.cause()));
    }

    private static void queued(Turn turn, Engine engine, Task task, List<String> reasons) {
        Dispatcher dispatcher = engine.dispatcher();
        Instant notBefore = task.notBefore();
        if (notBefore != null && notBefore.isAfter(turn.now())) {
            reasons.add("it must not start before " + notBefore);
        }
        String checked = engine.checkpoints().waitsFor(task);
        Reservation reservation = dispatcher.reservation(task.spec().reservation());
        if (checked != null) {
            reasons.add("it may not start yet: " + checked);
        } else if (reservation != null) {
            reasons.add("it waits for the reserved slot of agent " + reservation.agent() + " until "
                    + reservation.until() + ", then for any");
            reasons.add(dispatcher.tasksBefore(task) + " tasks with the same reservation stand before it");
        } else if (engine.routing().isBeingRanked(task)) {
            reasons.add("it is being compared with the agents");
        } else {
            selected(turn, dispatcher, task, reasons);
        }
        if (!task.attempts().isEmpty()) {
            reasons.add(task.cause());
        }
    }

    /** Which agent it is for, or why for none. */
    private static void selected(Turn turn, Dispatcher dispatcher, Task task, List<String> reasons) {
        Selection selection = task.selection();
        if (selection == null) {
            unreserved(turn, dispatcher, task, reasons);
            return;
        }
        String id = selection.agent();
        AgentRuntime agent = id == null ? null : turn.agents().find(id);
        if (selection.held()) {
            reasons.add("no agent fits it; it waits for one that does, or to be told which");
        } else if (agent != null) {
            reasons.add("it is for agent " + id + ", which is "
                    + agent.record().state().wire() + " and uses " + agent.used() + " of " + agent.slots() + " slots");
            before(dispatcher, task, reasons);
        } else {
            unreserved(turn, dispatcher, task, reasons);
        }
        reasons.addAll(selection.reasons());
    }

    private static void unreserved(Turn turn, Dispatcher dispatcher, Task task, List<String> reasons) {
        List<AgentRuntime> able = new ArrayList<>();
        for (AgentRuntime agent : turn.agents().all()) {
            if (agent.record().spec().skillIds().containsAll(task.spec().skills())) {
                able.add(agent);
            }
        }
        if (able.isEmpty()) {
            reasons.add("no registered agent has the skills " + task.spec().skills());
        } else {
            crowd(turn, able, reasons);
            advised(able, reasons);
            before(dispatcher, task, reasons);
        }
    }

    private static void crowd(Turn turn, List<AgentRuntime> able, List<String> reasons) {
        List<AgentRuntime> active = standing(able);
        List<AgentRuntime> full =
                active.stream().filter(agent -> agent.used() >= agent.room()).toList();
        Optional<AgentRuntime> waking = able.stream()
                .filter(agent -> agent.record().state() == AgentState.WAKING)
                .findFirst();
        if (waking.isPresent()) {
            reasons.add("agent " + waking.get().id() + " wakes ("
                    + waking.get().record().cause() + ")");
        } else if (active.isEmpty()) {
            AgentRecord first = able.get(0).record();
            reasons.add("of " + able.size() + " agents with its skills none is active: " + first.id() + " is "
                    + first.state().wire() + " (" + first.cause() + ")");
        } else if (full.size() == active.size()) {
            reasons.add("all slots of the " + active.size() + " active agents with its skills are in use or reserved; "
                    + nextFree(turn, full));
        } else {
            reasons.add((active.size() - full.size())
                    + " active agents with its skills have free slots and do not ask for work now");
        }
    }

    /** The active ones that are not ejected, or all active ones if there is none. */
    private static List<AgentRuntime> standing(List<AgentRuntime> able) {
        List<AgentRuntime> active = able.stream()
                .filter(agent -> agent.record().state() == AgentState.ACTIVE)
                .toList();
        List<AgentRuntime> standing =
                active.stream().filter(agent -> !agent.isEjected()).toList();
        return standing.isEmpty() ? active : standing;
    }

    /** What the dispatcher was advised about them, as far as it keeps work from them. */
    private static void advised(List<AgentRuntime> able, List<String> reasons) {
        List<AgentRuntime> ejected =
                able.stream().filter(AgentRuntime::isEjected).toList();
        if (!ejected.isEmpty()) {
            AgentRuntime first = ejected.get(0);
            boolean isIgnored = standing(able).stream().allMatch(AgentRuntime::isEjected);
            reasons.add(ejected.size() + " of the agents with its skills are ejected" + because(first)
                    + (isIgnored ? "; no other is active, so that is ignored" : ""));
        }
        able.stream()
                .filter(agent -> !agent.isEjected() && agent.room() < agent.slots())
                .findFirst()
                .ifPresent(agent -> reasons.add("agent " + agent.id() + " is given at most " + agent.room() + " of its "
                        + agent.slots() + " slots for now" + because(agent)));
    }

    private static String because(AgentRuntime agent) {
        Advice advice = agent.advice();
        return advice == null ? "" : " (" + agent.id() + ": " + advice.cause() + ")";
    }

    /** When the first of the attempts that fill the slots may end: by what attempts took so far, and by their limits. */
    private static String nextFree(Turn turn, List<AgentRuntime> full) {
        Instant expected = null;
        Instant limit = null;
        for (AgentRuntime agent : full) {
            Duration mean = agent.meanAttempt();
            for (String id : agent.heldTasks()) {
                Task held = turn.state().task(id);
                Instant begun = held.currentAttempt().orElseThrow().assignedAt();
                expected = earlier(expected, mean == null ? null : begun.plus(mean));
                Duration timeout = held.spec().attemptTimeout();
                limit = earlier(limit, timeout == null ? null : begun.plus(timeout));
            }
        }
        String soon = expected == null
                ? "no attempt there has ended yet, so it is not known when one will be free"
                : "by what attempts there took, the next should be free "
                        + (expected.isAfter(turn.now()) ? "at " + expected : "any moment");
        return limit == null ? soon : soon + ", and by their timeouts at the latest at " + limit;
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.isBefore(a) ? b : a;
    }

    private static void before(Dispatcher dispatcher, Task task, List<String> reasons) {
        int before = dispatcher.tasksBefore(task);
        reasons.add((before == Dispatcher.MOST_BEFORE ? before + " or more" : before) + " tasks of tenant "
                + task.spec().tenant() + " with the same skills stand before it");
        int others = dispatcher.otherTenants(task);
        if (others > 0) {
            reasons.add("it shares the agents with " + others + " other tenants that wait for the same skills; "
                    + dispatcher.shareOf(task.spec().tenant()));
        }
    }

    private static void held(Turn turn, Task task, List<String> reasons) {
        Attempt attempt = task.currentAttempt().orElseThrow();
        reasons.add("agent " + attempt.agent() + " got it at " + attempt.assignedAt()
                + (task.spec().reservation() == null ? "" : " for its reservation or, if that was over,")
                + how(task, attempt.agent()));
        Selection selection = task.selection();
        if (selection != null) {
            reasons.addAll(selection.reasons());
        }
        AgentRuntime agent = turn.agents().find(attempt.agent());
        if (agent != null && agent.isEjected()) {
            reasons.add("that agent is ejected now" + because(agent)
                    + "; it got the task before, or since no other with the skills was active");
        }
        if (task.attempts().size() > 1) {
            Attempt before = task.attempts().get(task.attempts().size() - 2);
            reasons.add("attempt " + before.token() + " by " + before.agent() + " ended: " + before.cause());
        }
    }

    private static void inReview(Engine engine, Task task, List<String> reasons) {
        String waits = engine.checkpoints().waitsFor(task);
        reasons.add("the result of attempt " + task.token() + " does not count yet: "
                + (waits == null ? "it is to be checked" : waits));
        Review review = task.review();
        if (review != null && review.sentBack() > 0) {
            reasons.add(review.sentBack() + " results were sent back before, the last one because: "
                    + String.join("; ", review.feedback()));
        }
    }

    private static String how(Task task, String agent) {
        Selection selection = task.selection();
        return selection != null && agent.equals(selection.agent())
                ? " because it was chosen for it"
                : " as the least loaded of those with its skills " + task.spec().skills();
    }

    private static String state(Turn turn, String id) {
        Task task = turn.state().find(id);
        return task == null ? "" : ", which is " + task.state().wire();
    }
}
