// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Agents in memory, without leases. */
final class FakeAgents implements AgentService {
    static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    static final String SECRET = "s3cret";

    final Map<String, Agent> agents = new TreeMap<>();
    final List<Task> held = new ArrayList<>();
    int reserved;

    private Agent agent(AgentSpec spec, AgentState state, String cause) {
        return new Agent(spec, false, state, cause, AT, AT, 0, reserved, AT.plus(spec.lease()), List.of());
    }

    private CompletionStage<Agent> change(String id, AgentState state, String reason) {
        return agents.containsKey(id)
                ? CompletableFuture.completedFuture(agents.compute(
                        id, (key, agent) -> agent(agent.spec(), state, reason == null ? "by hand" : reason)))
                : CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "no agent " + id));
    }

    @Override
    public CompletionStage<Registration> register(AgentSpec spec, boolean replace) {
        if (agents.containsKey(spec.id()) && !replace) {
            return CompletableFuture.failedFuture(
                    Refusal.of(Refusal.Reason.CONFLICT, "id", "agent " + spec.id() + " exists"));
        }
        agents.put(spec.id(), agent(spec, AgentState.ACTIVE, "registered"));
        return CompletableFuture.completedFuture(new Registration(agents.get(spec.id()), SECRET));
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
        return Optional.ofNullable(agents.get(id));
    }

    @Override
    public List<Agent> list() {
        return List.copyOf(agents.values());
    }

    @Override
    public CompletionStage<List<Task>> waiting(int most) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public List<Task> held(String id) {
        return held;
    }

    @Override
    public CompletionStage<Heartbeat> heartbeat(String id, Instant replacedAt, AgentState says) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Agent> drain(String id, String reason) {
        return change(id, AgentState.DRAINING, reason);
    }

    @Override
    public CompletionStage<Agent> sleep(String id, String reason) {
        return change(id, AgentState.PREPARING, reason);
    }

    @Override
    public CompletionStage<Agent> wake(String id, String reason) {
        return change(id, AgentState.WAKING, reason);
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
        return change(id, AgentState.REMOVED, reason);
    }
}
