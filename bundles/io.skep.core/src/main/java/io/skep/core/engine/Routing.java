// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Advice;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Dispatcher;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has each task that could start ranked by the {@link Router}, and sends it to the agent that was found: of those that are
 * about equally good to the one with the least to do. A task whose agent has no time for it goes to the next best after a
 * while; one that no agent fits is held, rejected or goes to the one that comes closest. Where no ranking is to be had, a task is for
 * whichever agent has its skills. Used by the engine's thread only.
 */
public final class Routing {
    /** Of so many able agents the names are said to the router; of more it finds them itself. */
    private static final int MOST_CANDIDATES = 1_000;

    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(1);

    private static final Duration GATHER = Duration.ofMillis(200);

    /** How many tasks are looked at in one turn when an agent has come or gone. */
    private static final int AGAIN_AT_ONCE = 1_000;

    private final AgentPool agents;
    private final Dispatcher dispatcher;
    private final Timers timers;
    private final RoutingSettings settings;
    private final Router router;
    private final Choosing choosing;
    private final Questions<Router.Verdict> questions;
    private final Set<String> held = new LinkedHashSet<>();
    private boolean looksAtHeld;
    /** How many ready tasks are for each agent. */
    private final Map<String, Integer> load = new HashMap<>();

    Routing(Engine engine, AgentPool agents, Dispatcher dispatcher, Timers timers, Router router) {
        this.agents = agents;
        this.dispatcher = dispatcher;
        this.timers = timers;
        this.settings = engine.settings().routing();
        this.router = router;
        this.questions =
                new Questions<>(engine, settings.calls(), task -> router.rank(task, candidates(task)), this::decide);
        this.choosing = new Choosing(agents, settings, this::toDo);
    }

    /** The task could start now. */
    void ready(Task task) {
        Selection selection = task.selection();
        if (selection != null && selection.held()) {
            held.add(task.id());
            if (selection.choices().isEmpty()) {
                // Nobody was there at all, and who comes may come without a word.
                Instant when = selection.at().plus(pause(task, selection.at()));
                timers.at(task.id(), when, turn -> again(turn, List.of(task.id())));
            }
        } else if (selection != null) {
            dispatcher.ready(task);
            count(selection.agent(), 1);
            keepPatience(task, selection.at());
        } else if (isRanked(task)) {
            questions.add(task);
        } else {
            dispatcher.ready(task);
        }
    }

    private boolean isRanked(Task task) {
        return dispatcher.reservation(task.spec().reservation()) == null
                && router.isOn(task)
                && (task.spec().skills().isEmpty() || questions.waiting() < settings.waiting());
    }

    /** The task, as it was given to {@link #ready}, is not ready any more. */
    void unready(Task task) {
        if (questions.remove(task) || held.remove(task.id())) {
            return;
        }
        dispatcher.unready(task);
        Selection selection = task.selection();
        count(selection == null ? null : selection.agent(), -1);
    }

    private void count(@Nullable String agent, int more) {
        if (agent != null) {
            load.compute(agent, (id, n) -> {
                int count = (n == null ? 0 : n) + more;
                return count <= 0 ? null : count;
            });
        }
    }

    /** Whether the task waits to be ranked. */
    public boolean isBeingRanked(Task task) {
        return questions.contains(task);
    }

    /** Asks about the tasks that wait to be ranked, as far as there is room. */
    void run() {
        while (questions.hasNext()) {
            questions.ask(questions.next());
        }
    }

    /** Those that have not failed at it yet, if there are any; null if every able agent is as good. */
    private @Nullable List<String> candidates(Task task) {
        Set<String> failed = new HashSet<>();
        for (Attempt attempt : task.attempts()) {
            AttemptEnd end = attempt.end();
            if (end != null && end.isCounted()) {
                failed.add(attempt.agent());
            }
        }
        if (failed.isEmpty() || agents.size() > MOST_CANDIDATES) {
            return null;
        }
        List<String> others = agents.all().stream()
                .filter(agent -> isAble(agent, task))
                .map(AgentRuntime::id)
                .filter(id -> !failed.contains(id))
                .toList();
        return others.isEmpty() ? null : others;
    }

    private void decide(Turn turn, Task task, Router.Verdict verdict) {
        if (verdict instanceof Router.Ranked ranked) {
            List<Selection.Choice> choices = choosing.able(task, ranked.choices(), ranked.alike());
            ranked(turn, task, ranked.decision(), choices, ranked.reasons());
        } else if (verdict instanceof Router.NobodyFits nobody) {
            nobodyFits(turn, task, nobody);
        } else if (verdict instanceof Router.Silent silent && silent.isFault()) {
            anybody(turn, task, silent.reason());
        } else {
            dispatcher.ready(task);
        }
    }

    private void ranked(Turn turn, Task task, String decision, List<Selection.Choice> choices, List<String> reasons) {
        if (choices.isEmpty()) {
            nobodyIsThere(turn, task, decision);
        } else {
            List<Selection.Choice> standing = choosing.standing(choices);
            String agent = choosing.leastToDo(standing);
            List<String> all = withEjected(choices.get(0).agent(), agent, reasons);
            select(turn, task, new Selection(agent, false, decision, choices, all, turn.now()));
        }
    }

    /** Says so where advice about the best one changes, or would have changed, who gets it. */
    private List<String> withEjected(String best, String chosen, List<String> reasons) {
        AgentRuntime agent = agents.find(best);
        Advice advice = agent == null ? null : agent.advice();
        if (advice == null || !advice.ejected()) {
            return reasons;
        }
        List<String> all = new ArrayList<>(reasons);
        all.add(
                Math.min(1, all.size()),
                best.equals(chosen)
                        ? "agent " + best + " is ejected (" + advice.cause()
                                + "), which is ignored: nobody else fits as well"
                        : "agent " + best + " fits best and is ejected (" + advice.cause() + ")");
        return all;
    }

    /** The agent should get nothing for now: what waits for it, unless a person said so, may be for another. */
    void ejected(Turn turn, String agent) {
        again(
                turn,
                dispatcher.waitingFor(agent).stream()
                        .filter(task ->
                                task.selection() != null && task.selection().decision() != null)
                        .map(Task::id)
                        .toList());
    }

    /**
     * Routing may not have heard of an agent that has just come, and after a restart the one that fits may be on its way: a
     * task that names skills goes to whoever has them, and another one waits, since whoever is there may be the wrong one.
     */
    private void nobodyIsThere(Turn turn, Task task, String decision) {
        if (!task.spec().skills().isEmpty() && agents.all().stream().anyMatch(agent -> isAble(agent, task))) {
            anybody(turn, task, "routing knows no agent that has the skills");
        } else {
            String reason = "no agent that was named is there and has the skills";
            select(turn, task, new Selection(null, true, decision, List.of(), List.of(reason), turn.now()));
        }
    }

    private void anybody(Turn turn, Task task, String because) {
        String reason = because + ", so any agent with the skills may have it";
        select(turn, task, new Selection(null, false, null, List.of(), List.of(reason), turn.now()));
    }

    private void nobodyFits(Turn turn, Task task, Router.NobodyFits nobody) {
        switch (nobody.policy()) {
            case REJECT -> {
                String cause = nobody.reasons().isEmpty()
                        ? "no agent fits"
                        : nobody.reasons().get(0);
                turn.put(Transitions.end(task, TaskState.REJECTED, cause, turn.now()));
            }
            case HOLD ->
                select(
                        turn,
                        task,
                        new Selection(null, true, nobody.decision(), nobody.choices(), nobody.reasons(), turn.now()));
            case BEST -> {
                List<Selection.Choice> choices = choosing.able(task, nobody.choices(), nobody.alike());
                ranked(turn, task, nobody.decision(), choices, nobody.reasons());
            }
        }
    }

    /** Puts what was found in place; the task comes back to {@link #ready} by that. */
    private void select(Turn turn, Task task, Selection selection) {
        turn.selected(Transitions.select(task, selection));
    }

    /** How much an agent has to do, for its slots; to wake one counts as a task. */
    private double toDo(AgentRuntime agent) {
        return agent.load(
                load.getOrDefault(agent.id(), 0) + (agent.record().state().isSleepy() ? 1 : 0));
    }

    /** Whether it is there, or may be in a moment, and has the skills. */
    static boolean isAble(@Nullable AgentRuntime agent, Task task) {
        return agent != null
                && isThere(agent.record())
                && agent.record().spec().skillIds().containsAll(task.spec().skills());
    }

    /**
     * After a while in which its agent had no time, the task goes to the next best that has. If none of those that were
     * compared has, and somebody else has, it is compared anew.
     */
    private void keepPatience(Task task, Instant since) {
        Selection selection = Objects.requireNonNull(task.selection());
        String agent = selection.agent();
        if (agent == null) {
            return;
        }
        timers.at(task.id(), since.plus(pause(task, since)), turn -> {
            Task current = turn.state().find(task.id());
            if (current == null || !selection.equals(current.selection()) || current.state() != TaskState.QUEUED) {
                return;
            }
            String other = nextBest(current, selection);
            if (other != null) {
                String reason = "agent " + agent + ", which fits best, had no free slot for "
                        + Duration.between(selection.at(), turn.now()).toMillis() + " ms; " + other
                        + " is the next best that has one";
                turn.selected(Transitions.select(current, selection.moved(other, reason, turn.now())));
            } else if (isMissed(current, selection)) {
                turn.selected(Transitions.select(current, null));
            } else {
                keepPatience(current, turn.now());
            }
        });
    }

    /** How long to wait before something is tried: longer the longer the task has waited, so that many are no load. */
    private Duration pause(Task task, Instant now) {
        Duration waited = Duration.between(Objects.requireNonNullElse(task.queuedAt(), task.submittedAt()), now);
        Duration half = waited.dividedBy(2);
        Duration least = half.compareTo(settings.patience()) < 0 ? settings.patience() : half;
        return least.compareTo(LONGEST_PATIENCE) > 0 ? LONGEST_PATIENCE : least;
    }

    /** Whether an agent has time for it that was not compared; it may have come since. A person's word stands. */
    private boolean isMissed(Task task, Selection selection) {
        return selection.decision() != null
                && agents.all().stream()
                        .anyMatch(agent -> agent.takesMore()
                                && isAble(agent, task)
                                && selection.choices().stream()
                                        .noneMatch(choice -> choice.agent().equals(agent.id())));
    }

    private @Nullable String nextBest(Task task, Selection selection) {
        if (selection.choices().isEmpty()) {
            return null;
        }
        double least = Choosing.odds(selection.choices().get(0)) / settings.lossOdds();
        for (Selection.Choice choice : selection.choices()) {
            AgentRuntime agent = agents.find(choice.agent());
            if (Choosing.odds(choice) >= least
                    && !choice.agent().equals(selection.agent())
                    && agent != null
                    && isAble(agent, task)
                    && agent.takesMore()) {
                return choice.agent();
            }
        }
        return null;
    }

    /** An agent is new, or is not what it was: what was for it, or for nobody, may be for another. */
    void agentChanged(Turn turn, AgentRecord agent, @Nullable AgentRecord former) {
        boolean isOther = former == null || !former.spec().equals(agent.spec());
        if (!isThere(agent) || isOther) {
            again(turn, dispatcher.waitingFor(agent.id()).stream().map(Task::id).toList());
        }
        boolean isBack = agent.state() == AgentState.ACTIVE && (former == null || former.state() != AgentState.ACTIVE);
        if ((isBack || (isThere(agent) && isOther)) && !held.isEmpty() && !looksAtHeld) {
            looksAtHeld = true;
            // Many come at once after a restart: one look for all that come within a moment.
            timers.at(turn.now().plus(GATHER), later -> {
                looksAtHeld = false;
                again(later, List.copyOf(held));
            });
        }
    }

    /** Whether it takes tasks, or may do so in a moment. */
    private static boolean isThere(AgentRecord agent) {
        return agent.state().isRoutable();
    }

    /** The tasks are to be ranked anew; not more at once than one turn should hold. */
    private void again(Turn turn, List<String> ids) {
        int now = Math.min(AGAIN_AT_ONCE, ids.size());
        for (String id : ids.subList(0, now)) {
            Task task = turn.state().find(id);
            if (task != null && task.state() == TaskState.QUEUED && task.selection() != null) {
                turn.selected(Transitions.select(task, null));
            }
        }
        if (now < ids.size()) {
            timers.at(turn.now().plusMillis(1), later -> again(later, ids.subList(now, ids.size())));
        }
    }

    /** Says that nothing is known any more; the tasks come again by {@link #ready}. */
    void reset() {
        questions.clear();
        held.clear();
        looksAtHeld = false;
        load.clear();
    }
}
