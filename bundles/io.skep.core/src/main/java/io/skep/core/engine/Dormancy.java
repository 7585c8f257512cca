// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentState;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Dispatcher;
import io.skep.core.state.AgentRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Agents on their way to sleep and back: active, preparing, asleep, waking, active. The state is durable, the way there is
 * not: after a restart one that was about to sleep stays awake, and one that was woken is woken on. Every step has an end
 * in time. Used by the engine's thread only.
 */
public final class Dormancy {
    /** Questions to the sleeper at once; more wait. */
    private static final int MOST_UNDER_WAY = 64;

    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

    private final Engine engine;
    private final AgentPool agents;
    private final Dispatcher dispatcher;
    private final Timers timers;
    private final Connectors connectors;
    private final Sleeper sleeper;
    private final SleepSettings settings;
    /** Of agents that prepare or wake, by id. */
    private final Map<String, Step> steps = new HashMap<>();
    /** Of those, whom nobody was asked about yet: who wakes, and who may still hold something. */
    private final Set<String> toRestore = new LinkedHashSet<>();

    private final Set<String> toPrepare = new LinkedHashSet<>();
    /** What the sleeper was asked and has not answered, also if nobody wants the answer any more. */
    private final Set<Step> underWay = new HashSet<>();

    /** One way to sleep, or back; equal to itself only. */
    private static final class Step {
        private final String cause;
        /** Whether the sleeper was asked, and whether it has answered. */
        private boolean asked;

        private boolean ready;
        /** Whether the agent itself has said that it sleeps, or is back. */
        private boolean confirmed;

        Step(String cause) {
            this.cause = cause;
        }
    }

    Dormancy(Engine engine, Dispatcher dispatcher, Timers timers, Connectors connectors, Sleeper sleeper) {
        this.engine = engine;
        this.agents = engine.agents();
        this.dispatcher = dispatcher;
        this.timers = timers;
        this.connectors = connectors;
        this.sleeper = sleeper;
        this.settings = engine.settings().sleep();
    }

    /** Lets an agent fall asleep; within a command. */
    public void sleep(Turn turn, AgentRuntime agent, String cause) {
        AgentState state = agent.record().state();
        if (state == AgentState.ASLEEP || state == AgentState.PREPARING) {
            return;
        }
        boolean isThere = !agent.record().connected() || agent.connector() != null;
        if (state != AgentState.ACTIVE || !isThere) {
            throw conflict(agent, "only an active agent falls asleep");
        }
        begin(turn, agent, AgentState.PREPARING, cause, settings.prepare());
    }

    /** Wakes an agent, or keeps it awake; within a command. */
    public void wake(Turn turn, AgentRuntime agent, String cause) {
        Step step = steps.get(agent.id());
        switch (agent.record().state()) {
            case ACTIVE, WAKING -> {}
            case PREPARING -> {
                if (step != null && (step.confirmed || isTold(agent, step))) {
                    // It may be asleep already, and has said so or is about to.
                    begin(turn, agent, AgentState.WAKING, cause, settings.wake());
                } else {
                    turn.put(agent.record().in(AgentState.ACTIVE, "it stays awake: " + cause, turn.now()));
                }
            }
            case ASLEEP -> begin(turn, agent, AgentState.WAKING, cause, settings.wake());
            default -> throw conflict(agent, "only an agent that sleeps is woken");
        }
    }

    /** A pull agent says that it sleeps; within a command. */
    public void saysAsleep(Turn turn, AgentRuntime agent) {
        if (agent.used() > 0) {
            throw conflict(agent, "it cannot sleep while it holds tasks or reservations");
        }
        if (!agent.record().state().isSleepy()) {
            engine.heard(turn, agent);
            sleep(turn, agent, "by its own word");
        }
        Step step = steps.get(agent.id());
        if (step != null && agent.record().state() == AgentState.PREPARING) {
            step.confirmed = true;
            goOn(turn, agent, step);
        }
    }

    /** A pull agent says that it is awake, or asks for work; within a command. */
    public void saysAwake(Turn turn, AgentRuntime agent) {
        if (agent.record().state() == AgentState.ASLEEP) {
            wake(turn, agent, "it came back by itself");
        }
        Step step = steps.get(agent.id());
        if (step != null && agent.record().state() == AgentState.WAKING) {
            step.confirmed = true;
            goOn(turn, agent, step);
        }
    }

    /** Whether it sleeps or wakes, so that a word of it that says nothing of that changes nothing. */
    public static boolean isAway(AgentRuntime agent) {
        AgentState state = agent.record().state();
        return state == AgentState.ASLEEP || state == AgentState.WAKING;
    }

    /** What a pull agent is to be told of this. */
    public Optional<AgentCommand> command(AgentRuntime agent) {
        Step step = steps.get(agent.id());
        if (step == null || !step.ready || step.confirmed) {
            return Optional.empty();
        }
        AgentCommand.Kind kind =
                agent.record().state() == AgentState.PREPARING ? AgentCommand.Kind.SLEEP : AgentCommand.Kind.WAKE;
        return Optional.of(new AgentCommand(kind, null, 0, step.cause));
    }

    /** The connector of an agent is there; within a command, when the agent has it. */
    public void connected(Turn turn, AgentRuntime agent) {
        Step step = steps.get(agent.id());
        if (step != null) {
            goOn(turn, agent, step);
        }
    }

    /**
     * Asks about agents that have ended what they had, and wakes those whom ready tasks need.
     *
     * @return whether an agent may take a task now that could not before
     */
    boolean run(Turn turn) {
        askAbout(toRestore);
        askAbout(toPrepare);
        boolean anybody = false;
        for (Dispatcher.Wanted wanted : dispatcher.wantedSleepers()) {
            wake(turn, wanted.agent(), "task " + wanted.task() + " waits for it");
            anybody |= wanted.agent().record().state() == AgentState.ACTIVE;
        }
        askAbout(toRestore);
        return anybody;
    }

    private void askAbout(Collection<String> ids) {
        if (ids.isEmpty()) {
            return;
        }
        for (String id : new ArrayList<>(ids)) {
            AgentRuntime agent = agents.find(id);
            if (underWay.size() >= MOST_UNDER_WAY) {
                return;
            }
            if (agent != null && (agent.record().state() == AgentState.WAKING || agent.used() == 0)) {
                ids.remove(id);
                ask(agent, Objects.requireNonNull(steps.get(id)));
            }
        }
    }

    /** An agent came into another state, by whatever it was. */
    void agentChanged(AgentRecord agent) {
        if (agent.state() != AgentState.PREPARING && agent.state() != AgentState.WAKING) {
            end(agent.id());
        }
    }

    /** After a start, or when the state was read anew. */
    void resume(Turn turn, AgentRuntime agent, boolean first) {
        AgentRecord record = agent.record();
        if (record.state() == AgentState.WAKING) {
            begin(turn, agent, AgentState.WAKING, record.cause(), settings.wake());
        } else if (record.state() == AgentState.PREPARING && first) {
            turn.put(record.in(
                    AgentState.UNKNOWN, "not heard of since the server restarted while it fell asleep", turn.now()));
        } else if (record.state() == AgentState.PREPARING) {
            begin(turn, agent, AgentState.PREPARING, record.cause(), settings.prepare());
        }
    }

    /** Forgets everything. */
    void reset() {
        steps.clear();
        toRestore.clear();
        toPrepare.clear();
        underWay.clear();
    }

    private void begin(Turn turn, AgentRuntime agent, AgentState state, String cause, Duration atMost) {
        end(agent.id());
        Step step = new Step(cause);
        steps.put(agent.id(), step);
        if (agent.record().state() != state) {
            turn.put(agent.record().in(state, cause, turn.now()));
        }
        giveUpAt(turn.now().plus(atMost), agent.id(), step);
        // Claims end when an agent falls asleep: one that waits now shows that it did not.
        step.confirmed = state == AgentState.WAKING && agent.hasWaitingClaim();
        (state == AgentState.WAKING ? toRestore : toPrepare).add(agent.id());
    }

    private void giveUpAt(Instant when, String id, Step step) {
        timers.at(owner(id), when, later -> giveUp(later, id, step));
    }

    private void end(String id) {
        if (steps.remove(id) != null) {
            toRestore.remove(id);
            toPrepare.remove(id);
            timers.forget(owner(id));
        }
    }

    private static String owner(String id) {
        return "sleep/" + id;
    }

    private void ask(AgentRuntime agent, Step step) {
        step.asked = true;
        underWay.add(step);
        Agent view = agent.view();
        CompletionStage<Sleeper.Verdict> verdict =
                view.state() == AgentState.WAKING ? sleeper.restore(view) : sleeper.prepare(view);
        verdict.thenAccept(its -> tell(agent.id(), step, its));
    }

    /** Brings an answer to the engine's thread; again in a moment while the mailbox or the store is full. */
    private void tell(String id, Step step, Sleeper.Verdict verdict) {
        engine.ask(turn -> answered(turn, id, step, verdict)).whenComplete((done, failure) -> {
            if (failure instanceof Refusal refusal && refusal.reason().isRetryable()) {
                LATER.execute(() -> tell(id, step, verdict));
            }
        });
    }

    private boolean answered(Turn turn, String id, Step step, Sleeper.Verdict verdict) {
        underWay.remove(step);
        AgentRuntime agent = agents.find(id);
        if (agent == null || steps.get(id) != step) {
            return false;
        }
        if (!verdict.ready() && agent.record().state() == AgentState.PREPARING) {
            turn.put(agent.record().in(AgentState.ACTIVE, "it stays awake: " + verdict.remark(), turn.now()));
            return true;
        }
        step.ready = true;
        if (isTold(agent, step)) {
            timers.forget(owner(id));
            giveUpAt(turn.now().plus(settings.confirm()), id, step);
        }
        goOn(turn, agent, step);
        return true;
    }

    /** Whether it is a pull agent that is to sleep, and of which nothing but its word is missing. */
    private static boolean isTold(AgentRuntime agent, Step step) {
        return agent.record().state() == AgentState.PREPARING
                && step.ready
                && !step.confirmed
                && !agent.record().connected();
    }

    private void goOn(Turn turn, AgentRuntime agent, Step step) {
        AgentRecord record = agent.record();
        AgentConnector connector = agent.connector();
        boolean isThere = record.connected() ? connector != null : step.confirmed;
        if (!step.ready || !isThere) {
            return;
        }
        String id = agent.id();
        if (record.state() == AgentState.PREPARING) {
            agents.takeWaiting(agent).forEach(claim -> turn.answer(claim.answer(), List.of()));
            turn.put(record.in(AgentState.ASLEEP, step.cause, turn.now()));
            say(turn, connector, c -> c.asleep(id, step.cause));
        } else {
            say(turn, connector, c -> c.awake(id, step.cause));
            turn.put(record.in(AgentState.ACTIVE, step.cause, turn.now()));
            if (!record.connected()) {
                engine.heard(turn, agent);
            }
        }
    }

    private void say(Turn turn, @Nullable AgentConnector connector, Consumer<AgentConnector> word) {
        if (connector != null) {
            turn.afterwards(() -> connectors.call(connector, word));
        }
    }

    private void giveUp(Turn turn, String id, Step step) {
        AgentRuntime agent = agents.find(id);
        if (agent == null || steps.get(id) != step) {
            return;
        }
        AgentRecord record = agent.record();
        if (record.state() == AgentState.PREPARING) {
            turn.put(record.in(AgentState.ACTIVE, "it stays awake: " + hindrance(agent, step), turn.now()));
        } else {
            AgentState next = record.connected() ? AgentState.UNKNOWN : AgentState.LOST;
            turn.put(record.in(next, "it did not wake within " + settings.wake(), turn.now()));
        }
    }

    private String hindrance(AgentRuntime agent, Step step) {
        if (step.ready) {
            return "it was told to sleep and did not confirm within " + settings.confirm();
        }
        return step.asked
                ? "it was not prepared within " + settings.prepare()
                : "it still uses " + agent.used() + " slots after " + settings.prepare();
    }

    private static Refusal conflict(AgentRuntime agent, String what) {
        AgentRecord record = agent.record();
        return Refusal.of(
                Refusal.Reason.CONFLICT,
                "agent " + agent.id() + " is " + record.state().wire() + " (" + record.cause() + "); " + what);
    }
}
