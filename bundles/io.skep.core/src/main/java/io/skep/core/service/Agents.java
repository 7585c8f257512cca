// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Heartbeat;
import io.skep.api.agent.Registration;
import io.skep.api.agent.Reservation;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.engine.Dormancy;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Slots;
import io.skep.core.engine.State;
import io.skep.core.engine.Turn;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The agents, as commands to the engine. */
public final class Agents implements AgentService {
    /** Versions of an agent that may end what they hold; of more, the oldest are not heard any more. */
    private static final int MAX_FORMERS = 8;

    private static final int MAX_WAITING = 100_000;

    private final Engine engine;
    private final Secrets secrets;

    /** Over an engine, with the source of secrets. */
    public Agents(Engine engine, Secrets secrets) {
        this.engine = engine;
        this.secrets = secrets;
    }

    static AgentRuntime existing(Turn turn, String id) {
        AgentRuntime agent = turn.agents().find(id);
        if (agent == null) {
            throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no agent " + id);
        }
        return agent;
    }

    @Override
    public CompletionStage<Registration> register(AgentSpec given, boolean replace) {
        return Tasks.refusing(() -> {
            AgentSpec spec = AgentChecks.check(given);
            String secret = secrets.make();
            String hash = Secrets.hash(secret);
            return engine.ask(turn -> {
                AgentRuntime before = turn.agents().find(spec.id());
                if (before != null && !replace) {
                    throw Refusal.of(Refusal.Reason.CONFLICT, "id", "there is an agent " + spec.id() + " already");
                }
                if (before != null && before.record().connected()) {
                    throw Refusal.of(Refusal.Reason.CONFLICT, "id", "agent " + spec.id() + " is driven by a connector");
                }
                enrol(turn, before, spec, false, hash);
                AgentRuntime agent = existing(turn, spec.id());
                agent.renewLease(turn.now().plus(spec.lease()));
                engine.watch(agent);
                return new Registration(agent.view(), secret);
            });
        });
    }

    @Override
    public CompletionStage<Agent> connect(AgentSpec given, AgentConnector connector) {
        return Tasks.refusing(() -> {
            AgentSpec spec = AgentChecks.check(given);
            return engine.ask(turn -> {
                AgentRuntime before = turn.agents().find(spec.id());
                if (before != null && !before.record().connected()) {
                    throw Refusal.of(Refusal.Reason.CONFLICT, "id", "agent " + spec.id() + " claims its tasks itself");
                }
                if (before != null && before.connector() != null && before.connector() != connector) {
                    throw Refusal.of(
                            Refusal.Reason.CONFLICT, "id", "agent " + spec.id() + " is driven by another connector");
                }
                enrol(turn, before, spec, true, "");
                AgentRuntime agent = existing(turn, spec.id());
                turn.agents().connect(agent, connector);
                engine.dormancy().connected(turn, agent);
                return agent.view();
            });
        });
    }

    private void enrol(Turn turn, @Nullable AgentRuntime before, AgentSpec spec, boolean connected, String hash) {
        if (before == null && turn.agents().size() >= engine.settings().maxAgents()) {
            throw Refusal.of(
                    Refusal.Reason.BUSY, engine.settings().maxAgents() + " agents are registered, which is the limit");
        }
        AgentRecord former = before == null ? null : before.record();
        AgentRecord next = new AgentRecord(
                spec,
                connected,
                AgentState.ACTIVE,
                connected ? "connected" : "registered",
                turn.now(),
                former == null ? turn.now() : former.registeredAt(),
                hash,
                before == null || connected ? List.of() : formers(turn, before));
        // One that sleeps goes on to do so when its connector comes back: that is no reason to wake it.
        if (former != null && connected && former.state().isSleepy()) {
            turn.put(next.in(former.state(), former.cause(), former.since()));
        } else {
            turn.put(next);
        }
    }

    /** The versions that still hold attempts, with the one that is replaced now as the last. */
    private static List<AgentRecord.Former> formers(Turn turn, AgentRuntime agent) {
        List<Instant> assigned = turn.state().assignedAt(agent.heldTasks());
        AgentRecord record = agent.record();
        List<AgentRecord.Former> all = new ArrayList<>(record.formers());
        all.add(new AgentRecord.Former(record.spec().version(), record.secretHash(), turn.now()));
        List<AgentRecord.Former> holding = AgentRecord.holding(all, assigned);
        return holding.subList(Math.max(0, holding.size() - MAX_FORMERS), holding.size());
    }

    @Override
    public CompletionStage<Agent> disconnect(String id, AgentConnector connector) {
        return engine.ask(turn -> {
            AgentRuntime agent = existing(turn, id);
            if (agent.connector() == connector) {
                turn.agents().connect(agent, null);
                if (agent.record().state() != AgentState.ASLEEP) {
                    turn.put(agent.record().in(AgentState.UNKNOWN, "its connector left", turn.now()));
                }
            }
            return agent.view();
        });
    }

    @Override
    public Optional<Agent> find(String id) {
        return Optional.ofNullable(engine.agents().find(id)).map(AgentRuntime::view);
    }

    @Override
    public List<Agent> list() {
        return engine.agents().all().stream()
                .map(AgentRuntime::view)
                .sorted(Comparator.comparing(Agent::id))
                .toList();
    }

    @Override
    public List<Task> held(String id) {
        AgentRuntime agent = engine.agents().find(id);
        if (agent == null) {
            return List.of();
        }
        State state = engine.state();
        return agent.heldTasks().stream()
                .map(state::find)
                .filter(Objects::nonNull)
                .filter(task -> task.currentAttempt()
                        .filter(attempt -> attempt.agent().equals(id))
                        .isPresent())
                .toList();
    }

    @Override
    public CompletionStage<List<Task>> waiting(int most) {
        return Tasks.refusing(() -> {
            Checks.range("most", most, 1, MAX_WAITING);
            return engine.ask(turn -> engine.dispatcher().waitingForOne(most));
        });
    }

    @Override
    public CompletionStage<Heartbeat> heartbeat(String id, @Nullable Instant replacedAt, @Nullable AgentState says) {
        return engine.ask(turn -> {
            AgentRuntime agent = existing(turn, id);
            if (agent.record().connected()) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "agent " + id + " is driven by a connector");
            }
            if (replacedAt == null) {
                hear(turn, agent, says);
            }
            return new Heartbeat(agent.view(), agent.leaseUntil(), commands(turn, agent, replacedAt));
        });
    }

    private void hear(Turn turn, AgentRuntime agent, @Nullable AgentState says) {
        if (says == AgentState.ASLEEP) {
            engine.dormancy().saysAsleep(turn, agent);
        } else if (says == AgentState.ACTIVE) {
            engine.dormancy().saysAwake(turn, agent);
        } else if (says != null) {
            throw Refusal.invalid("state", "must be active or asleep, not " + says.wire());
        }
        if (Dormancy.isAway(agent)) {
            agent.renewLease(turn.now().plus(agent.record().spec().lease()));
        } else {
            engine.heard(turn, agent);
        }
    }

    /** Whether a command is about one of these attempts; one about a task that is forgotten is for anybody. */
    private static boolean isAbout(Turn turn, AgentCommand command, Predicate<Attempt> its) {
        Task task = command.task() == null ? null : turn.state().find(command.task());
        return task == null
                || task.attempts().stream()
                        .anyMatch(attempt -> attempt.token() == command.token() && its.test(attempt));
    }

    private List<AgentCommand> commands(Turn turn, AgentRuntime agent, @Nullable Instant replacedAt) {
        Predicate<Attempt> its = attempt -> agent.record().isFormers(attempt.assignedAt()) == (replacedAt != null);
        List<AgentCommand> commands = new ArrayList<>(agent.takeCommands(command -> isAbout(turn, command, its)));
        if (replacedAt != null) {
            commands.add(new AgentCommand(
                    AgentCommand.Kind.DRAIN,
                    null,
                    0,
                    "version " + agent.record().spec().version() + " has taken over"));
        } else if (agent.record().state() == AgentState.DRAINING) {
            commands.add(new AgentCommand(
                    AgentCommand.Kind.DRAIN, null, 0, agent.record().cause()));
        }
        if (replacedAt == null) {
            engine.dormancy().command(agent).ifPresent(commands::add);
        }
        for (String held : agent.heldTasks()) {
            Task task = turn.state().task(held);
            if (task.state() == TaskState.WORKING
                    && task.answer() != null
                    && its.test(task.currentAttempt().orElseThrow())) {
                commands.add(new AgentCommand(AgentCommand.Kind.INPUT, held, task.token(), task.answer()));
            }
        }
        return commands;
    }

    @Override
    public CompletionStage<Agent> drain(String id, @Nullable String reason) {
        return because(
                reason,
                "drained by request",
                cause -> engine.ask(turn -> {
                    AgentRuntime agent = existing(turn, id);
                    turn.put(agent.record().in(AgentState.DRAINING, cause, turn.now()));
                    if (!agent.record().connected()) {
                        engine.watch(agent);
                    }
                    return agent.view();
                }));
    }

    @Override
    public CompletionStage<Agent> sleep(String id, @Nullable String reason) {
        return because(
                reason,
                "put to sleep by request",
                cause -> engine.ask(turn -> {
                    AgentRuntime agent = existing(turn, id);
                    engine.dormancy().sleep(turn, agent, cause);
                    return agent.view();
                }));
    }

    @Override
    public CompletionStage<Agent> wake(String id, @Nullable String reason) {
        return because(
                reason,
                "woken by request",
                cause -> engine.ask(turn -> {
                    AgentRuntime agent = existing(turn, id);
                    engine.dormancy().wake(turn, agent, cause);
                    return agent.view();
                }));
    }

    @Override
    public CompletionStage<Reservation> reserve(String agent, Duration atMost) {
        return Tasks.refusing(() -> {
            String id = secrets.make();
            Duration whole = Slots.check(atMost);
            return engine.ask(turn -> engine.slots().reserve(turn, id, existing(turn, agent), whole));
        });
    }

    @Override
    public CompletionStage<Void> release(String reservation) {
        return engine.ask(turn -> {
                    engine.slots().release(reservation);
                    return true;
                })
                .thenAccept(released -> {});
    }

    @Override
    public CompletionStage<Agent> remove(String id, @Nullable String reason) {
        return because(
                reason,
                "removed by request",
                cause -> engine.ask(turn -> {
                    AgentRuntime agent = existing(turn, id);
                    for (String held : agent.heldTasks()) {
                        Task task = turn.state().task(held);
                        turn.put(Transitions.endAttempt(
                                task, AttemptEnd.INTERRUPTED, "its agent was removed: " + cause, true, 0, turn.now()));
                    }
                    turn.agents().takeWaiting(agent).forEach(claim -> turn.answer(claim.answer(), List.of()));
                    turn.put(agent.record().in(AgentState.REMOVED, cause, turn.now()));
                    return agent.view();
                }));
    }

    private static CompletionStage<Agent> because(
            @Nullable String reason, String otherwise, Function<String, CompletionStage<Agent>> command) {
        return Tasks.refusing(() -> {
            String cause = Objects.requireNonNullElse(reason, otherwise);
            Checks.text("reason", cause, 1, 4096);
            return command.apply(cause);
        });
    }
}
