// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Access;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Figures;
import io.skep.api.admin.Intent;
import io.skep.api.admin.Server;
import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** An orchestrator in memory, enough of one for the contract. Everything happens under its lock. */
final class FakeCore implements Orchestrator, Access, Server, AutoCloseable {
    static final String ADMIN = "administrators-token";

    /** Whether stages end later, on a thread of its own, as those of the real one do. */
    volatile boolean late;
    /** What every further request is refused with, or null. */
    volatile RuntimeException refusal;
    /** What capability calls end with. */
    volatile IntegrationResponse response = new IntegrationResponse.Answered("{\"path\": [1, 2.50]}");

    volatile List<String> notReady = List.of();
    volatile IntegrationRequest called;
    /** Callers by token, besides agents and the administrator. */
    final Map<String, Caller> people = new ConcurrentHashMap<>();
    /** What was wanted, and by what credential, in order. */
    final List<Intent> asked = new CopyOnWriteArrayList<>();

    final List<Credential> credentials = new CopyOnWriteArrayList<>();
    /** Until it is at zero, whoever is decided on late has its thread kept. */
    volatile CountDownLatch held = new CountDownLatch(0);
    /** Why nobody is let in, or null. */
    volatile Refusal unavailable;
    /** What nobody is permitted, at the door or further. */
    final Set<Intent> forbidden = ConcurrentHashMap.newKeySet();

    final Map<String, String> secrets = new ConcurrentHashMap<>();
    final Map<String, FakeTask> tasks = new LinkedHashMap<>();
    final FakeEvents events = new FakeEvents(this);
    final FakeAgents agents = new FakeAgents(this);
    final FakeAttempts attempts = new FakeAttempts(this);
    final FakePlugins plugins = new FakePlugins(this);
    final FakeFlags flags = new FakeFlags(this);
    final FakeStore store = new FakeStore(this);
    final FakeTasks taskService = new FakeTasks(this);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(r -> {
        Thread t = new Thread(r, "fake-core");
        t.setDaemon(true);
        return t;
    });

    record Question(String text) {}

    record Reply(String text) {}

    static final Capability CAPABILITY = new Capability(
            "semantic_routing",
            List.of(
                    Operation.named("route")
                            .summary("Finds the agent for a task.")
                            .input(Question.class)
                            .output(Reply.class)
                            .sideEffectFree()
                            .immediate()
                            .whenAbsent(GapPolicy.FALL_BACK)
                            .shellCommand("route:find")
                            .examples("{\"text\":\"count lines\"}", "no json")
                            .build(),
                    Operation.named("note")
                            .summary("Takes a note of an agent.")
                            .input(Question.class)
                            .output(Reply.class)
                            .forAgentsToo()
                            .examples("{\"text\":\"done\"}")
                            .build()));

    Instant now() {
        return Instant.now();
    }

    /** Does {@code work} under the lock and ends the stage with what comes of it. */
    <T> CompletionStage<T> stage(Supplier<T> work) {
        if (late) {
            return CompletableFuture.supplyAsync(() -> locked(work), thread).minimalCompletionStage();
        }
        try {
            return CompletableFuture.completedFuture(locked(work));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized <T> T locked(Supplier<T> work) {
        if (refusal != null) {
            throw refusal;
        }
        return work.get();
    }

    FakeTask task(String id) {
        FakeTask task = tasks.get(id);
        if (task == null) {
            throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no task " + id);
        }
        return task;
    }

    @Override
    public TaskService tasks() {
        return taskService;
    }

    @Override
    public AttemptService attempts() {
        return attempts;
    }

    @Override
    public AgentService agents() {
        return agents;
    }

    @Override
    public EventStream events() {
        return events;
    }

    @Override
    public ConditionalState documents() {
        throw new IllegalStateException("no plugin");
    }

    @Override
    public PluginState state() {
        throw new IllegalStateException("no plugin");
    }

    @Override
    public List<Capability> capabilities() {
        return List.of(CAPABILITY);
    }

    @Override
    public void checkpoints(List<Checkpoint> wanted) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void recheck(String task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void advise(List<Advice> advice, Duration holds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> tell(Notice notice) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        called = request;
        return stage(() -> response);
    }

    @Override
    public void admit(Credential credential, Intent intent, CompletableFuture<Caller> outcome) {
        asked.add(intent);
        credentials.add(credential);
        if (late) {
            thread.execute(() -> decide(credential, intent, outcome));
            awaitRelease();
        } else {
            decide(credential, intent, outcome);
        }
    }

    private void awaitRelease() {
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void decide(Credential credential, Intent intent, CompletableFuture<Caller> outcome) {
        try {
            if (unavailable != null) {
                throw unavailable;
            }
            outcome.complete(caller(credential.token(), intent));
        } catch (Refusal refused) {
            outcome.completeExceptionally(refused);
        }
    }

    private Caller caller(String token, Intent intent) {
        Caller known = known(token);
        if (intent != null && forbidden.contains(intent)) {
            throw notAllowed();
        }
        return known;
    }

    private static Refusal notAllowed() {
        return Refusal.of(Refusal.Reason.FORBIDDEN, "the policy does not allow it");
    }

    private Caller known(String token) {
        if (ADMIN.equals(token)) {
            return Caller.ADMINISTRATOR;
        }
        Caller person = token == null ? null : people.get(token);
        if (person != null) {
            return person;
        }
        String agent = token == null ? null : secrets.get(token);
        if (agent == null) {
            throw Refusal.of(
                    Refusal.Reason.UNAUTHENTICATED,
                    token == null ? "this call needs a bearer token" : "nobody has this bearer token");
        }
        return new Caller(agent);
    }

    @Override
    public CompletionStage<Caller> permit(Caller caller, Credential credential, Intent intent) {
        asked.add(intent);
        return forbidden.contains(intent)
                ? CompletableFuture.failedFuture(notAllowed())
                : CompletableFuture.completedFuture(caller);
    }

    @Override
    public boolean isRequired(Credential credential) {
        return late;
    }

    @Override
    public Path administratorTokenFile() {
        return Path.of("admin.token");
    }

    @Override
    public List<String> notReady() {
        return notReady;
    }

    @Override
    public String version() {
        return "0.1.0 \"test\"";
    }

    @Override
    public synchronized Figures figures() {
        int queued = (int)
                tasks.values().stream().filter(t -> t.state == TaskState.QUEUED).count();
        return new Figures(Map.of(TaskState.QUEUED, queued), agents.list().size(), 12, 3, 1, attempts.waiting());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
