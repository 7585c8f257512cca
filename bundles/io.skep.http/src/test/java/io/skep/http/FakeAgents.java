// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

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
import io.skep.api.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The agents of {@link FakeCore}. */
final class FakeAgents implements AgentService {
    final List<AgentCommand> commands = new CopyOnWriteArrayList<>();
    private final FakeCore core;
    private final Map<String, Agent> agents = new TreeMap<>();

    FakeAgents(FakeCore core) {
        this.core = core;
    }

    @Override
    public CompletionStage<Registration> register(AgentSpec spec, boolean replace) {
        return core.stage(() -> {
            if (spec.slots() < 1) {
                throw Refusal.invalid("slots", "slots must be within 1 and 10000");
            }
            if (spec.lease().toMillis() < 1000) {
                throw Refusal.invalid("leaseMillis", "lease must be at least a second");
            }
            if (agents.containsKey(spec.id()) && !replace) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "id", "agent " + spec.id() + " exists");
            }
            String secret = "secret-of-" + spec.id() + (replace ? "-again" : "");
            core.secrets.put(secret, spec.id());
            return new Registration(put(spec, AgentState.ACTIVE, "registered"), secret);
        });
    }

    private Agent put(AgentSpec spec, AgentState state, String cause) {
        Instant now = core.now();
        Agent agent = new Agent(spec, false, state, cause, now, now, 0, 1, now.plus(spec.lease()), List.of());
        agents.put(spec.id(), agent);
        return agent;
    }

    Agent present(String id) {
        Agent agent = agents.get(id);
        if (agent == null) {
            throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no agent " + id);
        }
        return agent;
    }

    @Override
    public CompletionStage<Agent> connect(AgentSpec spec, AgentConnector connector) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Agent> disconnect(String id, AgentConnector connector) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Agent> find(String id) {
        synchronized (core) {
            return Optional.ofNullable(agents.get(id));
        }
    }

    @Override
    public List<Agent> list() {
        synchronized (core) {
            return List.copyOf(agents.values());
        }
    }

    @Override
    public CompletionStage<List<Task>> waiting(int most) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public List<Task> held(String id) {
        synchronized (core) {
            return core.tasks.values().stream()
                    .filter(t -> t.state.isHeld() && t.newest().agent().equals(id))
                    .map(FakeTask::snapshot)
                    .collect(Collectors.toUnmodifiableList());
        }
    }

    @Override
    public CompletionStage<Heartbeat> heartbeat(String id, Instant replacedAt, AgentState says) {
        return core.stage(() -> {
            Agent agent = present(id);
            return new Heartbeat(agent, core.now().plus(agent.spec().lease()), commands);
        });
    }

    @Override
    public CompletionStage<Agent> drain(String id, String reason) {
        return core.stage(() -> put(present(id).spec(), AgentState.DRAINING, reason == null ? "drained" : reason));
    }

    @Override
    public CompletionStage<Agent> sleep(String id, String reason) {
        return core.stage(() -> put(present(id).spec(), AgentState.PREPARING, reason == null ? "slept" : reason));
    }

    @Override
    public CompletionStage<Agent> wake(String id, String reason) {
        return core.stage(() -> put(present(id).spec(), AgentState.WAKING, reason == null ? "woken" : reason));
    }

    @Override
    public CompletionStage<Reservation> reserve(String agent, Duration atMost) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> release(String reservation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Agent> remove(String id, String reason) {
        return core.stage(() -> {
            Agent gone = put(present(id).spec(), AgentState.REMOVED, reason == null ? "removed" : reason);
            agents.remove(id);
            return gone;
        });
    }
}
