// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.LocalProgram;
import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Heartbeat;
import io.skep.api.agent.Registration;
import io.skep.api.agent.Reservation;
import io.skep.api.task.Assignment;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Core as this bundle sees it: remembers what it is told, and refuses what a test wants refused. */
final class FakeCore implements AgentService, AttemptService {
    /** How an attempt ended. */
    record Outcome(AttemptEnd end, String result, String error, boolean retryable) {}

    /** Everything that was said, in order: the method, then agent or task. */
    final List<String> said = new CopyOnWriteArrayList<>();

    final Map<String, AgentSpec> specs = new ConcurrentHashMap<>();
    final Map<String, AgentConnector> connectors = new ConcurrentHashMap<>();
    final Map<String, List<Task>> held = new ConcurrentHashMap<>();
    final Map<String, AgentState> states = new ConcurrentHashMap<>();
    final Map<String, Integer> busy = new ConcurrentHashMap<>();
    final List<String> progress = new CopyOnWriteArrayList<>();
    final List<Usage> used = new CopyOnWriteArrayList<>();
    final Map<String, LocalProgram> programs = new ConcurrentHashMap<>();
    private final Map<AttemptRef, CompletableFuture<Outcome>> outcomes = new ConcurrentHashMap<>();
    private final Map<String, Runnable> watchers = new ConcurrentHashMap<>();
    private final Map<String, Queue<CompletionStage<Void>>> answers = new ConcurrentHashMap<>();

    /** A task as it is given to an agent. */
    static Task task(String id, TaskSpec spec, String agent, LocalProgram program) {
        Instant now = Instant.now();
        Attempt attempt =
                new Attempt(1, agent, now, program == null ? null : now, null, null, null, program, Usage.NONE);
        return new Task(
                id,
                spec,
                TaskState.ASSIGNED,
                "",
                now,
                now,
                Set.of(),
                null,
                List.of(attempt),
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null);
    }

    /** Gives a task to a connected agent. */
    AttemptRef assign(String agent, String id, TaskSpec spec) {
        connectors.get(agent).assigned(new Assignment(task(id, spec, agent, null), Instant.MAX));
        return new AttemptRef(id, 1, agent);
    }

    /** What the next call of that method waits for, and then ends with. */
    CompletableFuture<Void> hold(String method) {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        answers.computeIfAbsent(method, name -> new ConcurrentLinkedQueue<>()).add(gate);
        return gate;
    }

    /** Refuses the next call of that method. */
    void refuse(String method, Refusal refusal) {
        hold(method).completeExceptionally(refusal);
    }

    /** Runs something just before each call of that method is noted, or answered. */
    void watch(String method, Runnable watcher) {
        watchers.put(method, watcher);
    }

    /** How an attempt ends. */
    CompletableFuture<Outcome> outcome(AttemptRef attempt) {
        return outcomes.computeIfAbsent(attempt, ref -> new CompletableFuture<>());
    }

    private <T> CompletionStage<T> say(String method, String subject, T answer) {
        watchers.getOrDefault(method, () -> {}).run();
        said.add(method + " " + subject);
        Queue<CompletionStage<Void>> queue = answers.get(method);
        CompletionStage<Void> next = queue == null ? null : queue.poll();
        return next == null ? CompletableFuture.completedFuture(answer) : next.thenApply(opened -> answer);
    }

    private Agent agent(String id) {
        Instant now = Instant.now();
        AgentSpec spec = specs.getOrDefault(id, AgentSpec.of(id, 1));
        AgentState state = states.getOrDefault(id, AgentState.ACTIVE);
        return new Agent(spec, true, state, "", now, now, busy.getOrDefault(id, 0), 0, null, List.of());
    }

    private Task task(AttemptRef attempt) {
        return task(attempt.task(), TaskSpec.of("said").build(), attempt.agent(), null);
    }

    @Override
    public CompletionStage<Agent> connect(AgentSpec spec, AgentConnector connector) {
        return say("connect", spec.id(), spec).thenApply(taken -> {
            // The connector first: whoever sees the agent may give it a task.
            connectors.put(spec.id(), connector);
            states.remove(spec.id());
            specs.put(spec.id(), spec);
            return agent(spec.id());
        });
    }

    @Override
    public CompletionStage<Agent> disconnect(String id, AgentConnector connector) {
        if (!connectors.remove(id, connector)) {
            throw Refusal.of(Refusal.Reason.CONFLICT, "not connected with this one");
        }
        return say("disconnect", id, agent(id));
    }

    @Override
    public CompletionStage<Agent> drain(String id, String reason) {
        states.put(id, AgentState.DRAINING);
        return say("drain", id, agent(id));
    }

    @Override
    public CompletionStage<Agent> sleep(String id, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Agent> wake(String id, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Agent> remove(String id, String reason) {
        return say("remove", id, agent(id)).thenApply(removed -> {
            specs.remove(id);
            connectors.remove(id);
            return removed;
        });
    }

    @Override
    public CompletionStage<List<Task>> waiting(int most) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public List<Task> held(String id) {
        said.add("held " + id);
        return held.getOrDefault(id, List.of());
    }

    @Override
    public Optional<Agent> find(String id) {
        return specs.containsKey(id) ? Optional.of(agent(id)) : Optional.empty();
    }

    @Override
    public List<Agent> list() {
        watchers.getOrDefault("list", () -> {}).run();
        return specs.keySet().stream().sorted().map(this::agent).collect(Collectors.toList());
    }

    @Override
    public CompletionStage<Task> start(AttemptRef attempt, LocalProgram program) {
        programs.put(attempt.task(), program);
        return say("start", attempt.task(), task(attempt));
    }

    @Override
    public CompletionStage<Instant> heartbeat(AttemptRef attempt, String line) {
        progress.add(line);
        return say("heartbeat", attempt.task(), Instant.MAX);
    }

    @Override
    public List<CompletionStage<Task>> complete(List<Completion> completions) {
        List<CompletionStage<Task>> stages = new ArrayList<>();
        for (Completion done : completions) {
            AttemptRef attempt = done.attempt();
            stages.add(say("complete", attempt.task(), task(attempt)).thenApply(task -> {
                outcome(attempt).complete(new Outcome(AttemptEnd.COMPLETED, done.result(), null, false));
                return task;
            }));
        }
        return stages;
    }

    @Override
    public CompletionStage<Task> fail(AttemptRef attempt, AttemptEnd end, String error, boolean retryable) {
        return say("fail", attempt.task(), task(attempt)).thenApply(task -> {
            outcome(attempt).complete(new Outcome(end, null, error, retryable));
            return task;
        });
    }

    @Override
    public CompletionStage<Registration> register(AgentSpec spec, boolean replace) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Task> use(AttemptRef attempt, Usage total) {
        used.add(total);
        return say("use", attempt.task(), task(attempt));
    }

    @Override
    public CompletionStage<Heartbeat> heartbeat(String id, Instant replacedAt, AgentState says) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<Assignment>> claim(String agent, int max, Duration wait) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Task> requireInput(AttemptRef attempt, String prompt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Task> takeBack(AttemptRef attempt, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Reservation> reserve(String agent, Duration atMost) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> release(String reservation) {
        throw new UnsupportedOperationException();
    }
}
