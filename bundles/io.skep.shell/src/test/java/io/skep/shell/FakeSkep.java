// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.admin.Access;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Intent;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.AttemptService;
import io.skep.api.task.BulkJob;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.Why;
import io.skep.testkit.FakePayloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers what a test put in, and notes what it was asked. */
final class FakeSkep implements Orchestrator, Access, TaskService, EventStream {
    final FakeAgents agents = new FakeAgents();
    final List<Capability> capabilities = new ArrayList<>();
    final FakePlugins plugins = new FakePlugins();
    final FakeFlags flags = new FakeFlags();
    final FakeStore store = new FakeStore();
    final FakeCluster cluster = new FakeCluster();
    final FakePayloads payloads = new FakePayloads(temporary());
    final Deque<Task> tasks = new ArrayDeque<>();
    final Deque<Event> events = new ArrayDeque<>();
    final List<Object> asked = new ArrayList<>();
    final List<QueueStatus> queues = new ArrayList<>();
    String bulkError;
    IntegrationResponse response = new IntegrationResponse.Answered("{}");
    String nextPage;
    boolean silent;
    /** Whether the policy decides, what it was asked, and why it refuses, or null. */
    boolean required;

    final List<Wish> wishes = new ArrayList<>();
    Refusal refusal;

    /** What the policy was asked. */
    record Wish(Caller caller, Credential credential, Intent intent) {}

    private static Path temporary() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "payloads")), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The task as it stands: each look moves on to the next of {@link #tasks}, and stays at the last. */
    private CompletionStage<Task> task(String id) {
        if (silent) {
            return new CompletableFuture<>();
        }
        Task task = tasks.size() > 1 ? tasks.poll() : tasks.peek();
        return task == null
                ? CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "no task " + id))
                : CompletableFuture.completedFuture(task);
    }

    @Override
    public CompletionStage<List<Submitted>> submit(List<TaskSpec> specs) {
        asked.addAll(specs);
        return task("new").thenApply(task -> List.of(new Submitted(task, false)));
    }

    @Override
    public CompletionStage<Optional<Task>> find(String id) {
        return task(id).handle((task, failure) -> Optional.ofNullable(task));
    }

    @Override
    public CompletionStage<Page<Task>> list(TaskQuery query) {
        asked.add(query);
        return silent
                ? CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.UNAVAILABLE, "starting"))
                : CompletableFuture.completedFuture(new Page<>(List.copyOf(tasks), nextPage));
    }

    @Override
    public CompletionStage<Task> awaitEnd(String id, Duration atMost) {
        asked.add(atMost);
        return task(id);
    }

    @Override
    public CompletionStage<Why> why(String id) {
        return task(id).thenApply(task -> new Why(id, task.state(), List.of("no agent has the skill java", "2 wait")));
    }

    @Override
    public CompletionStage<Task> cancel(String id, String reason) {
        asked.add("cancel " + id + " " + reason);
        return task(id);
    }

    @Override
    public CompletionStage<Task> retry(String id) {
        asked.add("retry " + id);
        return task(id);
    }

    @Override
    public CompletionStage<Task> route(String id, String agent) {
        asked.add("route " + id + " " + agent);
        return task(id);
    }

    @Override
    public CompletionStage<Task> move(String id, String from, String to, String reason) {
        asked.add("move " + id + " " + from + " " + to);
        return task(id);
    }

    @Override
    public CompletionStage<Task> release(String id) {
        asked.add("release " + id);
        return task(id);
    }

    @Override
    public CompletionStage<BulkJob> bulk(BulkRequest request) {
        asked.add(request);
        return CompletableFuture.completedFuture(bulk(request, null));
    }

    private BulkJob bulk(BulkRequest request, Instant endedAt) {
        return new BulkJob("b1", request, FakeAgents.AT, endedAt, 3, 1, List.of("0a", "0b"), bulkError);
    }

    @Override
    public CompletionStage<BulkJob> awaitBulk(String id, Duration atMost) {
        BulkRequest request = (BulkRequest) asked.get(asked.size() - 1);
        return CompletableFuture.completedFuture(bulk(request, FakeAgents.AT));
    }

    @Override
    public void stopBulk(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<QueueStatus>> queues() {
        return CompletableFuture.completedFuture(queues);
    }

    @Override
    public CompletionStage<Task> answer(String id, String answer) {
        asked.add("answer " + id + " " + answer);
        return task(id);
    }

    @Override
    public EventCursor start() {
        return end();
    }

    @Override
    public EventCursor end() {
        return EventCursor.start(1);
    }

    @Override
    public CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait) {
        List<Event> batch = events.isEmpty() ? List.of() : List.of(events.poll());
        return CompletableFuture.completedFuture(new EventBatch(batch, from));
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
        asked.add(request);
        return CompletableFuture.completedFuture(response);
    }

    @Override
    public void admit(Credential credential, Intent intent, CompletableFuture<Caller> outcome) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Caller> permit(Caller caller, Credential credential, Intent intent) {
        wishes.add(new Wish(caller, credential, intent));
        return refusal == null ? CompletableFuture.completedFuture(caller) : CompletableFuture.failedFuture(refusal);
    }

    @Override
    public boolean isRequired(Credential credential) {
        return required || !credential.isLocal();
    }

    @Override
    public Path administratorTokenFile() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Capability> capabilities() {
        return capabilities;
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
    public TaskService tasks() {
        return this;
    }

    @Override
    public AttemptService attempts() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FakeAgents agents() {
        return agents;
    }

    @Override
    public EventStream events() {
        return this;
    }
}
